"""What the dashboard and the board add up (``ScopeCount``): files by stage, verdict, owner and what is due.

Which reviews are late, which figures stale, who is long in a stage, changes as days pass: the lines between
(``CountLines``) are moved on by ``draw``, which counts only the files that lie between old and new.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db import connection, transaction

from kol_crm.core import policy
from profiles import ageing
from profiles.counting import ACTS, FIELDS, FILES, Version, add, every, key_text
from profiles.models import Band, CountLines, ScopeCount, Stage

SOON_DAYS, LONG_LATE_DAYS = 7, 7
STAGE, LEVEL, VERDICT, OWNER = "stage", "level", "verdict", "owner"
DUE, LATE_OF, STALE, AGED = "due", "late_of", "stale", "aged"
RISK = "risk"
OVERDUE, LONG_OVERDUE, SOON = "overdue", "long_overdue", "soon"
STANDING, DATED = (STAGE, LEVEL, VERDICT, OWNER, RISK), (DUE, LATE_OF, STALE, AGED)
KINDS = (*STANDING, *DATED)
COLUMNS = (
    "team_id",
    "stage",
    "level",
    "verdict",
    "owner_id",
    "review_due",
    "figures_due",
    "stage_since",
    "risk",
)
SCOPES = ("team_id", "kind", "field", "level", "value")
LINES = "profiles_countlines"
OWNED = f"CASE WHEN p.stage <> '{Stage.DEPARTED}' THEN {key_text('p.owner_id')} END"
LONG = " ".join(f"WHEN '{stage.value}' THEN l.{stage.value}" for stage in Stage if stage != Stage.DEPARTED)
BANDS = " ".join(
    f"WHEN {{row}}.risk BETWEEN {low} AND {high} THEN '{low}'" for low, high in (band.bounds for band in Band)
)
BAND = f"CASE {BANDS} END"  # of whom no risk is known counts in no band
# What a file is under each kind; without a value it does not count there.
VALUES = {
    STAGE: "p.stage",
    LEVEL: "p.level",
    VERDICT: "p.verdict",
    OWNER: OWNED,
    RISK: f"CASE WHEN p.risk IS NOT NULL THEN p.stage || ':' || {BAND.format(row='p')} END",
    DUE: (
        f"CASE WHEN p.review_due < l.long_late THEN p.stage || ':{LONG_OVERDUE}' "
        f"WHEN p.review_due < l.day THEN p.stage || ':{OVERDUE}' "
        f"WHEN p.review_due <= l.soon THEN p.stage || ':{SOON}' END"
    ),
    LATE_OF: f"CASE WHEN p.review_due < l.day THEN {OWNED} END",
    STALE: "CASE WHEN p.figures_due <= l.day THEN p.stage END",
    AGED: f"CASE WHEN p.stage_since < CASE p.stage {LONG} END THEN p.stage END",
}


def under_levels(counted: str) -> str:
    """Rows (team_id, kind, field, level, value, n) under any level and under their own."""
    return (
        "SELECT c.team_id, c.kind, c.field, "  # noqa: S608 - names of ours
        f"CASE e.every WHEN 1 THEN '{ScopeCount.ANY_LEVEL}' ELSE c.level END AS level, c.value, c.n "
        f"FROM ({counted}) c CROSS JOIN (SELECT 1 AS every UNION ALL SELECT 0) e"
    )


def files_under_fields(versions: Iterable[Version], columns: Iterable[str]) -> str:
    """Versions of files that are not archived, under no field and under each of theirs."""
    shown = ", ".join(f"k.{column} AS {column}" for column in ("id", *columns))
    found = []
    for one in versions:
        found += [
            f"SELECT {shown}, {one.sign} AS n, '' AS field FROM ({one.sql}) k WHERE k.archived_at IS NULL",  # noqa: S608
            f"SELECT {shown}, {one.sign}, {key_text('f.field_id')} FROM ({one.sql}) k "  # noqa: S608
            f"JOIN {FIELDS} f ON f.kol_id = k.id WHERE k.archived_at IS NULL",
        ]
    return " UNION ALL ".join(found)


def fields_of_files(versions: Iterable[Version], columns: Iterable[str]) -> str:
    """Versions of rows of fields, each with its file."""
    shown = ", ".join(f"k.{column} AS {column}" for column in ("id", *columns))
    return " UNION ALL ".join(
        f"SELECT {shown}, {one.sign} AS n, {key_text('r.field_id')} AS field FROM ({one.sql}) r "  # noqa: S608
        f"JOIN {FILES} k ON k.id = r.kol_id WHERE k.archived_at IS NULL"
        for one in versions
    )


def _valued(files: str, kinds: Iterable[str] = KINDS) -> str:
    names = " UNION ALL ".join(f"SELECT '{kind}' AS kind" for kind in kinds)
    cases = " ".join(f"WHEN '{kind}' THEN {VALUES[kind]}" for kind in kinds)
    counted = (
        f"SELECT p.team_id, k.kind, p.field, p.level, CASE k.kind {cases} END AS value, p.n "  # noqa: S608
        f"FROM ({files}) p CROSS JOIN ({names}) k LEFT JOIN {LINES} l ON l.id = {CountLines.ONLY}"
    )
    return f"SELECT * FROM ({under_levels(counted)}) v WHERE v.value IS NOT NULL"  # noqa: S608


class ScopeCounts:
    name = "scope"
    into = ScopeCount._meta.db_table
    key = SCOPES
    watched = {
        FILES: ((*COLUMNS, "archived_at"), tuple(ACTS)),
        FIELDS: (("kol_id", "field_id"), tuple(ACTS)),
    }
    # It moves with every figure that comes in; what counts is whether it lies before today.
    compared = {
        "risk": f"({BAND})",
        "figures_due": f"({{row}}.figures_due <= (SELECT day FROM {LINES} WHERE id = {CountLines.ONLY}))",  # noqa: S608
    }

    def select(self, table: str, versions: Iterable[Version]) -> str:
        read = files_under_fields if table == FILES else fields_of_files
        return _valued(read(versions, COLUMNS))

    def everything(self) -> str:
        return self.select(FILES, [every(FILES)])


SCOPE_COUNTS = ScopeCounts()


def one_file(kol_id: UUID) -> Version:
    """What a single file counts for."""
    key = kol_id if connection.vendor == "postgresql" else kol_id.hex
    return Version(f"SELECT * FROM {FILES} WHERE id = '{key}'", 1)  # noqa: S608 - a key of ours


@dataclass(frozen=True)
class Drawn:
    """What moving the lines did."""

    moved: bool
    files: int = 0


def lines_of(day: date, rules: policy.Policy) -> CountLines:
    """The lines as they lie on that day."""
    return CountLines(
        id=CountLines.ONLY,
        day=day,
        long_late=day - timedelta(days=LONG_LATE_DAYS),
        soon=day + timedelta(days=SOON_DAYS),
        **ageing.last_days(day, rules),
    )


def draw(day: date) -> Drawn:
    """Move the lines to that day and the policy in force, and count what lies between; one transaction.

    Nobody writes a file meanwhile. Raises ``OperationalError`` where others keep on writing: the next tick
    tries again.
    """
    wanted = lines_of(day, policy.current())
    standing = CountLines.objects.first()
    if standing is not None and _days(standing) == _days(wanted):
        return Drawn(moved=False)
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL lock_timeout = '500ms'")
            cursor.execute(f"LOCK TABLE {FILES}, {FIELDS} IN SHARE MODE")
        standing = CountLines.objects.first()
        between = _between(standing, wanted)
        if standing is not None:
            _count(cursor, between, -1)
        wanted.save()
        return Drawn(moved=True, files=_count(cursor, between, 1))


def _days(lines: CountLines) -> tuple[date, ...]:
    return tuple(getattr(lines, field.name) for field in CountLines._meta.fields if field.name != "id")


def _count(cursor, between: str, sign: int) -> int:
    files = files_under_fields([Version(f"SELECT * FROM {FILES} WHERE {between}", sign)], COLUMNS)  # noqa: S608
    cursor.execute(add(SCOPE_COUNTS, _valued(files, DATED)))
    return cursor.rowcount


def _between(old: CountLines | None, new: CountLines) -> str:
    """Which files may count differently: those with a date between an old line and the new one."""
    if old is None:
        return "archived_at IS NULL"

    def span(column: str, line: str) -> str:
        first, last = sorted((getattr(old, line), getattr(new, line)))
        return f"{column} BETWEEN '{first}' AND '{last}'"

    dated = [span("review_due", line) for line in ("long_late", "day", "soon")]
    dated.append(span("figures_due", "day"))
    dated += [
        f"(stage = '{stage.value}' AND {span('stage_since', stage.value)})"
        for stage in Stage
        if stage != Stage.DEPARTED
    ]
    return " OR ".join(dated)
