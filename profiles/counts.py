"""How many files a reader sees of each sort, from the counters (DOMAIN 2.1; PERFORMANCE)."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Exists, QuerySet, Sum

from kol_crm.core.kept import KeptRows
from profiles.counting import ALL, COLUMNS, FIELD
from profiles.models import FileCount, Kol
from profiles.services.access import teams_for


@dataclass(frozen=True)
class Counts:
    """Files by dimension, value and stage. A value is a key as text, empty where the file has none."""

    cells: Counter[tuple[str, str, str]]

    def by_stage(self, dimension: str = ALL, values: Iterable[str] = ("",)) -> Counter[str]:
        """Files per stage: all, or those that have one of these values."""
        wanted, found = set(values), Counter[str]()
        for (name, value, stage), count in self.cells.items():
            if name == dimension and value in wanted:
                found[stage] += count
        return found

    def by_value(self, dimension: str, stages: Iterable[str] = ()) -> Counter[str]:
        """Files per value: of all stages, or of these."""
        wanted, found = set(stages), Counter[str]()
        for (name, value, stage), count in self.cells.items():
            if name == dimension and (not wanted or stage in wanted):
                found[value] += count
        return found


def seen_by(user, *dimensions: str) -> Counts:
    """What the reader's lists hold in these dimensions; a query more for who has a file of their own."""
    if not user.is_active:
        return Counts(Counter())
    sums = SUMS.of(key=(*user.sight, dimensions), given=(user, dimensions))
    cells = Counter({(name, plain(value), stage): count for name, value, stage, _own, count in sums})
    for kol in _own(user) if any(row[3] for row in sums) else ():
        cells.subtract(_cells_of(kol, dimensions))
    return Counts(+cells)


def _sums(user, dimensions: Iterable[str]) -> QuerySet:
    """Dimension, value, stage, whether the reader has a file of their own among all, how many."""
    rows = FileCount.objects.filter(dimension__in=dimensions)
    if not user.is_admin:
        rows = rows.filter(team__in=teams_for(user).order_by())
    keys = rows.order_by().annotate(own=Exists(_own(user)))
    return keys.values_list("dimension", "value", "stage", "own").annotate(Sum("count"))


SUMS = KeptRows(_sums)


def _own(user) -> QuerySet[Kol]:
    """The file that is about the reader, where it is among those counted."""
    return Kol.objects.filter(staff_user=user, archived_at=None, team__in=teams_for(user))


def plain(value: object) -> str:
    """A key as its own text, however the database writes it."""
    text = "" if value is None else str(value)
    return UUID(text).hex if len(text) in (32, 36) else text


def _cells_of(kol: Kol, dimensions: Iterable[str]) -> list[tuple[str, str, str]]:
    cells = [(ALL, "", kol.stage)]
    cells += [(name, plain(getattr(kol, column)), kol.stage) for name, column in COLUMNS.items()]
    cells += [(FIELD, plain(field), kol.stage) for field in kol.kol_fields.values_list("field", flat=True)]
    return [cell for cell in cells if cell[0] in dimensions]


def by_team(user, dimension: str, values: Iterable[str], stages: Iterable[str] = ()) -> Counter[str]:
    """Files per team that have one of these values, of all stages or of these; two queries."""
    rows = FileCount.objects.filter(dimension=dimension)
    if not user.is_admin:
        rows = rows.filter(team__in=teams_for(user).order_by())
    wanted, among, found = set(values), set(stages), Counter[str]()
    sums = rows.order_by().values_list("team", "value", "stage").annotate(Sum("count"))
    for team, value, stage, count in sums:
        if plain(value) in wanted and (not among or stage in among):
            found[plain(team)] += count
    for kol in Kol.objects.filter(staff_user=user, archived_at=None, team__in=teams_for(user)):
        own = [cell for cell in _cells_of(kol, [dimension]) if cell[1] in wanted]
        found[plain(kol.team_id)] -= sum(1 for cell in own if not among or cell[2] in among)
    return +found
