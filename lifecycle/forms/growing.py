"""Forms of coaching and access: small ones, one verb each (DOMAIN 5.5)."""

from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lifecycle import measuring
from lifecycle.models import AccessGrant, CoachingPlan, CoachingSession
from profiles.models import Kol, Level

LONG = {"rows": 3}


def day_input() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class VersionForm(forms.Form):
    """The version that the page showed; without it nothing is done."""

    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)


class OfRowForm(forms.Form):
    """A new row, or, with ``row``, what stands of it and its version."""

    version = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)

    def __init__(self, data=None, *, row=None, **initial):
        if row is not None:
            initial |= {name: getattr(row, name) for name in self.base_fields if hasattr(row, name)}
        super().__init__(data, initial=initial)
        if row is None:
            del self.fields["version"]
        else:
            self.fields["version"].required = True

    @property
    def facts(self) -> dict[str, Any]:
        """What the verb takes."""
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}


class CoachingForm(OfRowForm):
    title = forms.CharField(label=_("Title"), max_length=120)
    aim = forms.CharField(
        label=_("What it should bring"), required=False, max_length=2000, widget=forms.Textarea(attrs=LONG)
    )
    figures = forms.MultipleChoiceField(
        label=_("Judged by"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Fixed as they stand today. The plan closes once each has a newer figure."),
    )

    def __init__(self, data=None, *, row: CoachingPlan | None = None, kol: Kol, day: date):
        super().__init__(data, row=row)
        if row is not None:
            del self.fields["figures"]
            return
        self.fields["figures"].choices = measuring.options(kol, day)
        if not self.fields["figures"].choices:
            self.fields["figures"].help_text = _("No account has a fresh figure: enter one first.")

    @property
    def pairs(self) -> list[measuring.Pair]:
        chosen = (one.partition(":") for one in self.cleaned_data["figures"])
        return [(account, name) for account, _colon, name in chosen]


class SessionForm(OfRowForm):
    on = forms.DateField(label=_("On"), widget=day_input())
    topic = forms.CharField(label=pgettext_lazy("coaching", "Topic"), max_length=200)
    audience = forms.CharField(
        label=_("Brief: the audience"), required=False, max_length=1000, widget=forms.Textarea({"rows": 2})
    )
    prefers = forms.CharField(
        label=_("Brief: what they prefer"),
        required=False,
        max_length=1000,
        widget=forms.Textarea({"rows": 2}),
    )
    how = forms.CharField(
        label=_("Brief: how to make it"), required=False, max_length=2000, widget=forms.Textarea(attrs=LONG)
    )
    homework = forms.CharField(
        label=_("Homework"), required=False, max_length=1000, widget=forms.Textarea({"rows": 2})
    )
    homework_due = forms.DateField(label=_("Homework until"), required=False, widget=day_input())

    def __init__(self, data=None, *, row: CoachingSession | None = None):
        super().__init__(data, row=row)


class HoldForm(VersionForm):
    """Of one session; a page has one for each that was not held."""

    said = forms.CharField(
        label=_("How it went"), required=False, max_length=2000, widget=forms.Textarea({"rows": 2})
    )
    next_on = forms.DateField(label=_("Next session"), required=False, widget=day_input())

    def __init__(self, data=None, *, session: UUID):
        super().__init__(data, auto_id=f"{session}-%s")
        self.session = session


class TakeBackForm(VersionForm):
    what = forms.ChoiceField(
        choices=[("held", pgettext_lazy("coaching", "Held")), ("homework", _("Homework"))]
    )


class CloseCoachingForm(VersionForm):
    result = forms.CharField(label=_("What came of it"), max_length=2000, widget=forms.Textarea(attrs=LONG))


class AccessForm(OfRowForm):
    kind = forms.ChoiceField(label=_("Kind"), choices=AccessGrant.Kind)
    what = forms.CharField(
        label=_("Which one"), max_length=200, help_text=_("Its name on the platform: “Early editor”.")
    )
    since = forms.DateField(label=_("From"), required=False, widget=day_input())
    until = forms.DateField(
        label=_("Until"), required=False, widget=day_input(), help_text=_("Left empty: with no end.")
    )
    level = forms.ChoiceField(
        label=_("As long as the level is at least"), required=False, choices=[("", "–"), *Level.choices]
    )
    note = forms.CharField(label=_("Note"), required=False, max_length=500)

    def __init__(self, data=None, *, row: AccessGrant | None = None, **initial):
        super().__init__(data, row=row, **initial)
        if row is not None:
            for name in ("kind", "what", "since", "level"):
                del self.fields[name]


class WithdrawForm(VersionForm):
    why = forms.CharField(label=_("Why it is withdrawn"), max_length=300)
