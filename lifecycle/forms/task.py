"""Tasks: what is to be done, by whom and until when (DOMAIN 8.1)."""

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lifecycle.models import Task
from lifecycle.models.task import LONGEST_ROUND
from lifecycle.services import task as verbs

LONG = {"rows": 3}


def _day_input() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class TaskForm(forms.Form):
    """``kol`` and ``user`` say who may be given it; ``version`` is posted when a task is changed."""

    version = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)
    what = forms.CharField(label=_("What is to be done"), max_length=200)
    due_on = forms.DateField(label=_("Due"), widget=_day_input())
    assignee = forms.ModelChoiceField(label=_("Who does it"), queryset=None, empty_label=None)
    repeat_days = forms.IntegerField(
        label=_("Again after (days)"),
        required=False,
        min_value=1,
        max_value=LONGEST_ROUND,
        help_text=_("Left empty: once."),
    )
    note = forms.CharField(
        label=pgettext_lazy("of a task", "Note"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs=LONG),
    )

    def __init__(self, data=None, *, kol, user, day, task: Task | None = None):
        initial = {"assignee": user.pk, "due_on": day}
        if task is not None:
            initial = {name: getattr(task, name) for name in self.base_fields if name != "assignee"}
            initial["assignee"] = task.assignee_id
        super().__init__(data, initial=initial)
        self.fields["assignee"].queryset = verbs.assignees(user, kol)
        if task is None:
            del self.fields["version"]

    def facts(self) -> dict:
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}


class DoneForm(forms.Form):
    version = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)
    outcome = forms.CharField(
        label=_("What came of it"), required=False, max_length=2000, widget=forms.Textarea(attrs=LONG)
    )
    next_on = forms.DateField(label=_("Next one due"), required=False, widget=_day_input())
