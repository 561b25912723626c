"""What counts the rows of Today, kept as text: every page asks for the number in the rail.

To put the queries of all kinds together costs twenty times what asking them does. Users of one role differ
only by their ids, so that one statement serves them all; who has rows put off or of others has their own.
"""

from collections.abc import Callable, Hashable, Iterator
from datetime import date, timedelta
from uuid import UUID

from django.db.models import QuerySet

from kol_crm.core import due, policy
from kol_crm.core.due import Statement
from kol_crm.core.memory import once
from kol_crm.core.models import Team, User
from kol_crm.today_hands import Part

WEEK = timedelta(days=7)
CAP = 1000
Hidden = dict[str, list[str]]
Write = Callable[[date, Hidden, list[Part]], Statement | None]

# Ids that no row has. They stand where those of the real user belong.
SOMEBODY = 2**62
SOME_TEAM = UUID(int=SOMEBODY)
SOME_TREE = f"{SOME_TEAM}/"
_kept: dict[Hashable, Statement | None] = {}
MOST_KEPT = 2000


def of(write: Write, user: User, day: date, hidden: Hidden, parts: list[Part]) -> Statement | None:
    """What ``write`` (``rail`` or ``chips``) writes for the queue of ``user``, made of ``parts``.

    Kept as long as nothing changes on which it depends: the day, the kinds, the policy, what decides sight.
    """
    basis = write, day, policy.remembered().number, *(id(source) for source in due.sources)
    if user.sees_beyond or hidden:
        key = (*basis, _named(hidden), *map(_of_part, parts))
        return once(_kept, key, lambda: write(day, hidden, parts), MOST_KEPT)
    return once(_kept, (*basis, user.sight), lambda: _filled(basis, write, day, user), MOST_KEPT)


def _filled(basis: tuple, write: Write, day: date, user: User) -> Statement | None:
    """The statement of the user's role, with their ids in it."""
    kind_of_user = user.role, user.is_active, user.team_id is None
    key = (*basis, kind_of_user)
    kept = once(_kept, key, lambda: write(day, {}, [Part(_in_place_of(user))]), MOST_KEPT)
    return kept and (kept[0], tuple(_real(one, user) for one in kept[1]))


def rail(day: date, hidden: Hidden, parts: list[Part]) -> Statement | None:
    """Counts all kinds together."""
    waiting = [rows for _name, rows in _waiting(day, hidden, parts)]
    return due.count_statement(waiting, CAP + 1) if waiting else None


def chips(day: date, hidden: Hidden, parts: list[Part]) -> Statement | None:
    """Counts each kind."""
    return due.counts_statement(_waiting(day, hidden, parts), CAP + 1)


def _waiting(day: date, hidden: Hidden, parts: list[Part]) -> Iterator[tuple[str, QuerySet]]:
    for part in parts:
        for name, source in due.sources.items():
            wanted = part.narrowed(name, hidden.get(name, ()))
            if wanted is not None:
                yield name, source.waiting(part.holder, day + WEEK, wanted)


def _of_part(part: Part) -> Hashable:
    return part.holder.sight, _named(part.away), None if part.taken is None else frozenset(part.taken)


def _named(ids: Hidden) -> Hashable:
    return tuple((kind, *sorted(ids[kind])) for kind in sorted(ids))


def _in_place_of(user: User) -> User:
    """Who sees what users of this role see, in a team where they have one."""
    team = None if user.team_id is None else Team(pk=SOME_TEAM, path=SOME_TREE)
    return User(pk=SOMEBODY, role=user.role, is_active=user.is_active, team=team)


def _real(value, user: User):
    if value == SOMEBODY:
        return user.pk
    if user.team_id is None:
        return value
    if value == SOME_TEAM:
        return user.team_id
    if value == SOME_TEAM.hex:  # as SQLite keeps it
        return user.team_id.hex
    return value.replace(SOME_TREE, user.team.path) if isinstance(value, str) else value
