"""Gifts: an idea, choosing, sending, what they said of it (DOMAIN 7.4)."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from incentives.models import Gift
from incentives.services import gift as verbs
from kol_crm.core import installation, money
from kol_crm.core.wording import babel_locale
from profiles.forms.note import day_input
from profiles.models import ImportantDate, Kol, LifeEvent, Tie

LONG = {"rows": 2}
LIKED = (("", _("not said")), ("yes", _("They liked it")), ("no", _("They did not like it")))


def _amount(**options: Any) -> forms.DecimalField:
    return forms.DecimalField(
        label=_("Amount"), required=False, min_value=Decimal(0), max_digits=14, decimal_places=3, **options
    )


def _over() -> forms.CharField:
    return forms.CharField(
        label=_("Why beyond the budget"),
        required=False,
        max_length=300,
        help_text=_("Only where it is beyond the budget of the year, and only by a manager."),
    )


def _liked() -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=_("How it went down"),
        choices=LIKED,
        required=False,
        coerce=lambda word: word == "yes",
        empty_value=None,
    )


def _version(**options: Any) -> forms.IntegerField:
    return forms.IntegerField(min_value=1, widget=forms.HiddenInput, **options)


class _Gift(forms.Form):
    """Fields that several steps have; each keeps those of its ``names``."""

    item = forms.CharField(label=_("Gift"), max_length=160)
    tie = forms.ModelChoiceField(label=_("For whom"), required=False, queryset=Tie.objects.none())
    event = forms.ModelChoiceField(
        label=_("For a life event"), required=False, queryset=LifeEvent.objects.none()
    )
    date = forms.ModelChoiceField(
        label=_("For an important date"), required=False, queryset=ImportantDate.objects.none()
    )
    occasion = forms.CharField(
        label=_("Occasion"), required=False, max_length=200, help_text=_("Left empty: as the date is called.")
    )
    for_on = forms.DateField(
        label=_("For the day"),
        required=False,
        widget=day_input(),
        help_text=_("Left empty: the next day of the date. Today asks in time."),
    )
    amount = _amount(help_text=_("At cost; nothing for what costs nothing."))
    currency = forms.ChoiceField(label=_("Currency"))
    note = forms.CharField(
        label=_("Note"), required=False, max_length=2000, widget=forms.Textarea(attrs=LONG)
    )
    carrier = forms.CharField(label=_("Carrier"), required=False, max_length=60)
    tracking = forms.CharField(label=_("Tracking number"), required=False, max_length=80)
    liked = _liked()
    reaction = forms.CharField(
        label=_("What they said"), required=False, max_length=2000, widget=forms.Textarea(attrs=LONG)
    )
    over_reason = _over()

    def keep(self, kol: Kol, names: tuple[str, ...], *, is_manager: bool) -> None:
        for name in [name for name in self.fields if name not in names]:
            del self.fields[name]
        if not is_manager:
            self.fields.pop("over_reason", None)
        if "tie" not in self.fields:
            return
        family = Tie.objects.filter(kol=kol, kind=Tie.Kind.FAMILY, ended_on=None).exclude(name="")
        choices = {
            "tie": (family.order_by("name", "pk"), lambda row: row.name, kol.name),
            "event": (LifeEvent.objects.filter(kol=kol).open(), lambda row: row.what, "–"),
            "date": (ImportantDate.objects.filter(kol=kol), lambda row: row.what, "–"),
        }
        for name, (rows, label, empty) in choices.items():
            field: Any = self.fields[name]
            field.queryset, field.label_from_instance, field.empty_label = rows, label, empty
        self.fields["currency"].choices = money.choices(babel_locale())


class GiftForm(_Gift):
    """A new one, as an idea or chosen already."""

    chosen = forms.BooleanField(
        label=_("It is chosen"), required=False, help_text=_("Its sum is held in the budget of the year.")
    )
    field_order = (*verbs.FACTS, "chosen", "over_reason")

    def __init__(self, data: Any = None, *, kol: Kol, is_manager: bool, initial: Any = None):
        super().__init__(data, initial={"currency": installation.currency(), **(initial or {})})
        self.keep(kol, (*verbs.FACTS, "chosen", "over_reason"), is_manager=is_manager)

    def values(self) -> dict[str, Any]:
        """What the verb takes."""
        facts = {name: value for name, value in self.cleaned_data.items() if name != "chosen"}
        if not self.cleaned_data["chosen"]:
            facts.pop("over_reason", None)
        return facts


class GiftEditForm(_Gift):
    """What its state leaves open."""

    version = _version()

    def __init__(self, data: Any = None, *, gift: Gift, is_manager: bool):
        names = ("version", *verbs.BY_STATE[gift.state])
        initial = {name: getattr(gift, name) for name in names}
        initial["currency"] = gift.currency or installation.currency()
        initial["liked"] = {True: "yes", False: "no"}.get(gift.liked)
        super().__init__(data, initial=initial)
        self.keep(gift.kol, names, is_manager=is_manager)


class ChooseForm(forms.Form):
    version = _version()
    amount = _amount(help_text=_("At cost; nothing for what costs nothing."))
    currency = forms.ChoiceField(label=_("Currency"))
    for_on = forms.DateField(label=_("For the day"), required=False, widget=day_input())
    over_reason = _over()

    def __init__(self, data: Any = None, *, gift: Gift, is_manager: bool):
        initial = {name: getattr(gift, name) for name in ("version", "amount", "for_on")}
        super().__init__(data, initial=initial | {"currency": gift.currency or installation.currency()})
        self.fields["currency"].choices = money.choices(babel_locale())
        if not is_manager:
            del self.fields["over_reason"]


class SendForm(forms.Form):
    version = _version()
    sent_on = forms.DateField(label=_("Sent on"), widget=day_input())
    amount = _amount(help_text=_("What it cost in the end; it stands in the ledger."))
    carrier = forms.CharField(label=_("Carrier"), required=False, max_length=60)
    tracking = forms.CharField(label=_("Tracking number"), required=False, max_length=80)
    over_reason = _over()

    def __init__(self, data: Any = None, *, gift: Gift, day: Any, is_manager: bool):
        names = ("version", "amount", "carrier", "tracking", "over_reason")
        super().__init__(data, initial={"sent_on": day} | {name: getattr(gift, name) for name in names})
        if not is_manager:
            del self.fields["over_reason"]


class ReceiveForm(forms.Form):
    version = _version()
    received_on = forms.DateField(label=_("Received on"), widget=day_input())
    liked = _liked()
    reaction = forms.CharField(
        label=_("What they said"), required=False, max_length=2000, widget=forms.Textarea(attrs=LONG)
    )

    def __init__(self, data: Any = None, *, gift: Gift, day: Any):
        super().__init__(data, initial={"version": gift.version, "received_on": day})


class ReasonForm(forms.Form):
    """Dropping it, or taking its last step back."""

    version = _version()
    reason = forms.CharField(label=_("Why"), required=False, max_length=300)
