"""Forms of the ledger, its payouts and the rates (DOMAIN 6.3)."""

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from incentives.models import Entry, Kind
from incentives.services import ledger
from kol_crm.core import installation, money
from kol_crm.core.wording import babel_locale
from lifecycle.forms.pace import TableForm
from profiles.forms.note import day_input

LONG = forms.Textarea(attrs={"rows": 2})


def _amount(**options) -> forms.DecimalField:
    return forms.DecimalField(label=_("Amount"), min_value=0, max_digits=14, decimal_places=3, **options)


class GiveForm(forms.Form):
    """What is given of a plan's item; it opens with what is usual."""

    form = forms.ChoiceField(label=_("Form"), choices=Entry.Form)
    amount = _amount(required=False, help_text=_("At cost; nothing for what costs nothing."))
    given_on = forms.DateField(label=_("Given on"), widget=day_input())
    note = forms.CharField(label=_("Note"), required=False, max_length=2000, widget=LONG)


class EnterForm(forms.Form):
    """What was given outside a plan."""

    kind = forms.ChoiceField(label=_("Kind"), choices=Kind)
    form = forms.ChoiceField(label=_("Form"), choices=Entry.Form)
    what = forms.CharField(label=_("What"), max_length=160)
    amount = _amount(help_text=_("At cost; nothing for what costs nothing."))
    currency = forms.ChoiceField(label=_("Currency"))
    given_on = forms.DateField(label=_("Given on"), widget=day_input())
    note = forms.CharField(label=_("Note"), required=False, max_length=2000, widget=LONG)

    field_order = ledger.FACTS

    def __init__(self, data=None, *, day):
        super().__init__(data, initial={"given_on": day, "currency": installation.currency()})
        self.fields["currency"].choices = money.choices(babel_locale())


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("Why"), max_length=300, widget=LONG)


class PayForm(forms.Form):
    on = forms.DateField(label=_("Paid on"), widget=day_input())
    reference = forms.CharField(label=_("Reference"), required=False, max_length=80)


class RateForm(forms.Form):
    currency = forms.ChoiceField(label=_("Currency"))
    rate = forms.DecimalField(label=_("Rate"), max_digits=15, decimal_places=9)
    day = forms.DateField(label=pgettext_lazy("rate", "From day"), widget=day_input())
    note = forms.CharField(label=_("Source"), max_length=200, help_text=_("Where the rate comes from."))

    def __init__(self, data=None, *, day):
        super().__init__(data, initial={"day": day})
        base = installation.currency()
        others = [choice for choice in money.choices(babel_locale()) if choice[0] != base]
        self.fields["currency"].choices = others
        self.fields["rate"].help_text = _("Worth of one unit in %(currency)s.") % {"currency": base}


class ConfirmationForm(TableForm):
    """The table of whoever pays; it is shown before anything is written."""
