"""How a review ends, and another date for one that is still to be done."""

from datetime import date

from django import forms
from django.utils.translation import gettext_lazy as _

from lifecycle.models import Review


def _date(label, **options) -> forms.DateField:
    return forms.DateField(
        label=label, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"), **options
    )


class ReviewForm(forms.Form):
    """``version`` is that of the review as it was shown: without it nothing is saved."""

    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    decision = forms.ChoiceField(
        label=_("Decision"), error_messages={"required": _("Choose how the review ends.")}
    )
    note = forms.CharField(
        label=_("Note"), required=False, max_length=4000, widget=forms.Textarea({"rows": 2})
    )
    next_on = _date(_("Next review"), required=False)

    def __init__(self, data=None, *, review: Review, decisions, next_on: date | None):
        initial = {"version": review.version, "next_on": next_on, "decision": Review.Decision.STAY}
        super().__init__(data, initial=initial, use_required_attribute=False)
        self.fields["decision"].choices = [(choice.value, choice.label) for choice in decisions]
        self.decisions = decisions

    def on_version(self, review: Review) -> "ReviewForm":
        """The same form with what was typed, now for the review as it stands."""
        if not self.is_bound:
            return self
        data = self.data.copy()
        data["version"] = str(review.version)
        return ReviewForm(data, review=review, decisions=self.decisions, next_on=None)

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
