"""What changed after a cursor, once nothing can appear behind it any more (RELIABILITY 2).

On PostgreSQL that is everything below the oldest transaction still running: a page reads states up to there
in the order of their transactions, so that one which commits late is not passed over. Those that are known to
write to another database of the cluster do not count; one that nothing is known of does.
Nor does a cursor go beyond the newest transaction that marked a file: PostgreSQL that was killed gives ids
which only unfinished or rolled back transactions had to the next ones, whose changes would lie behind it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection

from kol_crm.core.kept import array
from kol_crm.core.models import User
from profiles.models import Kol
from profiles.sync_cursor import Position, Reader

OUT_OF_SCOPE = "out_of_scope"
LONGEST_CHAIN = 20  # of files merged one into the other
STATES = """
SELECT s.at AS at, s.kol AS kol, s.kind AS kind, s.survivor AS survivor, s.version AS version,
       s.origin = %s AND (s.others_at, s.kol) <= (%s, %s) AS own
FROM profiles_syncstate s
WHERE (s.at, s.kol) > (%s, %s) AND s.at < (SELECT until FROM h) AND s.hidden_from <> %s {in_teams} {others}
ORDER BY s.at, s.kol LIMIT %s
"""
# Of a file that is in sight again, or still, the states tell.
LEFT = """
SELECT l.at, l.kol, 'out_of_scope', CAST(NULL AS uuid), CAST(NULL AS bigint), CAST(NULL AS boolean)
FROM profiles_syncleft l
WHERE (l.at, l.kol) > (%s, %s) AND l.at < (SELECT until FROM h)
  AND (l.whom = %s OR (l.whom = 0 AND l.but <> %s)) {left_teams}
  AND NOT EXISTS (
    SELECT 1 FROM profiles_syncstate s WHERE s.kol = l.kol AND s.hidden_from <> %s {in_teams}
  )
ORDER BY l.at, l.kol LIMIT %s
"""
PAGE = """
WITH h AS MATERIALIZED (SELECT {horizon} AS until)
SELECT h.until, p.* FROM h LEFT JOIN (
    SELECT * FROM (
        SELECT * FROM ({states}) a UNION ALL SELECT * FROM ({left}) b
    ) both_kinds ORDER BY at, kol LIMIT %s
) p ON TRUE ORDER BY p.at, p.kol
"""
OLDEST_RUNNING = """(
    SELECT COALESCE(MIN(running.xid::text::bigint), pg_snapshot_xmax(pg_current_snapshot())::text::bigint)
    FROM pg_snapshot_xip(pg_current_snapshot()) AS running (xid)
    WHERE NOT EXISTS (
        SELECT 1 FROM pg_stat_activity other
        WHERE other.backend_xid = running.xid::xid AND other.datname <> current_database()
    )
)"""
NEWEST_MARK = "GREATEST((SELECT MAX(at) FROM profiles_syncstate), (SELECT MAX(at) FROM profiles_syncleft), 0)"
POSTGRES_HORIZON = f"LEAST({OLDEST_RUNNING}, 1 + {NEWEST_MARK})"
SQLITE_HORIZON = "COALESCE((SELECT value + 1 FROM profiles_syncclock), 1)"


class Entry(NamedTuple):
    """A file that changed. ``version`` grows with each change of it; none for what went out of sight."""

    at: int
    kol: UUID
    kind: str
    survivor: UUID | None
    version: int | None
    own: bool


@dataclass(frozen=True)
class Page:
    entries: Sequence[Entry]
    end: Position
    has_more: bool


def now_at() -> Position:
    """From where a client reads on that lists everything afterwards."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {_horizon()}")
        return Position(cursor.fetchone()[0])


def page(reader: Reader, teams: list[UUID] | None, start: Position, limit: int) -> Page:
    """The next files that changed, in the order of their cursors; ``teams`` of the reader."""
    rows = _asked(reader, teams, start, limit + 1)
    until, found = rows[0][0], [_entry(row[1:]) for row in rows if row[1] is not None]
    if len(found) > limit:
        last = found[limit - 1]
        return Page(_once(found[:limit]), Position(last.at, last.kol), has_more=True)
    return Page(_once(found), Position(until), has_more=False)


def survivors_in_sight(user: User, entries: Iterable[Entry]) -> set[UUID]:
    """Which of the files that stand for merged ones the user sees at this moment."""
    asked = {entry.survivor for entry in entries if entry.survivor}
    if not asked:
        return set()
    return set(Kol.objects.visible_to(user).filter(pk__in=asked).values_list("pk", flat=True))


def survivor(user: User, entry: Entry, seen: set[UUID]) -> UUID | None:
    """The file that stands for a merged one now, where the user sees it."""
    found = entry.survivor
    for _step in range(LONGEST_CHAIN):
        if found is None or found in seen:
            return found
        found = Kol.objects.filter(pk=found).values_list("merged_into", flat=True).first()
        if found and Kol.objects.visible_to(user).filter(pk=found).exists():
            return found
    return None


def _horizon() -> str:
    return POSTGRES_HORIZON if connection.vendor == "postgresql" else SQLITE_HORIZON


def _asked(reader: Reader, teams: list[UUID] | None, start: Position, most: int) -> list[tuple[Any, ...]]:
    me, here = reader.user.pk, (start.at, _key(start.kol))
    scope: tuple = () if teams is None else _team_params(teams)
    others = "AND NOT (s.origin = %s AND (s.others_at, s.kol) <= (%s, %s))" if reader.skip_own else ""
    statement = PAGE.format(
        horizon=_horizon(),
        states=STATES.format(in_teams=_in_teams("s", teams), others=others),
        left=LEFT.format(in_teams=_in_teams("s", teams), left_teams=_in_teams("l", teams)),
    )
    own = (reader.client, *here)
    states = (*own, *here, me, *scope, *(own if reader.skip_own else ()), most)
    left = (*here, me, me, *scope, me, *scope, most)
    with connection.cursor() as cursor:
        cursor.execute(statement, [*states, *left, most])
        return cursor.fetchall()


def _key(pk: UUID) -> str:
    return str(pk) if connection.vendor == "postgresql" else pk.hex


def _team_params(teams: list[UUID]) -> tuple:
    return (array(teams),) if connection.vendor == "postgresql" else tuple(one.hex for one in teams)


def _in_teams(row: str, teams: list[UUID] | None) -> str:
    if teams is None:
        return ""
    if connection.vendor == "postgresql":
        return f"AND {row}.team = ANY(%s::uuid[])"
    return f"AND {row}.team IN ({', '.join(['%s'] * len(teams))})"


def _entry(row: Sequence[Any]) -> Entry:
    at, kol, kind, survivor, version, own = row
    return Entry(at, _id(kol), kind, survivor and _id(survivor), version, bool(own))


def _id(value: Any) -> UUID:
    return value if isinstance(value, UUID) else UUID(str(value))


def _once(entries: Iterable[Entry]) -> list[Entry]:
    """A file that left two teams in one transaction is told of once."""
    return list({(entry.at, entry.kol): entry for entry in entries}.values())
