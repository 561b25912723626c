"""Suggestions from the platform's own users: best first, and who is left out and why (DOMAIN 4.3, 4.6)."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any
from uuid import UUID

from django.db.models import Case, Exists, IntegerField, OuterRef, Q, QuerySet, Value, When
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kol_crm.core import policy
from kol_crm.core.extension import ExtensionPoint
from kol_crm.core.models import User
from kol_crm.core.shapes import Number, Table
from lifecycle.models import Cause, Move, PlatformUser, Programme
from lifecycle.pace import INTRODUCTION
from lifecycle.rules import mining
from profiles.models import Account, Kol, Platform, Stage
from profiles.services.creating import elsewhere

SHOWN = 50


def _rising(thresholds: Mapping[str, int]) -> dict[str, str]:
    names = (mining.FAIR, mining.GOOD, mining.EXCELLENT)
    return {
        upper: str(_("This must be more than the band below."))
        for lower, upper in pairwise(names)
        if thresholds[upper] <= thresholds[lower]
    }


BANDS = policy.declare(
    "mining_bands",
    dict(mining.FROM),
    gettext_lazy("Quality per item from which own users are"),
    gettext_lazy("of 100"),
    section=INTRODUCTION,
    shape=Table({name: (mining.LABELS[name], Number(1, 100)) for name in mining.FROM}, _rising),
    help=gettext_lazy("The band decides who is suggested first; activity only between equals."),
)
# What apps or modules above remember of people: the users not to be suggested, with the reason in words.
no_go: ExtensionPoint[Callable[[Sequence[PlatformUser], date], Mapping[UUID, str]]] = ExtensionPoint("no-go")


@dataclass(frozen=True)
class Suggestion:
    """One user of the feed with their band; ``reason`` says why they are left out, ``kol`` their file."""

    user: PlatformUser
    band: str
    label: Any
    reason: str = ""
    kol: Kol | None = None


def unreviewed(programme: Programme, day: date) -> int:
    """Internal ones that nobody looked at: suggestions of its fields, and its own unreviewed candidates."""
    fields = programme.programme_fields.values("field")
    waiting = fresh(day).filter(field__in=fields).count()
    inside = programme.candidates.open().standing().filter(source="internal", reviewed_at=None)
    return waiting + inside.count()


def fresh(day: date) -> QuerySet[PlatformUser]:
    """Neither on file nor decided on (or to be looked at again by then), and of known quality."""
    again = Q(state=PlatformUser.State.REJECTED, look_again_on__lte=day)
    undecided = Q(state=PlatformUser.State.OPEN) | again
    return PlatformUser.objects.filter(undecided, ~_on_file(), quality__isnull=False)


def unseen() -> QuerySet[PlatformUser]:
    """Of them those on whom nobody ever decided, whatever the day."""
    return PlatformUser.objects.filter(~_on_file(), state=PlatformUser.State.OPEN, quality__isnull=False)


def best(fields: Collection[Any], day: date, *, limit: int = SHOWN) -> list[Suggestion]:
    """The best users of these fields who may be taken on."""
    thresholds = policy.current().get(BANDS)
    ranked = _ranked(fresh(day).filter(field__in=fields), thresholds)
    rows = list(ranked.select_related("field")[: limit * 2])
    forbidden = _forbidden(rows, day)
    return [_suggestion(row, thresholds) for row in rows if row.pk not in forbidden][:limit]


def left_out(fields: Collection[Any], day: date, reader: User, *, limit: int = SHOWN) -> list[Suggestion]:
    """Those whom quality would suggest and who are not, each with the reason."""
    thresholds = policy.current().get(BANDS)
    of_fields = PlatformUser.objects.filter(field__in=fields).exclude(state=PlatformUser.State.TAKEN)
    rows = list(_ranked(of_fields, thresholds).select_related("field", "decided_by")[: limit * 4])
    files, forbidden = _files(rows), _forbidden(rows, day)
    refusals = _refusals(files.values())
    seen = set(Kol.objects.visible_to(reader).filter(pk__in=files.values()).values_list("pk", flat=True))
    kols = Kol.objects.select_related("team", "owner").in_bulk(list(files.values()))
    found = []
    for row in rows:
        kol = kols.get(files.get(row.pk))
        reason = _reason(row, day, kol, refusals, seen) or str(forbidden.get(row.pk, ""))
        if reason:
            shown = kol if kol is not None and kol.pk in seen else None
            found.append(_suggestion(row, thresholds, reason, shown))
    return found[:limit]


def reason_against(user: PlatformUser, day: date, reader: User) -> str:
    """Why this user may not be taken on; empty where they may."""
    files = _files([user])
    kol = Kol.objects.select_related("team", "owner").filter(pk__in=files.values()).first()
    seen = set(Kol.objects.visible_to(reader).filter(pk__in=files.values()).values_list("pk", flat=True))
    known = _reason(user, day, kol, _refusals(files.values()), seen)
    return known or str(_forbidden([user], day).get(user.pk, ""))


def _ranked(users: QuerySet[PlatformUser], thresholds: Mapping[str, int]) -> QuerySet[PlatformUser]:
    """As ``mining.order`` sorts, in the database."""
    places = [
        When(quality__gte=thresholds.get(name, 0), then=Value(-place))
        for place, name in reversed(list(enumerate(mining.BANDS)))
    ]
    return users.annotate(place=Case(*places, default=Value(1), output_field=IntegerField())).order_by(
        "place", "-activity", "pk"
    )


def _suggestion(
    user: PlatformUser, thresholds: Mapping[str, int], reason: str = "", kol: Kol | None = None
) -> Suggestion:
    band = mining.band(user.quality, thresholds)
    return Suggestion(user, band, mining.LABELS.get(band, ""), reason, kol)


def _on_file() -> Exists:
    own = Account.objects.filter(platform=Platform.OWN)
    by_id = Q(external_id=OuterRef("external_id"))
    by_handle = Q(handle_folded=OuterRef("handle_folded")) & ~Q(handle_folded="")
    return Exists(own.filter(by_id | by_handle))


def _files(users: Sequence[PlatformUser]) -> dict[UUID, UUID]:
    """On which file each user's own account stands."""
    own = Account.objects.filter(platform=Platform.OWN)
    by_id = {user.external_id: user.pk for user in users}
    by_handle = {user.handle_folded: user.pk for user in users if user.handle_folded}
    rows = own.filter(Q(external_id__in=by_id) | Q(handle_folded__in=by_handle))
    found = {}
    for external_id, handle, kol in rows.values_list("external_id", "handle_folded", "kol_id"):
        key = by_id.get(external_id) if external_id else None
        if key := key or by_handle.get(handle):
            found[key] = kol
    return found


def _refusals(kols: Collection[UUID]) -> set[UUID]:
    """Files that departed because the KOL refused."""
    moves = Move.objects.standing().filter(kol__in=list(kols), to_stage=Stage.DEPARTED, cause=Cause.REFUSED)
    return set(moves.filter(kol__stage=Stage.DEPARTED).values_list("kol", flat=True))


def _reason(user: PlatformUser, day: date, kol: Kol | None, refusals: set[UUID], seen: set[UUID]) -> str:
    if user.state == PlatformUser.State.REJECTED and (not user.look_again_on or user.look_again_on > day):
        return _("Rejected by %(who)s: %(why)s") % {"who": user.decided_by or _("System"), "why": user.why}
    if kol is None:
        return _("No quality known") if user.quality is None else ""
    if kol.pk not in seen:
        return str(elsewhere(kol))
    if kol.pk in refusals:
        return _("Refused us")
    return _("On file already")


def _forbidden(users: Sequence[PlatformUser], day: date) -> dict[UUID, str]:
    return {key: words for source in no_go for key, words in source(users, day).items()}
