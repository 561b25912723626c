"""Mining the platform's own users: take in the feed, take somebody on, reject (DOMAIN 4.6)."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from kol_crm.core import copying, history
from kol_crm.core.actor import Actor
from kol_crm.core.errors import Refused
from kol_crm.core.models import User
from lifecycle import suggestions
from lifecycle.days import installation_day
from lifecycle.look_again import look_again_default
from lifecycle.models import WORK, Candidate, PlatformUser, Programme
from lifecycle.services import candidate as candidates
from lifecycle.services import programme as programmes
from profiles.models import NoGo, Platform
from profiles.rules.handle import fold_handle
from profiles.rules.twin import AccountMark, Card
from profiles.services import access, creating, no_go

State = PlatformUser.State
FEED = ("handle", "name", "field", "output", "quality", "activity", "influence")
MOST_ROWS = 5000
MAIN_STRENGTH = 4
CENTS = Decimal("0.01")


class Taken(NamedTuple):
    """What became of the rows of a feed."""

    added: int
    changed: int
    unchanged: int


def may_feed(user: User) -> bool:
    """Managers and admins, and whatever sends for them."""
    return user.is_manager or user.is_admin


def take_feed(actor: Actor, rows: Sequence[Mapping[str, Any]]) -> Taken:
    """Take in what the platform tells of its users, by ``external_id``: all rows or none.

    A row says ``field`` (a Field), ``output``, and may say ``handle, name, quality, activity, influence``.
    What was decided about a user stays. Raises ``PermissionDenied``, ``ValidationError`` keyed
    ``rows.0.quality``.
    """
    if actor.user is not None and not may_feed(actor.user):
        raise PermissionDenied(_("The feed is taken in by managers."))
    if len(rows) > MOST_ROWS:
        raise ValidationError({"rows": _("At most %(most)d rows at once.") % {"most": MOST_ROWS}})
    day = installation_day(actor.at)
    with transaction.atomic():
        ids = [str(row["external_id"]).strip() for row in rows]
        known = {
            user.external_id: user
            for user in PlatformUser.objects.select_for_update().filter(external_id__in=ids)
        }
        added, changed, entries = [], [], []
        problems: dict[str, list[str]] = {}
        seen: set[str] = set()
        for place, (key, row) in enumerate(zip(ids, rows, strict=True)):
            if key in seen:
                problems[f"rows.{place}.external_id"] = [_("This user stands in the table twice.")]
                continue
            seen.add(key)
            told = {name: row[name] for name in FEED if name in row}
            if told.get("quality") is not None:
                told["quality"] = Decimal(told["quality"]).quantize(CENTS)
            is_new = key not in known
            user = PlatformUser(external_id=key, **told) if is_new else known[key]
            diffs = {} if is_new else history.put(user, told)
            user.on, user.handle_folded = day, fold_handle(user.handle)
            try:
                user.clean_fields()
            except ValidationError as error:
                problems |= {f"rows.{place}.{name}": words for name, words in error.message_dict.items()}
                continue
            if is_new:
                added.append(user)
                entries.append((user.pk, user, {"": (None, history.snapshot(user))}))
            elif diffs:
                user.version += 1
                changed.append(user)
                entries.append((user.pk, user, diffs))
        if problems:
            raise ValidationError(problems)
        copying.insert(added)
        copying.update(changed, [*FEED, "handle_folded", "on", "version"])
        history.record_many(actor, entries)
    return Taken(len(added), len(changed), len(rows) - len(added) - len(changed))


def take_on(
    actor: Actor,
    user: PlatformUser,
    programme: Programme,
    values: Mapping[str, Any],
    *,
    insist: bool = False,
) -> Candidate:
    """Make a file of a suggested user and a candidate of the file; ``highlight`` says what to build on.

    ``values`` may also say ``name`` and ``why_oversupplied``. Raises ``Refused`` (``not_suggested`` with the
    reason), ``TwinsFound``, ``ValidationError`` keyed by field; nothing is written then.
    """
    highlight = str(values.get("highlight") or "").strip()
    if not highlight:
        raise ValidationError({"highlight": _("Say which highlight of theirs to build on.")})
    if not access.may_create(actor.person):
        raise PermissionDenied(_("You may see this programme but not do this."))
    day = installation_day(actor.at)
    with transaction.atomic():
        programmes.demand(actor, programme, WORK)
        current = history.locked(user, None)
        reason = suggestions.reason_against(current, day, actor.person)
        if current.state == State.TAKEN or reason:
            raise Refused("not_suggested", reason or _("Somebody took this user on already."))
        name = str(values.get("name") or "").strip() or str(current)
        team = {} if actor.person.team_id == programme.team_id else {"owner": programme.owner}
        account = {"platform": Platform.OWN, "external_id": current.external_id, "handle": current.handle}
        kol = creating.create(
            actor,
            {"name": name[:120], **team},
            insist=insist,
            accounts=[account],
            fields=[(current.field, MAIN_STRENGTH)],
        )
        candidate = candidates.add(
            actor,
            programme,
            kol,
            {
                "source": Candidate.Source.INTERNAL,
                "highlight": highlight,
                "why_oversupplied": str(values.get("why_oversupplied") or ""),
            },
        )
        _decide(actor, current, State.TAKEN, highlight, None, candidate)
    return candidate


def reject(
    actor: Actor, user: PlatformUser, why: str, look_again_on: date | None = None, version: int | None = None
) -> PlatformUser:
    """No longer suggested, until a date where one is given. Raises ``ValidationError`` keyed by field."""
    _demand_worker(actor)
    problems = {}
    if not why.strip():
        problems["why"] = _("Say why not.")
    if look_again_on is not None and look_again_on <= installation_day(actor.at):
        problems["look_again_on"] = _("Choose a day after today.")
    if problems:
        raise ValidationError(problems)
    with transaction.atomic():
        current = history.locked(user, version)
        _demand_undecided(current, State.TAKEN)
        rejected = _decide(actor, current, State.REJECTED, why.strip(), look_again_on, None)
        _remember(actor, rejected)
    return rejected


def _remember(actor: Actor, user: PlatformUser) -> None:
    """The no-go memory knows them at every other door too (DOMAIN 4.10)."""
    account = AccountMark(Platform.OWN, user.external_id, user.handle_folded)
    values = {
        "name": str(user)[:120],
        "kind": NoGo.Kind.REJECTED,
        "cause": user.why[:300],
        "evidence": _("Suggestion from own users: %(items)d items, quality %(quality)s")
        % {"items": user.output, "quality": "–" if user.quality is None else user.quality},
        "look_again_on": user.look_again_on or look_again_default(installation_day(actor.at)),
    }
    no_go.record(actor, values, card=Card(accounts=(account,)))


def suggest_again(actor: Actor, user: PlatformUser, version: int | None = None) -> PlatformUser:
    """Take a rejection back."""
    _demand_worker(actor)
    with transaction.atomic():
        current = history.locked(user, version)
        _demand_undecided(current, State.TAKEN)
        account = AccountMark(Platform.OWN, current.external_id, current.handle_folded)
        for found in no_go.find([Card(accounts=(account,))])[0]:
            if found.no_go.kol_id is None and found.no_go.created_at == current.decided_at:
                no_go.lift(actor, found.no_go, _("Suggested again."))
        return _decide(actor, current, State.OPEN, "", None, None)


def _demand_worker(actor: Actor) -> None:
    if actor.user is not None and not access.may_create(actor.user):
        raise PermissionDenied(_("You may not decide about suggestions."))


def _demand_undecided(user: PlatformUser, state: str) -> None:
    if user.state == state:
        raise Refused("not_suggested", _("Somebody took this user on already."))


def _decide(
    actor: Actor,
    user: PlatformUser,
    state: str,
    why: str,
    look_again_on: date | None,
    candidate: Candidate | None,
) -> PlatformUser:
    changes = {"state": state, "why": why, "look_again_on": look_again_on, "candidate": candidate}
    decided = {"decided_at": actor.at, "decided_by": actor.user}
    return history.save(actor, user, changes, None, derive=lambda _row: decided)
