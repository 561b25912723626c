"""How a review ends, and another date for one that is still to be done."""

from copy import deepcopy
from datetime import date

from django import forms
from django.utils.translation import gettext_lazy as _

from kol_crm.core.errors import Refused
from lifecycle.forms.move import MoveForm
from lifecycle.models import Review
from profiles.models import Stage


def _date(label, **options) -> forms.DateField:
    return forms.DateField(
        label=label, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"), **options
    )


class ReviewForm(forms.Form):
    """``version`` is that of the review as it was shown: without it nothing is saved.

    ``to_stage``: where the decision leads. The move asks for what ``MoveForm`` asks for; who departs has no
    next review.
    """

    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    decision = forms.ChoiceField(
        label=_("Decision"), error_messages={"required": _("Choose how the review ends.")}
    )
    note = forms.CharField(
        label=_("Note"), required=False, max_length=4000, widget=forms.Textarea({"rows": 2})
    )
    next_on = _date(_("Next review"), required=False)

    def __init__(
        self,
        data=None,
        *,
        review: Review,
        decisions,
        decision: str = "",
        to_stage: str = "",
        next_on: date | None = None,
        look_again_on: date | None = None,
    ):
        initial = {"version": review.version, "next_on": next_on, "decision": decision}
        initial["look_again_on"] = look_again_on
        super().__init__(data, initial=initial, use_required_attribute=False)
        self.fields["decision"].choices = [(choice.value, choice.label) for choice in decisions]
        self.decisions, self.to_stage = decisions, to_stage
        for name in self._of_the_move():
            self.fields[name] = deepcopy(MoveForm.base_fields[name])
        if to_stage == Stage.DEPARTED:
            self.fields["cause"].required = True
            del self.fields["next_on"]

    def _of_the_move(self) -> tuple[str, ...]:
        if not self.to_stage:
            return ()
        return (*MoveForm.DEPARTURE, "why") if self.to_stage == Stage.DEPARTED else ("why",)

    @property
    def move_fields(self) -> list:
        """What the decision asks for beside the note; ``why`` comes with the gate."""
        return [self[name] for name in (*MoveForm.DEPARTURE, "next_on") if name in self.fields]

    def demand_reason(self) -> None:
        """The browser asks for the reason too; the verb is who refuses."""
        self.fields["why"].widget.attrs["required"] = True

    def refuse(self, refused: Refused) -> None:
        """A reason that is missing is said at its field, anything else over the form."""
        needs_reason = refused.code == "gate_shut" and refused.details["needs"] == "reason"
        self.add_error("why" if needs_reason else None, refused.message)

    def on_version(self, review: Review) -> "ReviewForm":
        """The same form with what was typed, now for the review as it stands."""
        if not self.is_bound:
            return self
        data = self.data.copy()
        data["version"] = str(review.version)
        return ReviewForm(data, review=review, decisions=self.decisions, to_stage=self.to_stage)

    @property
    def segments(self) -> list[dict]:
        """For the segments partial."""
        chosen = self["decision"].value()
        icons = {"advance": "arrow-up", "stay": "pause", "step_back": "arrow-down", "depart": "log-out"}
        return [
            {
                "value": choice.value,
                "label": choice.label,
                "icon": icons[choice],
                "selected": choice == chosen,
            }
            for choice in self.decisions
        ]


class RescheduleForm(forms.Form):
    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    due_on = _date(_("Due"))

    def __init__(self, data=None, *, review: Review):
        initial = {"version": review.version, "due_on": review.due_on}
        super().__init__(data, initial=initial, use_required_attribute=False)
