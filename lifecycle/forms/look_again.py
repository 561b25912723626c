"""When somebody who departed is looked at again."""

from django import forms
from django.utils.translation import gettext_lazy as _


class LookAgainForm(forms.Form):
    """``version`` is that of the file as it was shown: without it nothing is saved."""

    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    look_again_on = forms.DateField(
        label=_("Look again on"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )

    def on_version(self, version: int) -> "LookAgainForm":
        """The same form with what was typed, now for this version of the file."""
        data = self.data.copy()
        data["version"] = str(version)
        return LookAgainForm(data)
