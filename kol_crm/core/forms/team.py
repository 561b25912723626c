"""A team and the one above it."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kol_crm.core.forms.stale import StaleForm
from kol_crm.core.forms.user import TeamField
from kol_crm.core.models import Team


class TeamForm(StaleForm):
    name = forms.CharField(label=_("Name"), max_length=80)
    parent = TeamField(label=_("Below"), queryset=Team.objects.none(), required=False, empty_label="–")

    def __init__(self, data=None, *, team: Team | None = None, below: Team | None = None):
        initial = (
            {"name": team.name, "parent": team.parent, "version": team.version} if team else {"parent": below}
        )
        super().__init__(data, initial=initial)
        others = Team.objects.order_by("path")
        parent: Any = self.fields["parent"]
        parent.queryset = others.exclude(path__startswith=team.path) if team else others
        if team is None:
            del self.fields["version"]
        if team is not None and team.parent_id is None:
            del self.fields["parent"]
        elif "parent" in self.fields:
            self.fields["parent"].required = True
