"""Forms of Settings: they post the version they were opened on; a stale save keeps what was typed."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _


class StaleForm(forms.Form):
    """``facts`` goes to the verb; after ``Conflict`` the form is shown again on top of what stands now."""

    data: Any
    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)

    @property
    def facts(self):
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}

    def on_top_of(self, current) -> None:
        """Say that somebody saved first, and at each field that differs what they saved."""
        self.data = self.data.copy()
        self.data[self.add_prefix("version")] = str(current.version)
        self.add_error(None, _("Somebody saved this meanwhile. Look at the marked fields and save again."))
        for name, value in self.facts.items():
            theirs = getattr(current, name, value)
            if theirs != value:
                self.add_error(name, _("Now saved: %(value)s") % {"value": self._words(name, theirs)})

    def _words(self, name: str, value) -> str:
        choices: Any = getattr(self.fields[name], "choices", None)
        if choices is None:
            return str(value)
        value = getattr(value, "pk", value)
        chosen = {str(key): str(label) for key, label in choices}
        return chosen.get("" if value is None else str(value), str(value))
