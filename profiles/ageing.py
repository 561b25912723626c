"""How long a stay in a stage may last before board and list say so (DOMAIN 5; UI, screen 4)."""

from collections.abc import Mapping
from datetime import date, timedelta

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kol_crm.core import policy
from kol_crm.core.shapes import Number, Table
from profiles.models import Stage

LONGEST = 1830
LIMITS = policy.declare(
    "stage_ageing",
    {Stage.INTRODUCTION: 45, Stage.INITIAL: 90, Stage.MID_TERM: 180, Stage.LATE: 365},
    _("Long in a stage, by stage"),
    _("days"),
    section=policy.RHYTHM,
    shape=Table(
        {stage.value: (stage.label, Number(1, LONGEST)) for stage in Stage if stage != Stage.DEPARTED}
    ),
    help=_("After so many days board and list mark a KOL as long in the stage. It stops nothing."),
)


def last_days(day: date, rules: policy.Policy) -> dict[str, date]:
    """Per stage the day before which who entered it is long in it on ``day``."""
    limits: Mapping[str, int] = rules.get(LIMITS)
    return {str(stage): day - timedelta(days=limits[stage]) for stage in limits}


def is_long(stage: str, since: date | None, lines: Mapping[str, date]) -> bool:
    return since is not None and stage in lines and since < lines[stage]


def long_in_stage(lines: Mapping[str, date]) -> Q:
    """The same of many."""
    found = Q(pk__in=[])
    for stage, line in lines.items():
        found |= Q(stage=stage, stage_since__lt=line)
    return found
