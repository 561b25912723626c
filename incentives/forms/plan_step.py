"""What the steps of a plan ask for."""

from django import forms
from django.utils.translation import gettext_lazy as _


class StepForm(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def clean_version(self):
        """0 for a page that named none: no plan has it."""
        return self.cleaned_data["version"] or 0


class SubmitForm(StepForm):
    reason = forms.CharField(
        label=_("Why it is worth going outside policy"),
        max_length=500,
        widget=forms.Textarea({"rows": 2}),
    )


class SendBackForm(StepForm):
    why = forms.CharField(
        label=_("What is to be changed"), max_length=500, widget=forms.Textarea({"rows": 2})
    )
