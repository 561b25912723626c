"""What the dashboard adds up of moves and stays (``ScopeCount``): flow per month, how long stays lasted.

A stay that a move began counts in its month as that move, one that ended counts in the month of its end with
how long it lasted, in steps: days to four weeks, weeks to half a year, then four weeks. Both stand under the
team, fields and level that the file has now, as the list of stays finds them. An undone move has no stay.
"""

from collections.abc import Iterable

from django.db import connection

from lifecycle.models import Move, Stay
from profiles.counting import ACTS, FIELDS, FILES, Version, every, key_text
from profiles.models import ScopeCount, Stage
from profiles.scope_counting import SCOPES, fields_of_files, files_under_fields, under_levels

MOVED, STAYED = "moved", "stayed"
STAYS, MOVES = Stay._meta.db_table, Move._meta.db_table
COLUMNS = ("team_id", "level")
OF_A_STAY = ("stage", "since", "until", "entered_by_id")
WEEKS_FROM, WEEK, MONTHS_FROM, FOUR_WEEKS = 28, 7, 182, 28


def step_of(days: int) -> int:
    """The first day of the step that so many days fall into."""
    if days < WEEKS_FROM:
        return days
    return days - days % (WEEK if days < MONTHS_FROM else FOUR_WEEKS)


def step_ends(start: int) -> int:
    """The last day of the step that begins there."""
    return start if start < WEEKS_FROM else start + (WEEK if start < MONTHS_FROM else FOUR_WEEKS) - 1


def days_between(start: str, end: str) -> str:
    """SQL of the days between two dates."""
    if connection.vendor == "postgresql":
        return f"({end} - {start})"
    return f"CAST(julianday({end}) - julianday({start}) AS integer)"


def _step() -> str:
    days = days_between("p.since", "p.until")
    weeks, months = f"{days} - {days} % {WEEK}", f"{days} - {days} % {FOUR_WEEKS}"
    steps = f"WHEN {days} < {WEEKS_FROM} THEN {days} WHEN {days} < {MONTHS_FROM} THEN {weeks}"
    return f"CASE {steps} ELSE {months} END"


def _month(column: str) -> str:
    return f"SUBSTR(CAST({column} AS text), 1, 7)"


def _valued(stays: str) -> str:
    """Stays with the file they are of, as moves and as what they lasted."""
    scope = "p.team_id, '{}' AS kind, p.field, p.level"
    moved = (
        f"SELECT {scope.format(MOVED)}, "  # noqa: S608 - names of ours
        f"{_month('p.since')} || ':' || m.from_stage || ':' || p.stage || ':' || m.cause AS value, p.n "
        f"FROM ({stays}) p JOIN {MOVES} m ON m.id = p.entered_by_id"
    )
    stayed = (
        f"SELECT {scope.format(STAYED)}, "  # noqa: S608
        f"{_month('p.until')} || ':' || p.stage || ':' || CAST({_step()} AS text) AS value, p.n "
        f"FROM ({stays}) p WHERE p.until IS NOT NULL AND p.stage <> '{Stage.DEPARTED}'"
    )
    return under_levels(f"{moved} UNION ALL {stayed}")


class StayCounts:
    name = "stays"
    into = ScopeCount._meta.db_table
    key = SCOPES
    watched = {
        FILES: ((*COLUMNS, "archived_at"), ("UPDATE",)),
        FIELDS: (("kol_id", "field_id"), tuple(ACTS)),
        STAYS: (("kol_id", *OF_A_STAY), tuple(ACTS)),
    }

    def select(self, table: str, versions: Iterable[Version]) -> str:
        if table == STAYS:
            return _valued(" UNION ALL ".join(self._of_stays(one) for one in versions))
        read = files_under_fields if table == FILES else fields_of_files
        shown = ", ".join(f"s.{column}" for column in OF_A_STAY)
        return _valued(
            f"SELECT q.team_id, q.level, q.field, q.n, {shown} FROM ({read(versions, COLUMNS)}) q "  # noqa: S608
            f"JOIN {STAYS} s ON s.kol_id = q.id"
        )

    def _of_stays(self, one: Version) -> str:
        shown = ", ".join(f"r.{column} AS {column}" for column in OF_A_STAY)
        file = f"FROM ({one.sql}) r JOIN {FILES} k ON k.id = r.kol_id"
        return (
            f"SELECT k.team_id AS team_id, k.level AS level, '' AS field, {one.sign} AS n, {shown} {file} "
            f"WHERE k.archived_at IS NULL UNION ALL "
            f"SELECT k.team_id, k.level, {key_text('f.field_id')}, {one.sign}, {shown} {file} "
            f"JOIN {FIELDS} f ON f.kol_id = k.id WHERE k.archived_at IS NULL"
        )

    def everything(self) -> str:
        return self.select(FILES, [every(FILES)])


STAY_COUNTS = StayCounts()
