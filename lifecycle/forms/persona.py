"""Forms of the persona and of its adjustments (DOMAIN 5.5, 5.6)."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lifecycle import measuring
from lifecycle.forms.growing import LONG, OfRowForm, VersionForm, day_input
from lifecycle.models import Persona
from lifecycle.models.persona import short_lines
from lifecycle.services.persona import FACTS
from profiles.models import Kol


class LinesField(forms.CharField):
    """One a line, kept as a list."""

    widget = forms.Textarea(attrs=LONG)

    def prepare_value(self, value):
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value):
        if isinstance(value, list):
            return value
        return [line.strip() for line in super().to_python(value).splitlines() if line.strip()]

    def validate(self, value):
        short_lines(value)

    def run_validators(self, value):
        """Those of the text are for one string, not for a list."""


class PersonaForm(OfRowForm):
    """Nothing is asked for yet: what is missing is said before it is submitted."""

    highlights = LinesField(
        label=_("Highlights"), help_text=_("What is special about them, one a line."), required=False
    )
    story = forms.CharField(
        label=_("Story"), required=False, max_length=5000, widget=forms.Textarea({"rows": 4})
    )
    image = forms.CharField(label=_("Image"), required=False, max_length=500)
    tone = forms.CharField(label=_("Tone"), required=False, max_length=500)
    points = LinesField(
        label=_("Points"), help_text=_("What they stand for: several, one a line."), required=False
    )
    topics_in = LinesField(label=_("Topics in"), help_text=_("One a line."), required=False)
    topics_out = LinesField(
        label=_("Topics out"), help_text=_("What they do not speak about, one a line."), required=False
    )

    def __init__(self, data=None, *, row: Persona | None = None, former: Persona | None = None):
        """``former``: the version in force, from which a new one starts."""
        facts = {name: getattr(former, name) for name in FACTS} if former else {}
        super().__init__(data, row=row, **facts)


class AdjustmentForm(PersonaForm):
    """The persona as it would be, with the hypothesis and the figure by which the fans are read."""

    hypothesis = forms.CharField(label=_("Hypothesis"), max_length=500)
    change = forms.CharField(label=_("What changes"), max_length=2000, widget=forms.Textarea({"rows": 2}))
    reaction_before = forms.CharField(
        label=_("Fans’ reaction before"), required=False, max_length=2000, widget=forms.Textarea({"rows": 2})
    )
    figure = forms.ChoiceField(label=_("Read by"), help_text=_("Fixed as it stands today."))
    look_on = forms.DateField(
        label=_("Look at it on"), required=False, widget=day_input(), help_text=_("Left empty: in 28 days.")
    )
    field_order = ("hypothesis", "change", "figure", "reaction_before", "look_on", *FACTS)

    def __init__(self, data=None, *, kol: Kol, day: date, former: Persona | None):
        super().__init__(data, former=former)
        self.fields["figure"].choices = measuring.options(kol, day)
        if not self.fields["figure"].choices:
            self.fields["figure"].help_text = _("No account has a fresh figure: enter one first.")

    @property
    def words(self) -> dict[str, Any]:
        names = ("hypothesis", "change", "reaction_before", "look_on")
        return {name: self.cleaned_data[name] for name in names}

    @property
    def changed(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in FACTS}

    @property
    def pair(self) -> measuring.Pair:
        account, _colon, name = self.cleaned_data["figure"].partition(":")
        return account, name


class StepForm(VersionForm):
    """Submit, approve, drop."""


class SendBackForm(VersionForm):
    why = forms.CharField(
        label=_("What is to be changed"), max_length=500, widget=forms.Textarea({"rows": 2})
    )


class DecideForm(VersionForm):
    reaction_after = forms.CharField(
        label=_("How fans reacted"), max_length=2000, widget=forms.Textarea(attrs=LONG)
    )
