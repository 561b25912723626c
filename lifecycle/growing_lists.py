"""The lists of personas, coaching plans, access grants: pages, panels of a file, the API (DOMAIN 5.5)."""

import django_filters as filters
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kol_crm.core import lists
from kol_crm.core.filters import AnyOf, Flag
from kol_crm.core.lists import Column, ListSpec
from kol_crm.core.paging import Sort
from lifecycle.models import AccessGrant, CoachingPlan, Persona
from profiles.filters import OfFileFilter
from profiles.models import Level

NEWEST = (Sort("created", "created_at", _("Created"), descending_first=True),)


class PersonaFilter(OfFileFilter):
    state = AnyOf(choices=Persona.State, label=_("State"))
    for_me = Flag(method="filter_for_me", label=_("For me to approve"))

    def filter_for_me(self, rows, _name, wanted):
        waiting = Persona.objects.to_approve(self.user).values("pk")
        return rows.filter(pk__in=waiting) if wanted else rows.exclude(pk__in=waiting)


class CoachingFilter(OfFileFilter):
    state = filters.ChoiceFilter(choices=CoachingPlan.State, method="filter_state", label=_("State"))

    def filter_state(self, rows, _name, state):
        return rows.filter(closed_at__isnull=state == CoachingPlan.State.RUNNING)


class AccessFilter(OfFileFilter):
    kind = AnyOf(choices=AccessGrant.Kind, label=_("Kind"))
    level = AnyOf(choices=Level, label=_("Level"))
    state = filters.ChoiceFilter(choices=AccessGrant.State, method="filter_state", label=_("State"))
    by_level = Flag(label=_("Withdrawn with the level"))

    def filter_state(self, rows, _name, state):
        return rows.filter(withdrawn_at__isnull=state == AccessGrant.State.STANDING)


_KOL = Column("kol", "KOL", css="col-kol")
_OWNER = Column("owner", _("Owner"), css="col-owner")
_CREATED = Column("created", _("Created"), sort="created", css="col-touch", right=True)

PERSONAS = lists.register(
    ListSpec(
        name="personas",
        rows=Persona.objects.visible_to,
        prepare=lambda rows: rows.for_list(),
        filterset=PersonaFilter,
        sorts=NEWEST,
        default_sort="-created",
        columns=(
            _KOL,
            Column("story", _("Story")),
            Column("state", _("State"), css="col-penalty"),
            Column("number", _("Version"), css="col-level", right=True),
            _OWNER,
            _CREATED,
        ),
        template="lifecycle/persona/list.html",
        rows_template="lifecycle/persona/_rows.html",
        panel_template="lifecycle/persona/_lines.html",
    )
)
COACHING = lists.register(
    ListSpec(
        name="coaching",
        rows=CoachingPlan.objects.visible_to,
        prepare=lambda rows: rows.for_list(),
        filterset=CoachingFilter,
        sorts=NEWEST,
        default_sort="-created",
        columns=(
            _KOL,
            Column("title", _("Plan")),
            Column("state", _("State"), css="col-plan-state"),
            Column("sessions", pgettext_lazy("coaching", "Sessions"), css="col-plan-kinds"),
            _OWNER,
            _CREATED,
        ),
        template="lifecycle/coaching/list.html",
        rows_template="lifecycle/coaching/_rows.html",
        panel_template="lifecycle/coaching/_panel.html",
    )
)
ACCESS = lists.register(
    ListSpec(
        name="access",
        rows=AccessGrant.objects.visible_to,
        prepare=lambda rows: rows.for_list(),
        filterset=AccessFilter,
        sorts=(Sort("until", "until", _("Until"), nullable=True), *NEWEST),
        default_sort="-created",
        columns=(
            _KOL,
            Column("what", _("Which one")),
            Column("kind", _("Kind"), css="col-plan-state"),
            Column("level", _("Level"), css="col-level"),
            Column("until", _("Until"), sort="until", css="col-plan-due"),
            Column("state", _("State"), css="col-plan-state"),
            _OWNER,
            _CREATED,
        ),
        template="lifecycle/access/list.html",
        rows_template="lifecycle/access/_rows.html",
        panel_template="lifecycle/access/_panel.html",
    )
)
