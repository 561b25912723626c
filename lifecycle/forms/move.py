"""What a move asks for, and where its refusals are said."""

from datetime import date

from django import forms
from django.utils.translation import gettext_lazy as _

from kol_crm.core.errors import Refused
from lifecycle.models import Cause
from profiles.models import Stage


class MoveForm(forms.Form):
    """``version`` is that of the file as the panel showed it: without it nothing is moved."""

    to_stage = forms.ChoiceField(choices=Stage, widget=forms.HiddenInput)
    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    cause = forms.ChoiceField(
        label=_("Cause"),
        choices=[("", "–"), *Cause.choices],
        required=False,
        error_messages={"required": _("Say why they departed.")},
    )
    goodbye = forms.CharField(
        label=_("Goodbye"),
        required=False,
        max_length=2000,
        widget=forms.Textarea({"rows": 2}),
        help_text=_("What was said to them; empty if nothing was."),
    )
    look_again_on = forms.DateField(
        label=_("Look again on"),
        required=False,
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
    )
    why = forms.CharField(
        label=_("Why"), required=False, max_length=2000, widget=forms.Textarea({"rows": 2, "data-why": ""})
    )
    DEPARTURE = ("cause", "goodbye", "look_again_on")

    def __init__(self, data=None, *, to_stage: str, version: int, look_again_on: date | None = None):
        initial = {"to_stage": to_stage, "version": version, "look_again_on": look_again_on}
        super().__init__(data, initial=initial, use_required_attribute=False)
        if to_stage == Stage.DEPARTED:
            self.fields["cause"].required = True
        else:
            for name in self.DEPARTURE:
                del self.fields[name]

    @property
    def departure_fields(self) -> list:
        return [self[name] for name in self.DEPARTURE if name in self.fields]

    def demand_reason(self) -> None:
        """The browser asks for the reason too; the verb is who refuses."""
        self.fields["why"].widget.attrs["required"] = True

    def refuse(self, refused: Refused) -> None:
        """A reason that is missing is said at its field, anything else over the form."""
        needs_reason = refused.code == "gate_shut" and refused.details["needs"] == "reason"
        self.add_error("why" if needs_reason else None, refused.message)

    def on_version(self, version: int) -> "MoveForm":
        """The same form with what was typed, now for this version of the file."""
        data = self.data.copy()
        data["version"] = str(version)
        return MoveForm(data, to_stage=data.get("to_stage", ""), version=version)
