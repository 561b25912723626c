"""Forms of slots, budgets and bookings (DOMAIN 5.5)."""

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kol_crm.core import installation, money
from kol_crm.core.models import Team
from kol_crm.core.wording import babel_locale
from lifecycle.forms.pace import MONTH
from lifecycle.models import Budget, ResourceKind, Slot
from profiles.forms.fields import PersonField
from profiles.forms.note import day_input
from profiles.models import Field, Kol
from profiles.services import access

FACTS = ("kind", "name", "starts_on", "ends_on", "value", "currency", "team", "note")
EVERY = ((7, _("Every week")), (14, _("Every two weeks")), (1, _("Every day")))


def amount(label) -> forms.DecimalField:
    return forms.DecimalField(label=label, min_value=0, max_digits=14, decimal_places=2)


class SlotForm(forms.Form):
    version = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)
    kind = forms.ChoiceField(label=_("Kind"), choices=ResourceKind)
    name = forms.CharField(label=_("Name of the slot"), max_length=120)
    starts_on = forms.DateField(label=_("First day"), widget=day_input())
    ends_on = forms.DateField(
        label=_("Last day"), required=False, widget=day_input(), help_text=_("Left empty: one day.")
    )
    value = amount(_("List value"))
    currency = forms.ChoiceField(label=_("Currency"))
    team = forms.ModelChoiceField(
        label=_("Team"), queryset=Team.objects.none(), required=False, empty_label=_("All teams")
    )
    note = forms.CharField(
        label=_("Note"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
    )
    every = forms.TypedChoiceField(
        label=_("Again"),
        required=False,
        choices=(("", _("Only once")), *EVERY),
        coerce=int,
        empty_value=None,
        help_text=_("A series makes the same slot on each of these days."),
    )
    until = forms.DateField(label=_("Until"), required=False, widget=day_input())

    def __init__(self, data=None, *, user, slot: Slot | None = None, day=None):
        initial = {"currency": installation.currency(), "starts_on": day}
        if slot is not None:
            initial = {name: getattr(slot, name) for name in (*FACTS, "version")}
            initial["team"] = slot.team_id
        super().__init__(data, initial=initial)
        self.fields["currency"].choices = money.choices(babel_locale())
        self.fields["team"].queryset = access.teams_for(user)
        for name in ("every", "until") if slot is not None else ("version",):
            del self.fields[name]

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("every") and not cleaned.get("until"):
            self.add_error("until", _("Say until when the series goes."))
        return cleaned

    @property
    def facts(self) -> dict:
        found = {name: self.cleaned_data[name] for name in FACTS}
        return found | {"ends_on": found["ends_on"] or found["starts_on"]}


class BudgetForm(forms.Form):
    version = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)
    month = forms.DateField(
        label=pgettext_lazy("pace", "Month"), widget=MONTH, input_formats=["%Y-%m", "%Y-%m-%d"]
    )
    team = forms.ModelChoiceField(
        label=_("Team"), queryset=Team.objects.none(), required=False, empty_label=_("All teams")
    )
    field = forms.ModelChoiceField(
        label=_("Main field"), queryset=Field.objects.none(), required=False, empty_label=_("All fields")
    )
    amount = amount(_("Budget"))
    note = forms.CharField(label=_("Note"), required=False, max_length=300)

    def __init__(self, data=None, *, user, month=None, budget: Budget | None = None):
        initial = {"month": month}
        if budget is not None:
            initial |= {
                name: getattr(budget, name) for name in ("version", "team", "field", "amount", "note")
            }
        super().__init__(data, initial=initial)
        self.fields["team"].queryset = access.teams_for(user) if budget is None else Team.objects.all()
        self.fields["field"].queryset = Field.objects.offered(budget and budget.field_id)
        for name in ("month", "team", "field") if budget is not None else ():
            self.fields[name].disabled = True

    def clean_month(self):
        return self.cleaned_data["month"].replace(day=1)

    def clean(self):
        cleaned = super().clean()
        of = {name: cleaned.get(name) for name in ("month", "team", "field")}
        if not self.fields["month"].disabled and Budget.objects.filter(**of).exists():
            self.add_error("month", _("This month has a budget: change that one."))
        return cleaned

    def clean_version(self) -> int:
        """0: there was none when the form was opened."""
        return self.cleaned_data["version"] or 0


class WarnedForm(forms.Form):
    """The box to confirm a warning stands in it once there is something to confirm."""

    what_for = forms.CharField(
        label=pgettext_lazy("resource", "What for"),
        required=False,
        max_length=300,
        help_text=_("What it serves: a launch, a theme, a figure."),
    )
    confirm = forms.BooleanField(label=_("Book it all the same"), required=False)

    def __init__(self, data=None):
        super().__init__(data)
        self.fields["confirm"].widget = forms.HiddenInput()

    def let_confirm(self) -> None:
        self.fields["confirm"].widget = forms.CheckboxInput()


class BookForm(WarnedForm):
    """From the inventory: who gets it."""

    kol = PersonField(label="KOL")
    field_order = ("kol", "what_for", "confirm")

    def __init__(self, data=None, *, user):
        super().__init__(data)
        self.fields["kol"].user = user

    def clean_kol(self) -> Kol:
        file, _name = self.cleaned_data["kol"]
        if file is None:
            raise forms.ValidationError(_("Choose a file that you see."))
        return file


class SlotChoice(forms.ModelChoiceField):
    def label_from_instance(self, obj: Slot) -> str:
        return f"{obj.starts_on:%Y-%m-%d} · {obj.name} · {obj.value} {obj.currency}"


class OfferForm(WarnedForm):
    """From the file: which slot."""

    slot = SlotChoice(
        label=pgettext_lazy("resource", "Slot"),
        queryset=Slot.objects.none(),
        widget=forms.Select(attrs={"data-tom": True}),
    )
    field_order = ("slot", "what_for", "confirm")

    def __init__(self, data=None, *, user, day):
        super().__init__(data)
        self.fields["slot"].queryset = Slot.objects.visible_to(user).free(day).order_by("starts_on", "pk")


class UseForm(forms.Form):
    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    on = forms.DateField(
        label=_("Day of use"),
        required=False,
        widget=day_input(),
        help_text=_("Left empty: the slot’s first day."),
    )


class CancelForm(forms.Form):
    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    why = forms.CharField(label=_("Why it is cancelled"), max_length=300)
