"""The week of a manager: where the files they see stand, what is at risk (DOMAIN 5.4, 7.7, 8.2)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Q

from kol_crm.core.models import User
from lifecycle import pace
from lifecycle.models import Move, Stay
from lifecycle.rules import pace as pace_rules
from lifecycle.services.steps import ORDER
from profiles.models import Field, Kol, Stage

WEEK = timedelta(days=7)
BANDS = ((75, 100), (50, 74), (25, 49), (0, 24))  # of loss risk (DOMAIN 7.7), the worst first
IN_CARE = (Stage.INITIAL, Stage.MID_TERM, Stage.LATE)
STAGES = (*ORDER, Stage.DEPARTED)


@dataclass(frozen=True)
class StageCount:
    stage: Stage
    now: int
    before: int  # a week ago, of the files that are seen today

    @property
    def change(self) -> int:
        return self.now - self.before


@dataclass(frozen=True)
class Week:
    """``risks``: (from, to, KOLs) of initial to late; ``unknown_risk`` of them have none yet. ``departures``:
    (cause, KOLs) of seven days. ``fields``: those of which something is to be said, with their pace.
    """

    stages: tuple[StageCount, ...]
    overdue: int
    risks: tuple[tuple[int, int, int], ...]
    unknown_risk: int
    departures: tuple[tuple[str, int], ...]
    fields: tuple[pace.FieldPace, ...]

    @property
    def in_care(self) -> int:
        return sum(one.now for one in self.stages if one.stage in IN_CARE)

    @property
    def at_risk(self) -> int:
        """In the two upper bands."""
        return sum(count for low, _high, count in self.risks if low >= 50)

    @property
    def departed(self) -> int:
        return sum(count for _cause, count in self.departures)


def of(user: User, day: date) -> Week:
    """As of the morning of ``day``; a fixed number of queries."""
    seen = Kol.objects.active().visible_to(user)
    before = day - WEEK
    at_risk = seen.filter(stage__in=IN_CARE)
    bands = {f"from_{low}": Count("pk", filter=Q(risk__range=(low, high))) for low, high in BANDS}
    risks = at_risk.aggregate(unknown=Count("pk", filter=Q(risk=None)), **bands)
    lost = Move.objects.standing().filter(
        to_stage=Stage.DEPARTED, kol__in=Kol.objects.visible_to(user), at__date__gte=before, at__date__lt=day
    )
    causes = lost.order_by().values_list("cause").annotate(n=Count("pk")).order_by("-n", "cause")
    return Week(
        stages=tuple(_stages(seen, before)),
        overdue=seen.filter(review_due__lt=day).count(),
        risks=tuple((low, high, risks[f"from_{low}"]) for low, high in BANDS),
        unknown_risk=risks["unknown"],
        departures=tuple(causes),
        fields=tuple(_fields(day)),
    )


def _stages(seen, before: date) -> Iterable[StageCount]:
    now = dict(seen.order_by().values_list("stage").annotate(n=Count("pk")))
    stays = Stay.objects.filter(kol__in=seen, since__lte=before).filter(Q(until=None) | Q(until__gt=before))
    then = dict(stays.order_by().values_list("stage").annotate(n=Count("kol", distinct=True)))
    for stage in STAGES:
        yield StageCount(Stage(stage), now.get(stage, 0), then.get(stage, 0))


def _fields(day: date) -> list[pace.FieldPace]:
    """Those that have room or too many; the rest goes on as it is."""
    told = (pace_rules.ROOM, pace_rules.OVERSUPPLIED)
    found = [one for one in pace.on(day, Field.objects.all()).values() if one.pace.word in told]
    return sorted(found, key=lambda one: (one.pace.word != pace_rules.ROOM, -one.pace.room, one.field.slug))
