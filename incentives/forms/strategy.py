"""Adjusting the strategy, and saying what happened (DOMAIN 6.8)."""

from django import forms
from django.utils.translation import gettext_lazy as _

from incentives.models import Strategy
from incentives.services.strategy import FACTS
from kol_crm.core.models import Team
from kol_crm.core.months import MonthField
from profiles.models import Level, Stage
from profiles.services import access

ANY = [("", _("any"))]
LONG = {"rows": 3}


def _day_input() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class StrategyForm(forms.Form):
    """Of a KOL; editing one that runs."""

    version = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)
    what = forms.CharField(label=_("What changes"), max_length=300)
    why = forms.CharField(label=_("Why"), max_length=2000, widget=forms.Textarea(attrs=LONG))
    expected = forms.CharField(
        label=_("What is expected"), max_length=2000, widget=forms.Textarea(attrs=LONG)
    )
    decided_on = forms.DateField(
        label=_("From"), required=False, widget=_day_input(), help_text=_("Left empty: from today.")
    )
    look_on = forms.DateField(
        label=_("Look at it on"),
        required=False,
        widget=_day_input(),
        help_text=_("Left empty: after 90 days. Then it is asked what happened."),
    )

    def __init__(self, data=None, *, strategy: Strategy | None = None):
        names = ("version", *FACTS)
        super().__init__(data, initial={name: getattr(strategy, name) for name in names} if strategy else {})
        if strategy is None:
            del self.fields["version"]
            return
        for name in ("decided_on", "look_on"):
            self.fields[name].required = True
            self.fields[name].help_text = ""


class GroupForm(StrategyForm):
    """Of a group: a cohort, a stage, a level, or together."""

    team = forms.ModelChoiceField(label=_("Team"), queryset=Team.objects.none())
    cohort = MonthField(
        label=_("Cohort: entered initial in"),
        required=False,
        widget=forms.TextInput(attrs={"type": "month"}),
    )
    stage = forms.ChoiceField(label=_("Stage"), required=False, choices=[*ANY, *Stage.choices])
    level = forms.ChoiceField(label=_("Level"), required=False, choices=[*ANY, *Level.choices])
    field_order = ["team", "cohort", "stage", "level", *FACTS]

    def __init__(self, data=None, *, user, initial=None):
        super().__init__(data)
        teams = access.teams_for(user).order_by("path")
        self.fields["team"].queryset = teams
        self.initial |= {"team": user.team_id, **(initial or {})}


class SettleForm(forms.Form):
    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    happened = forms.CharField(
        label=_("What happened"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4})
    )
