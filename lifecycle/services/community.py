"""Communities: made, edited, closed; who joins and leaves; the single contact of a KOL (DOMAIN 5.7)."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from kol_crm.core import copying, history
from kol_crm.core.actor import Actor
from kol_crm.core.errors import Refused
from kol_crm.core.models import User
from lifecycle.models import Community, Member, SingleContact
from lifecycle.services import rule as rules
from lifecycle.services import sight
from profiles.models import Kol
from profiles.models.querysets import EDIT, VIEW
from profiles.services import access, note
from profiles.services.catalogue import demand_offered
from profiles.services.kol import Given

FACTS = frozenset(
    {"name", "type", "channel", "link", "host", "capacity", "spoke_percent", "spoke_on", "note"}
)


def hosts_for(user: User) -> QuerySet[User]:
    """Whom ``user`` may make a host: operators in their team, managers in theirs and those below."""
    return access.owners_for(user)


def create(actor: Actor, values: Mapping[str, Any]) -> Community:
    """A community of its host's team; without a host the actor's own.

    Raises ``PermissionDenied``, ``ValidationError`` keyed by field.
    """
    history.only_facts(values, FACTS)
    if actor.user is not None and not access.may_create(actor.user):
        raise PermissionDenied(_("You do not work with files."))
    host = _demand_host(actor, values.get("host") or actor.user)
    demand_offered("type", [values.get("type")])
    values = _dated(actor, values)
    row = Community(**{**values, "host": host}, team=host.team, created_at=actor.at)
    return history.create(actor, row)


def edit(
    actor: Actor, community: Community, changes: Mapping[str, Any], version: int | None = None
) -> Community:
    """By its host or a manager; another host brings it to their team. Raises ``Conflict``, as ``create``."""
    history.only_facts(changes, FACTS)
    with transaction.atomic():
        current = _locked(actor, community, version)
        changes = _dated(actor, changes)
        if changes.get("host", current.host) != current.host:
            changes["team"] = _demand_host(actor, changes["host"]).team
        if "type" in changes:
            demand_offered("type", [changes["type"]], [current.type_id])
        capacity = changes.get("capacity", current.capacity)
        if capacity is not None and capacity < current.members.filter(left_on=None).count():
            raise ValidationError({"capacity": _("More are in it already.")})
        return history.save(actor, current, changes, None)


def close(actor: Actor, community: Community, version: int | None = None) -> Community:
    """It is no more: it covers nobody from now on. Raises ``Conflict``, ``Refused`` (``closed``)."""
    with transaction.atomic():
        current = _locked(actor, community, version)
        return history.save(actor, current, {"closed_at": actor.at}, None)


def reopen(actor: Actor, community: Community, version: int | None = None) -> Community:
    """Closed by mistake. Raises ``Conflict``, ``Refused`` (``not_closed``)."""
    with transaction.atomic():
        current = _locked(actor, community, version, living=False)
        return history.save(actor, current, {"closed_at": None}, None)


def join(actor: Actor, community: Community, kol: Kol, on: date | None = None) -> Member:
    """A KOL joins, put down by who may edit the file; never beyond the capacity.

    Raises ``PermissionDenied``, ``Refused`` (``closed``, ``full``, ``already_in``, ``archived``),
    ``ValidationError`` keyed ``on``.
    """
    day = _past(actor, on)
    with transaction.atomic():
        file = rules.locked(actor, kol)
        current = _seen(actor, community)
        inside = current.members.filter(left_on=None)
        if inside.filter(kol=file).exists():
            raise Refused("already_in", _("They are in it already."))
        if current.capacity is not None and inside.count() >= current.capacity:
            raise Refused("full", _("The community is full: %(n)d.") % {"n": current.capacity})
        return history.create(actor, Member(community=current, kol=file, joined_on=day), root=file.pk)


def leave(actor: Actor, member: Member, on: date | None = None) -> Member:
    """They left. Raises ``PermissionDenied``, ``Refused`` (``left``), ``ValidationError`` keyed ``on``."""
    day = _past(actor, on)
    with transaction.atomic():
        file = rules.locked(actor, member.kol)
        current = Member.objects.select_for_update().get(pk=member.pk)
        if current.left_on is not None:
            raise Refused("left", _("They left already."))
        if day < current.joined_on:
            raise ValidationError({"on": _("They joined later than that.")})
        return history.save_child(actor, current, {"left_on": day}, root=file.pk)


def set_contact(actor: Actor, kol: Kol, user: User | None) -> SingleContact | None:
    """Who is the one contact of this KOL from today on; None: nobody any more.

    Raises ``PermissionDenied``, ``Refused`` (``unchanged``, ``archived``), ``ValidationError`` at ``user``.
    """
    day = note.installation_day(actor)
    with transaction.atomic():
        file = rules.locked(actor, kol)
        if user is not None and not access.readers_of(file).filter(pk=user.pk).exists():
            raise ValidationError({"user": _("Choose a colleague who sees the file.")})
        standing = SingleContact.objects.filter(kol=file, until=None).first()
        if (standing.user if standing else None) == user:
            raise Refused("unchanged", _("That is so already."))
        if standing is not None:
            history.save_child(actor, standing, {"until": day}, root=file.pk)
        if user is None:
            return None
        return history.create(actor, SingleContact(kol=file, user=user, since=day), root=file.pk)


def follow_given(actor: Actor, given: Sequence[Given]) -> None:
    """As ``follow_moved``, of files that went to another owner."""
    follow_moved(actor, [one.kol.pk for one in given])


def follow_moved(actor: Actor, kols: Collection[UUID]) -> None:
    """Who does not see these files any more is their single contact no more (DOMAIN 5.7)."""
    rows = SingleContact.objects.filter(kol__in=kols, until=None).select_related("kol__team")
    gone = sight.unseen(rows.select_for_update(of=("self",)).order_by("pk"))
    day = note.installation_day(actor)
    entries = [(row.kol_id, row, history.put(row, {"until": day})) for row in gone]
    copying.update(gone, ["until"])
    history.record_many(actor, entries)


def _dated(actor: Actor, values: Mapping[str, Any]) -> dict[str, Any]:
    """A share of who spoke is as of today, unless its day is given; without a share there is no day."""
    found = dict(values)
    if "spoke_percent" in found and found["spoke_percent"] is None:
        found["spoke_on"] = None
    elif found.get("spoke_percent") is not None and not found.get("spoke_on"):
        found["spoke_on"] = note.installation_day(actor)
    return found


def _locked(actor: Actor, community: Community, version: int | None, *, living: bool = True) -> Community:
    current: Community = history.locked(community, version)
    if actor.user is not None and not Community.objects.visible_to(actor.user, EDIT).filter(pk=current.pk):
        raise PermissionDenied(_("Only its host or a manager changes a community."))
    _demand_state(current, living=living)
    return current


def _seen(actor: Actor, community: Community) -> Community:
    """Locked, so that its capacity holds; whoever sees it puts their own KOLs in."""
    current: Community = history.locked(community, None)
    if actor.user is not None and not Community.objects.visible_to(actor.user, VIEW).filter(pk=current.pk):
        raise PermissionDenied(_("You do not see this community."))
    _demand_state(current, living=True)
    return current


def _demand_state(community: Community, *, living: bool) -> None:
    if (community.closed_at is None) == living:
        return
    if living:
        raise Refused("closed", _("The community is closed."))
    raise Refused("not_closed", _("The community is not closed."))


def _demand_host(actor: Actor, host: User | None) -> User:
    if host is None or host.team is None:
        raise ValidationError({"host": _("Name a host with a team.")})
    if actor.user in (None, host) or hosts_for(actor.person).filter(pk=host.pk).exists():
        return host
    raise ValidationError({"host": _("You cannot give a community to this person.")})


def _past(actor: Actor, on: date | None) -> date:
    day = note.installation_day(actor)
    if on is not None and on > day:
        raise ValidationError({"on": _("This cannot lie in the future.")})
    return on or day
