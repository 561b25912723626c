"""What the share is held against (DOMAIN 6.4): asked by address, so that a link shows the same."""

from decimal import Decimal

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from incentives.rules.break_even import Share
from kol_crm.core import installation, money
from kol_crm.core.wording import babel_locale

AMOUNT = {"max_digits": 14, "decimal_places": 2, "min_value": Decimal(0)}


class ShareForm(forms.Form):
    fee = forms.DecimalField(label=_("Fee of a buyout"), **AMOUNT)
    currency = forms.ChoiceField(label=_("Currency"), required=False)
    rate = forms.DecimalField(
        label=_("Share, %"), max_digits=6, decimal_places=3, min_value=Decimal(0), max_value=Decimal(100)
    )
    floor = forms.DecimalField(label=pgettext_lazy("share terms", "At least"), required=False, **AMOUNT)
    cap = forms.DecimalField(label=pgettext_lazy("share terms", "At most"), required=False, **AMOUNT)

    def __init__(self, data=None, *, initial=None):
        super().__init__(data, initial={"currency": installation.currency(), **(initial or {})})
        self.fields["currency"].choices = money.choices(babel_locale())

    def clean(self):
        values = super().clean()
        floor, cap = values.get("floor"), values.get("cap")
        if floor is not None and cap is not None and floor > cap:
            raise ValidationError({"cap": gettext("“At most” must not be below “at least”.")})
        return values

    @property
    def share(self) -> Share:
        asked = self.cleaned_data
        return Share(asked["rate"], asked["floor"] or Decimal(0), asked["cap"])

    @property
    def code(self) -> str:
        """Of the currency in which it is reckoned."""
        return self.cleaned_data["currency"] or installation.currency()
