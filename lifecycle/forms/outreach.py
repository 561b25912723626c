"""Outreach: an attempt with its result, what was heard later, a mail (DOMAIN 4.8)."""

from django import forms
from django.utils.translation import gettext_lazy as _

from lifecycle.models import LADDER_CHOICES, Result
from lifecycle.services.outreach import No


def _voice() -> forms.CharField:
    return forms.CharField(label=_("Why a second one of us writes"), required=False, max_length=300)


class _WithNo(forms.Form):
    """What a refusal says beside its result."""

    cause = forms.CharField(label=_("Why they refuse"), required=False, max_length=300)
    look_again_on = forms.DateField(
        label=_("Look again on (after half a year, if empty)"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    @property
    def no(self) -> No:
        return No(self.cleaned_data["cause"], self.cleaned_data["look_again_on"])


class AttemptForm(_WithNo):
    """``result`` is the button that is pressed."""

    channel = forms.ChoiceField(label=_("Channel"), choices=LADDER_CHOICES)
    result = forms.ChoiceField(label=_("Result"), choices=Result)
    text = forms.CharField(
        label=_("What was said"),
        required=False,
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 2, "placeholder": _("What was said? May stay empty.")}),
    )
    voice_reason = _voice()


class HeardForm(_WithNo):
    result = forms.ChoiceField(label=_("Result"), choices=Result)
    text = forms.CharField(
        label=_("What they said"), required=False, max_length=10_000, widget=forms.Textarea(attrs={"rows": 2})
    )


class MailForm(forms.Form):
    subject = forms.CharField(label=_("Subject"), max_length=120)
    body = forms.CharField(label=_("Text"), max_length=4000, widget=forms.Textarea(attrs={"rows": 9}))
    voice_reason = _voice()


class StartForm(forms.Form):
    voice_reason = _voice()


class StopForm(forms.Form):
    why = forms.CharField(
        label=_("Why it is stopped"), max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
    )
