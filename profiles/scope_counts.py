"""What a reader's dashboard and board add up, within a scope, from the counters (DOMAIN 2.1; PERFORMANCE)."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

from kol_crm.core.memory import once
from kol_crm.core.models import Team, User
from profiles import counting, scope_counting
from profiles.models import Kol, ScopeCount
from profiles.services.access import teams_for

COUNTS = ScopeCount._meta.db_table
OWN, DAY, FIELD = "own", "day", "field"
Values = dict[str, Counter[str]]
BETWEEN, IS = "|", "="  # values are ours: stages, months, digits of ids
MONTH = "2026-11:"  # what a value of a kind by month begins with
MOST_KEPT = 2000
# The condition on teams by all that decides it: to write it takes longer than to ask it.
_kept: dict[tuple, tuple[str, list[Any]]] = {}


@dataclass(frozen=True)
class Scope:
    """A team with those below it, a field, levels (empty: none): None and () where nothing is asked."""

    team: Team | None = None
    field: UUID | None = None
    levels: tuple[str, ...] = ()

    @property
    def field_key(self) -> str:
        return self.field.hex if self.field else ""

    @property
    def level_keys(self) -> tuple[str, ...]:
        return self.levels or (ScopeCount.ANY_LEVEL,)


@dataclass(frozen=True)
class Months:
    """Values of these months, ``before`` the last; ``summed``: all of them together, without their month."""

    first: str
    before: str = "9999"
    summed: bool = False


@dataclass(frozen=True)
class Figures:
    """Sums by kind and value; a kind that was not asked for is empty.

    ``told`` has them as the database wrote them, a text a kind: who drew something from these texts knows
    that it still holds as long as they are the same. ``counted_on``: the day as of which late, near, stale
    and long are told apart; None before a first tick.
    """

    told: Mapping[str, str] = field(default_factory=dict)
    counted_on: date | None = None

    def __getitem__(self, kind: str) -> Counter[str]:
        """To be read, not to be changed."""
        return _parsed(self.told.get(kind, ""))

    def texts(self, kinds: Iterable[str]) -> tuple[str, ...]:
        return tuple(self.told.get(kind, "") for kind in kinds)

    def only(self, kinds: Iterable[str]) -> "Figures":
        """As if no other kind had been asked for."""
        return Figures({kind: self.told.get(kind, "") for kind in kinds}, self.counted_on)


@lru_cache(maxsize=200)
def _parsed(told: str) -> Counter[str]:
    found = Counter[str]()
    for one in told.split(BETWEEN) if told else ():
        value, _is, count = one.rpartition(IS)
        found[value] = int(count)
    return found


def _text(values: Counter[str]) -> str:
    return BETWEEN.join(f"{value}{IS}{count}" for value, count in values.items() if count > 0)


def _read(sql: str, params: Iterable[Any]) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(sql, list(params) or None)  # without parameters a % is a %
        return cursor.fetchall()


def _seen(user: User, scope: Scope) -> QuerySet[Team]:
    """The teams of the scope whose files the reader sees."""
    teams = teams_for(user)
    return teams if scope.team is None else teams.filter(path__startswith=scope.team.path)


def _teams(user: User, scope: Scope) -> tuple[str, list[Any]]:
    """Whose files, as a condition on ``team_id``: nothing for an admin who asks for all."""
    if user.is_admin and scope.team is None:
        return "", []
    key = (*user.sight, scope.team and scope.team.path)
    return once(_kept, key, lambda: _written(_seen(user, scope)), MOST_KEPT)


def _written(teams: QuerySet[Team]) -> tuple[str, list[Any]]:
    try:
        sql, params = teams.order_by().values("pk").query.get_compiler(connection=connection).as_sql()
    except EmptyResultSet:  # who belongs to no team
        return " AND 1 = 0", []
    return f" AND team_id IN ({sql})", list(params)


def seen_by(
    user: User, scope: Scope, kinds: Iterable[str], since: Mapping[str, Months] | None = None
) -> Figures:
    """What the reader's lists hold in this scope: one query, and more for who has a file of their own.

    ``since`` names further kinds, each with the months that its values begin with. With the kind ``FIELD``
    come the files per field (by the digits of its id), each file in all of its fields, whatever field the
    scope names.
    """
    if not user.is_active or user.role == User.Role.FINANCE:
        return Figures()
    kinds, since = tuple(kinds), since or {}
    told = dict(_read(*_statement(user, scope, kinds, since)))
    day, own = _parsed(told.pop(DAY, "")), _parsed(told.pop(OWN, ""))
    for key in own:
        found = {kind: _parsed(text).copy() for kind, text in told.items()}
        _without(found, UUID(key), user, scope, kinds, since)
        told = {kind: _text(values) for kind, values in found.items()}
    return Figures(told, date.fromisoformat(next(iter(day))) if day else None)


def within(user: User, scope: Scope) -> tuple[str, list[Any]]:
    """The scope and what the reader sees, as a condition on ``field``, ``level`` and ``team_id``."""
    teams, params = _teams(user, scope)
    levels = _places(scope.level_keys)
    return f"field = %s AND level IN ({levels}){teams}", [scope.field_key, *scope.level_keys, *params]


def own_file(user: User, scope: Scope) -> UUID | None:
    """The file about the reader within the scope, which nobody counts for themselves."""
    files = Kol.objects.filter(staff_user=user, team__in=_seen(user, scope), archived_at=None)
    return files.values_list("pk", flat=True).first()


def _statement(
    user: User, scope: Scope, kinds: tuple[str, ...], since: Mapping[str, Months]
) -> tuple[str, list[Any]]:
    """All of it in one: kinds, kinds by month, files per field, the day, and whether a file is one's own.

    A text a kind: a thousand rows would cost the page more than what it draws of them.
    """
    teams, team_params = _teams(user, scope)
    in_scope, scoped = within(user, scope)
    own = Kol._meta.get_field("staff_user").get_db_prep_value(user.pk, connection)
    parts: list[tuple[str, list[Any]]] = [
        (
            f"SELECT kind, value, SUM(count) AS n FROM {COUNTS} "  # noqa: S608 - names of ours
            f"WHERE kind IN ({_places(kinds)}) AND {in_scope} GROUP BY kind, value HAVING SUM(count) > 0",
            [*kinds, *scoped],
        ),
        (f"SELECT '{OWN}', CAST(id AS text), 1 FROM {counting.FILES} WHERE staff_user_id = %s", [own]),  # noqa: S608
        (f"SELECT '{DAY}', CAST(day AS text), 1 FROM {scope_counting.LINES}", []),  # noqa: S608
    ]
    for kind, months in since.items():
        value = f"SUBSTR(value, {len(MONTH) + 1})" if months.summed else "value"
        parts.append(
            (
                f"SELECT kind, {value}, SUM(count) FROM {COUNTS} "  # noqa: S608
                f"WHERE kind = %s AND value >= %s AND value < %s AND {in_scope} "
                f"GROUP BY kind, {value} HAVING SUM(count) > 0",
                [kind, months.first, months.before, *scoped],
            )
        )
    if FIELD in kinds:
        levels = f" AND value IN ({_places(scope.levels)})" if scope.levels else ""
        parts.append(
            (
                f"SELECT '{FIELD}', field, SUM(count) FROM {COUNTS} "  # noqa: S608
                f"WHERE kind = %s AND field > '' AND level = %s{teams}{levels} "
                "GROUP BY field HAVING SUM(count) > 0",
                [scope_counting.LEVEL, ScopeCount.ANY_LEVEL, *team_params, *scope.levels],
            )
        )
    joined = "string_agg" if connection.vendor == "postgresql" else "group_concat"
    sums = " UNION ALL ".join(sql for sql, _params in parts)
    text = f"{joined}(value || '{IS}' || n, '{BETWEEN}')"
    sql = f"SELECT kind, {text} FROM ({sums}) AS counted GROUP BY kind"  # noqa: S608
    return sql, [one for _sql, some in parts for one in some]


def _places(values: Sequence[Any]) -> str:
    return ", ".join(["%s"] * len(values))


def _without(
    found: Values,
    kol_id: UUID,
    user: User,
    scope: Scope,
    kinds: tuple[str, ...],
    since: Mapping[str, Months],
) -> None:
    """Nobody sees the file that is about themselves: take away what it counts for."""
    if not Kol.objects.filter(team__in=_seen(user, scope), pk=kol_id, archived_at=None).exists():
        return
    for counter in counting.counters:
        if counter.into != COUNTS:
            continue
        counted = counter.select(counting.FILES, [scope_counting.one_file(kol_id)])
        for _team, kind, of_field, level, value, n in _read(counted, ()):
            shown = _shown(kind, value, kinds, since)
            if shown is not None and of_field == scope.field_key and level in scope.level_keys:
                found.setdefault(kind, Counter())[shown] -= n
            of_level = kind == scope_counting.LEVEL and level == ScopeCount.ANY_LEVEL
            if FIELD in kinds and of_field and of_level and value in (scope.levels or (value,)):
                found.setdefault(FIELD, Counter())[of_field] -= n


def _shown(kind: str, value: str, kinds: tuple[str, ...], since: Mapping[str, Months]) -> str | None:
    """The value as the sums have it; None where it was not asked for."""
    if kind in kinds:
        return value
    months = since.get(kind)
    if months is None or not months.first <= value < months.before:
        return None
    return value[len(MONTH) :] if months.summed else value
