"""Exclusivity, sightings of breach, stops (DOMAIN 5.6)."""

from datetime import date

from django import forms
from django.utils.translation import gettext_lazy as _

from lifecycle.forms.proof import LONG, EvidenceForm, ProofForm
from lifecycle.models import CHANNELS, ContentKind, Exclusivity, Sighting


def _day_input(**attrs) -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date", **attrs}, format="%Y-%m-%d")


def _version() -> forms.IntegerField:
    return forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)


class ExclusivityForm(ProofForm):
    version = _version()
    scope = forms.CharField(
        label=_("Scope"), max_length=300, help_text=_("What they do for nobody else, as in the paper.")
    )
    channels = forms.MultipleChoiceField(
        label=_("Channels"), choices=CHANNELS, required=False, help_text=_("None chosen: all but our own.")
    )
    kinds = forms.MultipleChoiceField(
        label=_("Content kinds"), choices=ContentKind, required=False, help_text=_("None chosen: all.")
    )
    starts_on = forms.DateField(label=_("Start"), widget=_day_input())
    ends_on = forms.DateField(label=_("End"), widget=_day_input(), help_text=_("The last day."))
    field_order = [
        *("version", "scope", "channels", "kinds", "starts_on", "ends_on"),
        *("evidence", "links", "uploads", "attachments"),
    ]

    def __init__(self, data=None, files=None, *, kol, row: Exclusivity | None = None):
        names = ("scope", "channels", "kinds", "starts_on", "ends_on")
        super().__init__(data, files, kol=kol, row=row, names=names)


class SightingForm(ProofForm):
    version = _version()
    exclusivity = forms.ModelChoiceField(label=_("Exclusivity"), queryset=Exclusivity.objects.none())
    seen_on = forms.DateField(label=_("Seen on"), widget=_day_input())
    channel = forms.ChoiceField(label=_("Where"), choices=CHANNELS)
    what = forms.CharField(label=_("What was seen"), max_length=300)
    field_order = [
        *("version", "exclusivity", "seen_on", "channel", "what"),
        *("evidence", "links", "uploads", "attachments"),
    ]
    NO_FACTS = (*ProofForm.NO_FACTS, "exclusivity")

    def __init__(self, data=None, files=None, *, kol, day: date, row: Sighting | None = None):
        super().__init__(data, files, kol=kol, row=row, names=("seen_on", "channel", "what"))
        if row is not None:
            del self.fields["exclusivity"]
            return
        bound = Exclusivity.objects.filter(kol=kol, starts_on__lte=day).order_by("-ends_on")
        self.fields["exclusivity"].queryset = bound
        self.initial |= {"exclusivity": bound.first(), "seen_on": day}


class WhyForm(forms.Form):
    """A decision with its reason, on the version that the page showed."""

    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    why = forms.CharField(label=_("Why so"), max_length=2000, widget=forms.Textarea(attrs=LONG))


class SeenForm(forms.Form):
    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)


class EndForm(WhyForm):
    on = forms.DateField(
        label=_("Last day"), required=False, widget=_day_input(), help_text=_("Left empty: today.")
    )


class RenewForm(EvidenceForm):
    """The paper of a renewal is a new one: it asks for evidence of its own."""

    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    ends_on = forms.DateField(label=_("New end"), widget=_day_input())
    field_order = ["version", "ends_on", "evidence", "links", "uploads"]


class TerminateForm(WhyForm):
    goodbye = forms.CharField(
        label=_("Goodbye"),
        required=False,
        max_length=2000,
        widget=forms.Textarea({"rows": 2}),
        help_text=_("What was said to them; empty if nothing was."),
    )
    look_again_on = forms.DateField(label=_("Look again on"), required=False, widget=_day_input())
