"""The draft of a greeting, and why one is skipped."""

from django import forms
from django.utils.translation import gettext_lazy as _

from incentives.models import Greeting
from profiles.models import TouchChannel


class DraftForm(forms.ModelForm):
    """``version`` is that of the draft as it was shown: without it nothing is saved."""

    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)

    class Meta:
        model = Greeting
        fields = ("subject", "body", "personal_line")
        widgets = {
            "body": forms.Textarea({"rows": 9}),
            "personal_line": forms.TextInput({"placeholder": _("Something only you two know")}),
        }

    def __init__(self, data=None, *, greeting: Greeting):
        super().__init__(
            data, instance=greeting, initial={"version": greeting.version}, use_required_attribute=False
        )
        self.shown_version = greeting.version

    def changes(self) -> dict[str, str]:
        """What was typed, for the verb."""
        return {name: self.cleaned_data[name] for name in self.Meta.fields}


class WordsForm(forms.Form):
    """A template of an occasion in one language; ``number`` is the policy version it was read in."""

    subject = forms.CharField(label=_("Subject"), max_length=120)
    body = forms.CharField(label=_("Text"), max_length=4000, widget=forms.Textarea({"rows": 12}))
    number = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    def texts(self) -> dict[str, str]:
        """What was typed, for the verb."""
        return {
            "subject": self.cleaned_data["subject"],
            "body": self.cleaned_data["body"].replace("\r\n", "\n"),
        }


class BeginForm(forms.Form):
    """``token`` is that of the form as it was shown: sent twice it makes one draft."""

    what = forms.CharField(
        label=_("What for"),
        max_length=160,
        help_text=_("In their language: it stands in the draft."),
    )
    on = forms.DateField(
        label=_("For the day"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Left empty: today."),
    )
    token = forms.UUIDField(widget=forms.HiddenInput)


class VersionForm(forms.Form):
    version = forms.IntegerField(min_value=1)


class ByHandForm(VersionForm):
    channel = forms.ChoiceField(choices=TouchChannel.choices)


class SkipForm(forms.Form):
    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    reason = forms.CharField(
        label=_("Reason"), max_length=200, error_messages={"required": _("Say why it is skipped.")}
    )
