"""A robot of a group chat."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kol_crm.core import notices
from kol_crm.core.forms.stale import StaleForm
from kol_crm.core.forms.user import TeamField
from kol_crm.core.models import Robot, Team, User
from kol_crm.core.models.robot import RobotKind
from kol_crm.core.notice_rules import ROBOT
from kol_crm.core.services import robot as verbs

SECRET = {"autocomplete": "off", "spellcheck": "false"}


class RobotForm(StaleForm):
    name = forms.CharField(
        label=pgettext_lazy("robot", "Name"), max_length=80, help_text=_("How you know the group.")
    )
    kind = forms.ChoiceField(label=_("Chat"), choices=RobotKind)
    url = forms.CharField(
        label=_("Address of the webhook"),
        required=False,
        max_length=1000,
        widget=forms.PasswordInput(attrs=SECRET),
        help_text=_(
            "As the chat shows it. Whoever has it can write there: it is kept sealed and not shown again."
        ),
    )
    secret = forms.CharField(
        label=_("Secret for signing"),
        required=False,
        max_length=200,
        widget=forms.PasswordInput(attrs=SECRET),
        help_text=_("Of DingTalk and Feishu, where signing is switched on."),
    )
    team = TeamField(
        label=_("Team"),
        queryset=Team.objects.none(),
        help_text=_("It tells what waits for the people of this team and of those below."),
    )
    kinds = forms.MultipleChoiceField(label=_("Tells"), widget=forms.CheckboxSelectMultiple)
    active = forms.BooleanField(label=pgettext_lazy("robot", "On"), required=False, initial=True)

    def __init__(self, data=None, *, user: User, robot: Robot | None = None):
        names = ("name", "kind", "team", "kinds", "active", "version")
        super().__init__(data, initial={name: getattr(robot, name) for name in names} if robot else {})
        fields: Any = self.fields
        fields["team"].queryset = verbs.teams_for(user)
        fields["kinds"].choices = [
            (name, kind.label) for name, kind in notices.kinds.items() if ROBOT in kind.offered
        ]
        if robot is None:
            del self.fields["version"]
            fields["url"].required = True
        else:
            kept = _("Kept: %(address)s. Empty leaves it.") % {"address": robot.address}
            fields["url"].help_text = kept
            fields["secret"].help_text = (
                _("One is kept. Empty leaves it.") if robot.sealed_secret else fields["secret"].help_text
            )
