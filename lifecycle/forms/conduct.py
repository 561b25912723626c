"""Rules, what KOLs were told of them, violations and conflicts (DOMAIN 5.10)."""

from datetime import datetime

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kol_crm.core.forms.stale import StaleForm
from lifecycle.forms.proof import LONG, LinksField, ProofForm
from lifecycle.models import Rule, Severity, Violation
from profiles.models import TouchChannel


def severities() -> list[tuple[int, str]]:
    """From the lightest, each with its number."""
    return [(one.value, f"{one.value} · {one.label}") for one in Severity]


def _day_input() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def _moment_input() -> forms.DateTimeInput:
    return forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")


class RuleForm(StaleForm):
    """Both languages side by side; ``severity`` is what an ordinary user gets."""

    title_en = forms.CharField(label=_("English title"), max_length=120)
    title_zh = forms.CharField(label=_("Chinese title"), max_length=120)
    text_en = forms.CharField(
        label=_("English text"), max_length=10_000, widget=forms.Textarea(attrs={"rows": 10})
    )
    text_zh = forms.CharField(
        label=_("Chinese text"),
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 10, "lang": "zh-Hans"}),
    )
    severity = forms.TypedChoiceField(
        label=_("What an ordinary user gets"),
        choices=severities,
        coerce=int,
        help_text=_("A KOL never gets less."),
    )

    def __init__(self, data=None, *, rule: Rule | None = None):
        names = (*(name for name in self.base_fields if name != "version"), "version")
        super().__init__(data, initial={name: getattr(rule, name) for name in names} if rule else {})
        if rule is None:
            del self.fields["version"]


class KnownForm(forms.Form):
    """How and when a KOL was told the rules, or agreed to them."""

    channel = forms.ChoiceField(label=_("How"), choices=TouchChannel, initial=TouchChannel.WECHAT)
    at = forms.DateTimeField(label=_("When (now, if empty)"), required=False, widget=_moment_input())

    def __init__(self, data=None, *, now: datetime):
        super().__init__(data)
        self.fields["at"].widget.attrs["max"] = f"{timezone.localtime(now):%Y-%m-%dT%H:%M}"


class LinkForm(forms.Form):
    voice_reason = forms.CharField(
        label=_("Why a second one of us writes"), required=False, max_length=300, strip=True
    )


class ViolationForm(ProofForm):
    version = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)
    rule = forms.ModelChoiceField(label=_("Rule"), queryset=Rule.objects.none())
    happened_at = forms.DateTimeField(label=_("When it happened"), widget=_moment_input())
    what = forms.CharField(label=_("What happened"), max_length=300)
    field_order = ["version", "rule", "happened_at", "what", "evidence", "links", "uploads", "attachments"]

    def __init__(self, data=None, files=None, *, kol, now: datetime, violation: Violation | None = None):
        super().__init__(data, files, kol=kol, row=violation, names=("rule", "happened_at", "what"))
        rules = Rule.objects.in_force()
        if violation:
            self.initial["rule"] = violation.rule_id
            rules = rules | Rule.objects.filter(pk=violation.rule_id)
        self.fields["rule"].queryset = rules
        self.fields["happened_at"].widget.attrs["max"] = f"{timezone.localtime(now):%Y-%m-%dT%H:%M}"


class DecideForm(forms.Form):
    """A penalty, or none: ``verb`` is the button that is pressed."""

    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    severity = forms.TypedChoiceField(
        label=_("Penalty"), choices=severities, coerce=int, required=False, empty_value=0
    )
    until = forms.DateField(
        label=_("Until"),
        required=False,
        widget=_day_input(),
        help_text=_("The last day of a stop (3) or a suspension (4)."),
    )
    why = forms.CharField(label=_("Why so"), max_length=2000, widget=forms.Textarea(attrs=LONG))


class AppealForm(forms.Form):
    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    grounds = forms.CharField(
        label=_("What they bring forward"), max_length=5000, widget=forms.Textarea(attrs=LONG)
    )


class AnswerForm(forms.Form):
    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    answer = forms.CharField(
        label=_("Answer, with reasons"), max_length=2000, widget=forms.Textarea(attrs=LONG)
    )


class ConflictForm(forms.Form):
    version = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)
    what = forms.CharField(label=_("What it is about"), max_length=300)
    users = forms.CharField(
        label=_("Which users"), max_length=200, help_text=_("Names on the platform, or “many users”.")
    )
    detail = forms.CharField(
        label=_("What happened"), required=False, max_length=5000, widget=forms.Textarea(attrs=LONG)
    )
    links = LinksField(label=_("Links"), required=False)
    due_on = forms.DateField(
        label=_("Look at it next on"),
        required=False,
        widget=_day_input(),
        help_text=_("Left empty: in as many days as the policy says."),
    )

    def __init__(self, data=None, *, conflict=None):
        super().__init__(
            data, initial={name: getattr(conflict, name) for name in self.base_fields} if conflict else {}
        )
        if conflict is None:
            del self.fields["version"]
        else:
            self.fields["due_on"].required = True
            self.fields["due_on"].help_text = ""


class FollowForm(forms.Form):
    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    text = forms.CharField(label=_("What was done"), max_length=2000, widget=forms.Textarea(attrs=LONG))
    next_on = forms.DateField(
        label=_("Look at it next on"),
        required=False,
        widget=_day_input(),
        help_text=_("Left empty: in as many days as the policy says."),
    )


class CloseForm(forms.Form):
    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    outcome = forms.CharField(label=_("How it ended"), max_length=2000, widget=forms.Textarea(attrs=LONG))
