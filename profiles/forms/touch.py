"""Logging a touch: what was said, on which channel, who began, answered or not, when (DOMAIN 3.10)."""

from datetime import datetime

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from profiles.models import Touch, TouchChannel

ANSWERS = (("", _("Answered?")), ("yes", _("Answered")), ("no", _("Not answered")))


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
    answered = forms.TypedChoiceField(
        label=_("Answered"),
        required=False,
        choices=ANSWERS,
        empty_value=None,
        coerce=lambda word: word == "yes",
    )
    at = forms.DateTimeField(
        label=_("When (now, if empty)"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )

    def __init__(self, data=None, *, now: datetime):
        super().__init__(data)
        self.fields["at"].widget.attrs["max"] = f"{timezone.localtime(now):%Y-%m-%dT%H:%M}"

    def clean_text(self):
        return self.cleaned_data["text"].strip()
