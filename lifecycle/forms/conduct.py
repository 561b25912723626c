"""Rules, what KOLs were told of them, violations and conflicts (DOMAIN 5.10)."""

from datetime import datetime

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kol_crm.core.forms.stale import StaleForm
from lifecycle.models import Rule, Severity, Violation
from lifecycle.models.violation import MOST_LINKS, web_links
from profiles.models import Attachment, TouchChannel

LONG = {"rows": 3}


def severities() -> list[tuple[int, str]]:
    """From the lightest, each with its number."""
    return [(one.value, f"{one.value} · {one.label}") for one in Severity]


def _day_input() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def _moment_input() -> forms.DateTimeInput:
    return forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")


class LinksField(forms.CharField):
    """Addresses, one a line."""

    widget = forms.Textarea(attrs={"rows": 2, "placeholder": "https://…"})

    def prepare_value(self, value):
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value):
        if isinstance(value, list):
            return value
        return [line.strip() for line in super().to_python(value).splitlines() if line.strip()]

    def validate(self, value):
        web_links(value)

    def run_validators(self, value):
        """Those of the text are for one string, not for a list."""


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


class ViolationForm(forms.Form):
    version = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)
    rule = forms.ModelChoiceField(label=_("Rule"), queryset=Rule.objects.none())
    happened_at = forms.DateTimeField(label=_("When it happened"), widget=_moment_input())
    what = forms.CharField(label=_("What happened"), max_length=300)
    evidence = forms.CharField(
        label=_("Evidence in words"), required=False, max_length=5000, widget=forms.Textarea(attrs=LONG)
    )
    links = LinksField(
        label=_("Links"), required=False, help_text=_("One a line, at most %(most)d.") % {"most": MOST_LINKS}
    )
    attachments = forms.ModelMultipleChoiceField(
        label=_("Attachments of the file"),
        queryset=Attachment.objects.none(),
        required=False,
        help_text=_("Put pictures and documents on the file first; then choose them here."),
    )

    def __init__(self, data=None, *, kol, now: datetime, violation: Violation | None = None):
        names = ("version", "rule", "happened_at", "what", "evidence", "links")
        initial = {name: getattr(violation, name) for name in names} if violation else {}
        if violation:
            initial["rule"] = violation.rule_id
            initial["attachments"] = [row.attachment_id for row in violation.files.all()]
        super().__init__(data, initial=initial)
        rules = Rule.objects.in_force()
        self.fields["rule"].queryset = (
            rules | Rule.objects.filter(pk=violation.rule_id) if violation else rules
        )
        self.fields["attachments"].queryset = (
            Attachment.objects.filter(kol=kol).standing().select_related("file").order_by("-at")
        )
        self.fields["happened_at"].widget.attrs["max"] = f"{timezone.localtime(now):%Y-%m-%dT%H:%M}"
        if violation is None:
            del self.fields["version"]

    @property
    def facts(self) -> dict:
        """What the verb takes."""
        return {n: v for n, v in self.cleaned_data.items() if n not in ("version", "attachments")}


class DecideForm(forms.Form):
    """A penalty, or none: ``verb`` is the button that is pressed."""

    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    severity = forms.TypedChoiceField(
        label=_("Penalty"), choices=severities, coerce=int, required=False, empty_value=0
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
