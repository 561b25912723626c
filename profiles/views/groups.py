"""Group rows of the KOL list: what it may be grouped by, and the heads with their totals (UI, screen 2).

Totals come from the counters; where the filters ask for what the counters do not hold, from the files found,
as far as ``LOOKED_AT`` of them: beyond, a group is told to have more than the cap, or nothing is stated.
Nothing here counts a million rows.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kol_crm.core import wording
from kol_crm.core.lists import Listing
from kol_crm.core.models import User
from kol_crm.core.paging import CAP
from profiles import counts
from profiles.counting import ALL, COLUMNS
from profiles.models import Field, KolType, Level, Stage, Verdict
from profiles.services.access import teams_for

TEAM = "team"
LOOKED_AT = 20_000
KEY_BITS = 64  # of a number by which a database knows a row
Options = Iterable[tuple[str, Any]]


@dataclass(frozen=True)
class Group:
    """``column`` that is grouped by; ``options(user)`` in their order as (key as text, words)."""

    key: str
    label: Any
    column: str
    options: Callable[[User], Options]
    none: Any = ""  # the words for files that have none

    def condition(self, value: str) -> Q:
        """Of the files in the group ``value``. Raises ``ValueError`` for what cannot be one."""
        if value:
            return Q(**{self.column: self.typed(value)})
        return Q(**{self.column: ""}) if self.column == "level" else Q(**{f"{self.column}__isnull": True})

    def typed(self, value: str) -> Any:
        if self.column in ("stage", "level", "verdict"):
            if value not in {key for key, _label in self.options(User())}:
                raise ValueError(value)
            return value
        if self.column != "owner_id":
            return UUID(value)
        number = int(value)
        if number.bit_length() >= KEY_BITS:
            raise ValueError(number)
        return number


def _rows(model) -> Callable[[User], Options]:
    return lambda _user: [(row.pk.hex, str(row)) for row in model.objects.all()]


def _owners(user: User) -> Options:
    people = User.objects.filter(team__in=teams_for(user).order_by())
    return sorted(((str(one.pk), str(one)) for one in people), key=lambda option: option[1].casefold())


def _elsewhere(totals: Counter[str], options: Options) -> Options:
    """Owners of the files one sees who stand in other teams by now."""
    unknown = {value for value, count in totals.items() if count} - {value for value, _label in options}
    return [(str(one.pk), str(one)) for one in User.objects.filter(pk__in=unknown - {""})] if unknown else []


def _teams(user: User) -> Options:
    return [(team.pk.hex, str(team)) for team in teams_for(user).order_by("path")]


GROUPS = {
    group.key: group
    for group in (
        Group("stage", _("Stage"), "stage", lambda _user: Stage.choices),
        Group("owner", _("Owner"), "owner_id", _owners, none=_("Nobody")),
        Group("level", _("Level"), "level", lambda _user: Level.choices, none=_("No level")),
        Group("main_field", _("Main field"), "main_field_id", _rows(Field), none=_("No field")),
        Group("verdict", _("Verdict"), "verdict", lambda _user: Verdict.choices),
        Group(TEAM, _("Team"), "team_id", _teams),
        Group("type", _("Type"), "type_id", _rows(KolType), none=_("No type")),
    )
}


@dataclass(frozen=True)
class Head:
    """A group with how many files of it are found (None: not stated) and the address of its rows.

    ``more``: at least so many.
    """

    value: str
    label: Any
    total: int | None
    url: str
    more: bool = False

    @property
    def total_text(self) -> str:
        if self.total is None:
            return ""
        locale = wording.babel_locale()
        return wording.capped(self.total, CAP, locale) if self.more else wording.grouped(self.total, locale)


@dataclass(frozen=True)
class Totals:
    """Files by group; not ``whole``: of the first ones found alone."""

    found: Counter[str]
    whole: bool = True

    def head(self, value: str, label: Any, url: str) -> Head | None:
        """None for a group that surely has no file."""
        total = self.found[value]
        if self.whole:
            return Head(value, label, total, url) if total else None
        return Head(value, label, total, url, more=True) if total > CAP else Head(value, label, None, url)


def heads(listing: Listing) -> list[Head]:
    """The groups that have files, in their order; where that is not known, every one that could have some."""
    shown = listing.display
    if shown is None or listing.problems:
        return []
    group, user = GROUPS[shown.group], listing.filterset.user
    totals = _totals(group, listing)
    options = [*group.options(user), ("", group.none)] if group.none else list(group.options(user))
    if group.key == "owner":
        options = [*options[:-1], *_elsewhere(totals.found, options), options[-1]]
    made = (totals.head(value, label, listing.url(inside=value or NOBODY)) for value, label in options)
    return [head for head in made if head is not None]


NOBODY = "none"  # in an address: the files that have none


def inside(key: str, value: str) -> Q:
    """The files of one group. Raises ``ValueError`` for what cannot be a group."""
    return GROUPS[key].condition("" if value == NOBODY else value)


def _totals(group: Group, listing: Listing) -> Totals:
    active = listing.filterset.active
    if (found := _from_counters(group, active, listing.filterset.user)) is not None:
        return Totals(found)
    values = list(listing.matching.order_by().values_list(group.column, flat=True)[: LOOKED_AT + 1])
    return Totals(Counter(counts.plain(value) for value in values), whole=len(values) <= LOOKED_AT)


def _from_counters(group: Group, active: dict[str, Any], user: User) -> Counter[str] | None:
    """Totals by the group under filters on the stage and on one counted thing; None: not held so."""
    stages = list(active.get("stage", ()))
    others = {name: _keys(name, value, user) for name, value in active.items() if name != "stage"}
    if any(keys is None for keys in others.values()) or len(others) > 1:
        return None
    name, keys = next(iter(others.items()), (ALL, [""]))
    if group.key == "stage":
        found = counts.seen_by(user, name).by_stage(name, keys or ())
        return Counter({stage: n for stage, n in found.items() if not stages or stage in stages})
    if group.key == TEAM:
        return counts.by_team(user, name, keys or (), stages)
    if name not in (ALL, group.key):
        return None
    found = counts.seen_by(user, group.key).by_value(group.key, stages)
    return (
        found if name == ALL else Counter({value: n for value, n in found.items() if value in (keys or ())})
    )


def _keys(name: str, value: Any, user: User) -> list[str] | None:
    """A filter's values as the counters name them; None where they do not hold it."""
    if name == "field":
        return [counts.plain(one.pk) for one in value] if len(value) == 1 else None
    if name not in COLUMNS:
        return None
    special = {"me": str(user.pk), "none": ""}
    return [special.get(one, one) if isinstance(one, str) else counts.plain(one.pk) for one in value]
