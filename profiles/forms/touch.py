"""Logging a touch: what was said, on which channel, who began, answered or not, when (DOMAIN 3.10)."""

from datetime import datetime, timedelta

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from profiles.models import Touch, TouchChannel, TouchReason
from profiles.services import touched

ANSWERS = (("", _("Answered?")), ("yes", _("Answered")), ("no", _("Not answered")))

SAID = ("text", "channel", "began", "reason", "answered", "reply_minutes", "at", "voice_reason", "next_on")


class TouchForm(forms.Form):
    """``now`` is the reader's moment: an empty ``at`` means it."""

    text = forms.CharField(
        label=_("What was said"),
        required=False,
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 2, "placeholder": _("What was said?")}),
    )
    channel = forms.ChoiceField(label=_("Channel"), choices=TouchChannel, initial=TouchChannel.WECHAT)
    began = forms.ChoiceField(label=_("Who began"), choices=Touch.Began, initial=Touch.Began.US)
    reason = forms.ChoiceField(
        label=_("Why"), required=False, choices=[("", _("Why?")), *TouchReason.choices]
    )
    answered = forms.TypedChoiceField(
        label=_("Answered"),
        required=False,
        choices=ANSWERS,
        empty_value=None,
        coerce=lambda word: word == "yes",
    )
    reply_minutes = forms.IntegerField(
        label=_("Answered after (minutes)"),
        required=False,
        min_value=0,
        max_value=525_600,
        widget=forms.NumberInput(attrs={"placeholder": _("min")}),
    )
    also = forms.ChoiceField(label=_("Note with it"), required=False, choices=touched.CHOICES)
    also_what = forms.CharField(label=_("What (the touch's words, if empty)"), required=False, max_length=300)
    also_due = forms.DateField(
        label=_("Due"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    next_on = forms.DateField(
        label=_("Next touch on (by the interval, if empty)"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    voice_reason = forms.CharField(
        label=_("Why a second one of us writes"), required=False, max_length=300, strip=True
    )
    at = forms.DateTimeField(
        label=_("When (now, if empty)"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )

    def __init__(self, data=None, *, now: datetime):
        super().__init__(data)
        self.fields["at"].widget.attrs["max"] = f"{timezone.localtime(now):%Y-%m-%dT%H:%M}"
        tomorrow = timezone.localtime(now) + timedelta(days=1)
        self.fields["next_on"].widget.attrs["min"] = f"{tomorrow:%Y-%m-%d}"

    def touch(self) -> dict:
        """What the verb of a touch takes."""
        return {name: self.cleaned_data[name] for name in SAID}

    def note(self) -> dict:
        """What is noted with it, empty when nothing is."""
        names = {"also": "kind", "also_what": "what", "also_due": "due_on"}
        return (
            {to: self.cleaned_data[name] for name, to in names.items()} if self.cleaned_data["also"] else {}
        )

    def clean_text(self):
        return self.cleaned_data["text"].strip()
