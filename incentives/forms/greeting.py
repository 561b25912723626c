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


class VersionForm(forms.Form):
    version = forms.IntegerField(min_value=1)


class ByHandForm(VersionForm):
    channel = forms.ChoiceField(choices=TouchChannel.choices)


class SkipForm(forms.Form):
    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    reason = forms.CharField(
        label=_("Reason"), max_length=200, error_messages={"required": _("Say why it is skipped.")}
    )
