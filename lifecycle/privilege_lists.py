"""Who holds which privilege, who has which platform role: pages, panels, the API (DOMAIN 5.8)."""

import django_filters as filters
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kol_crm.core import lists
from kol_crm.core.filters import AnyOf
from kol_crm.core.lists import Column, ListSpec
from kol_crm.core.paging import Sort
from lifecycle.models import PlatformRole, Privilege, PrivilegeKind
from profiles.filters import OfFileFilter

HELD, WITHDRAWN = "held", "withdrawn"
PRIVILEGE_STATES = ((HELD, _("Held")), (WITHDRAWN, _("Withdrawn")))
RUNNING, OVER = "running", "over"
ROLE_STATES = ((RUNNING, pgettext_lazy("platform role", "Running")), (OVER, _("Over")))


class PrivilegeFilter(OfFileFilter):
    kind = filters.ModelChoiceFilter(queryset=PrivilegeKind.objects.all(), label=_("Privilege"))
    state = filters.ChoiceFilter(choices=PRIVILEGE_STATES, method="filter_state", label=_("State"))

    def filter_state(self, rows, _name, state):
        return rows.filter(withdrawn_at__isnull=state == HELD)


class RoleFilter(OfFileFilter):
    role = AnyOf(choices=PlatformRole.Role, label=_("Role"))
    state = filters.ChoiceFilter(choices=ROLE_STATES, method="filter_state", label=_("State"))

    def filter_state(self, rows, _name, state):
        """Those that run are not over on the reader's day; they may yet have to begin."""
        over = Q(until__lt=self.day) | Q(ended_at__isnull=False)
        return rows.filter(over) if state == OVER else rows.exclude(over)


PRIVILEGES = lists.register(
    ListSpec(
        name="privileges",
        rows=Privilege.objects.visible_to,
        prepare=lambda rows: rows.for_list(),
        filterset=PrivilegeFilter,
        sorts=(Sort("granted", "granted_at", _("Granted"), descending_first=True),),
        default_sort="-granted",
        columns=(
            Column("kol", "KOL", css="col-kol"),
            Column("what", _("Privilege")),
            Column("state", _("State"), css="col-rule"),
            Column("by", _("Granted by"), css="col-owner"),
            Column("owner", _("Owner"), css="col-owner"),
            Column("granted", _("Granted"), sort="granted", css="col-plan-due", right=True),
        ),
        template="lifecycle/privilege/list.html",
        rows_template="lifecycle/privilege/_rows.html",
        panel_template="lifecycle/privilege/_panel.html",
    )
)
ROLES = lists.register(
    ListSpec(
        name="platform_roles",
        rows=PlatformRole.objects.visible_to,
        prepare=lambda rows: rows.for_list(),
        filterset=RoleFilter,
        sorts=(
            Sort("granted", "granted_at", _("Granted"), descending_first=True),
            Sort("until", "until", _("Last day"), nullable=True),
        ),
        default_sort="until",
        columns=(
            Column("kol", "KOL", css="col-kol"),
            Column("role", _("Role")),
            Column("since", _("From"), css="col-plan-due"),
            Column("until", _("Last day"), sort="until", css="col-plan-due"),
            Column("by", _("Granted by"), css="col-owner"),
            Column("owner", _("Owner"), css="col-owner"),
            Column("granted", _("Granted"), sort="granted", css="col-plan-due", right=True),
        ),
        template="lifecycle/platform_role/list.html",
        rows_template="lifecycle/platform_role/_rows.html",
        panel_template="lifecycle/platform_role/_panel.html",
    )
)
