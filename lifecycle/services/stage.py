"""The verbs of the stage: begin, move, undo (DOMAIN 5.1, 5.2). Every door moves a KOL through here."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from kol_crm.core import copying, history, policy
from kol_crm.core.actor import Actor
from kol_crm.core.errors import Refused
from kol_crm.core.making import make
from lifecycle.days import installation_day
from lifecycle.gates import GateCheck
from lifecycle.look_again import look_again_default
from lifecycle.models import Cause, Move, Review, Stay
from lifecycle.services import access_grant, platform_role, privilege, refusal, steps
from lifecycle.services import gate as gates
from lifecycle.services import review as reviews
from profiles.models import Kol, NoGo, QuietCause, Stage
from profiles.models.querysets import EDIT
from profiles.services import access, no_go, quiet
from profiles.services import kol as kol_verbs

UNDO = timedelta(minutes=10)
NOS = {Cause.REFUSED: NoGo.Kind.REFUSED, Cause.REMOVED: NoGo.Kind.REJECTED, Cause.BREACH: NoGo.Kind.REJECTED}
BATCH = 500
FIGURES = ("level", "verdict", "own_followers", "risk", "bond")


@dataclass(frozen=True)
class Departure:
    """What a departure says and other moves do not."""

    cause: str = ""
    goodbye: str = ""
    look_again_on: date | None = None


def date_first(actor: Actor, kols: Sequence[Kol]) -> None:
    """The dates of ``begin`` on new files that are not written yet."""
    rules, day = policy.current(), installation_day(actor.at)
    for kol in kols:
        kol.stage_since = day
        if not kol.dormant:
            kol.review_due = reviews.next_date(kol.stage, day, rules)


def begin(actor: Actor, kols: Sequence[Kol]) -> None:
    """New files enter introduction; those that are awake get their first review (DOMAIN 3.14)."""
    day = installation_day(actor.at)
    stays = [make(Stay, kol=kol, stage=kol.stage, since=day) for kol in kols]
    copying.insert(stays)
    late = [kol for kol in kols if kol.stage_since != day]
    for kol in late:
        kol.stage_since = day
    copying.update(late, ["stage_since"])
    reviews.open_first(actor, [stay for stay in stays if not stay.kol.dormant])


def wake(actor: Actor, kols: Sequence[Kol]) -> None:
    """Imported files that are now owned and touched get their first review (DOMAIN 3.14)."""
    reviewed = Review.objects.filter(kol__in=kols, done_at=None).values("kol")
    stays = Stay.objects.filter(kol__in=kols, until=None).exclude(kol__in=reviewed).select_related("kol")
    reviews.open_first(actor, list(stays))


def gate(kol: Kol, to_stage: str, day: date) -> list[GateCheck]:
    """What stands before this step: the part a page shows before it moves."""
    return gates.ask(kol, to_stage, day)


def move(
    actor: Actor,
    kol: Kol,
    to_stage: str,
    *,
    why: str = "",
    cause: str = "",
    goodbye: str = "",
    look_again_on: date | None = None,
    version: int | None = None,
) -> Move:
    """Move a KOL one step, out, or back in; the review follows the interval of the new stage.

    A departure needs a ``cause``; without ``look_again_on`` the policy's days apply, and an empty ``goodbye``
    says that none was said. Departing by breach sets the quiet mark (DOMAIN 3.11).
    Raises ``PermissionDenied``, ``Conflict`` (stale ``version``), ``ValidationError`` keyed by field,
    ``Refused`` (``wrong_step``, ``gate_shut``); nothing is written then.
    """
    day = installation_day(actor.at)
    with transaction.atomic():
        current = _locked(actor, kol, version)
        steps.demand(current.stage, to_stage)
        departure = _departure(day, to_stage, cause, goodbye.strip(), look_again_on)
        checks = gates.ask(current, to_stage, day)
        gates.demand(actor, checks, why)
        row = Move.objects.create(
            kol=current,
            from_stage=current.stage,
            to_stage=to_stage,
            at=actor.at,
            user=actor.user,
            why=why.strip(),
            gate=[check.as_json() for check in checks],
            figures=_figures(current),
            **asdict(departure),
        )
        Stay.objects.filter(kol=current, until=None).update(until=day)
        stay = Stay.objects.create(
            kol=current, stage=to_stage, since=day, entered_by=row, look_again_on=row.look_again_on
        )
        _enter(actor, current, stay, reviews.due_in(stay, day))
        _follow_privileges(actor, current)
        if cause == Cause.BREACH and not current.quiet_cause:
            quiet.set_mark(actor.again(), current, QuietCause.BREACH)
        if kind := NOS.get(Cause(cause)) if cause else None:
            words = why.strip() or goodbye.strip() or _("Departed")
            refusal.remember(actor, current, kind, str(row.get_cause_display()), words, row.look_again_on)
    return row


def undo(actor: Actor, move: Move) -> Move:
    """Take the last move back: stage and stage-since as they were, whatever their order says (DOMAIN 5.2).

    By its author within 10 minutes, while nothing hangs on it: no later move, no review done since.
    Raises ``PermissionDenied`` or ``Refused`` (``already_undone``, ``too_late``, ``in_use``).
    """
    with transaction.atomic():
        kol = _locked(actor, move.kol, None)
        _demand_undoable(actor, move)
        return _take_back(actor, kol, move)


def take_back(actor: Actor, move: Move) -> Move | None:
    """A manager takes back what rested on a mistake: a termination that an appeal made void (DOMAIN 3.12).

    Stage and stage-since come back as by ``undo``, at any time. None where the file was moved or reviewed
    since: that stands, and goes on from there. Raises ``PermissionDenied``.
    """
    if actor.user is not None and not gates.is_manager(actor):
        raise PermissionDenied(_("Only a manager takes a termination back."))
    with transaction.atomic():
        kol = _locked(actor, move.kol, None)
        return None if _in_use(move) else _take_back(actor, kol, move)


def _take_back(actor: Actor, kol: Kol, move: Move) -> Move:
    row = Move.objects.create(
        kol=kol,
        from_stage=move.to_stage,
        to_stage=move.from_stage,
        at=actor.at,
        user=actor.user,
        takes_back=move,
        **asdict(_departure_before(move)),
    )
    undone = Stay.objects.get(kol=kol, entered_by=move)
    stay = Stay.objects.get(kol=kol, entered_by=_standing_before(move))
    was_due = move.figures.get("review_due")
    Stay.objects.filter(pk=undone.pk).update(until=undone.since)  # one open stay at any moment
    Stay.objects.filter(pk=stay.pk).update(until=None)
    _enter(actor, kol, stay, date.fromisoformat(was_due) if was_due else None)
    undone.delete()
    privilege.follow(actor, [kol.pk])
    privilege.give_back(actor, kol, move.at)
    platform_role.give_back(actor, kol, move.at)
    access_grant.give_back_departed(actor, kol, move.at)
    if move.cause == Cause.BREACH and move.figures.get("quiet_cause") == "":
        quiet.clear(actor.again(), kol)
    for no in NoGo.objects.standing().filter(kol=kol, created_at=move.at):
        no_go.lift(actor, no, _("The move was undone."))
    return row


def _locked(actor: Actor, kol: Kol, version: int | None) -> Kol:
    """The file locked, its version raised; the right is asked under the lock and before the version."""
    current = history.locked(kol, None)
    access.demand(actor.user, kol, EDIT, _("Only its owner or a manager can move a KOL."))
    if current.is_archived:
        raise Refused("archived", _("An archived file does not move."))
    return history.touch_version(current, version)


def _enter(actor: Actor, kol: Kol, stay: Stay, review_due: date | None) -> None:
    """The file stands in this stay from now on: figures of lists, open review, trace, and who listens."""
    reviews.follow(stay, review_due)
    history.record(actor, kol.pk, kol, {"stage": (kol.stage, stay.stage)})
    kol_verbs.set_figures(kol.pk, stage=stay.stage, stage_since=stay.since)
    kol.stage, kol.stage_since = stay.stage, stay.since
    kol_verbs.tell(actor, [kol.pk])


def _follow_privileges(actor: Actor, kol: Kol) -> None:
    """What the new stage does not hold is withdrawn; who departed keeps nothing (DOMAIN 5.5, 5.8)."""
    privilege.follow(actor, [kol.pk])
    if kol.stage == Stage.DEPARTED:
        platform_role.end_all(actor, kol)
        access_grant.end_all(actor, kol)


def _departure(day: date, to_stage: str, cause: str, goodbye: str, look_again_on: date | None) -> Departure:
    """What a departure must say, and no other move may."""
    if to_stage != Stage.DEPARTED:
        given = {"cause": cause, "goodbye": goodbye, "look_again_on": look_again_on}
        problems = {name: _("Only a departure has this.") for name, value in given.items() if value}
        if problems:
            raise ValidationError(problems)
        return Departure()
    problems = {}
    if cause not in Cause.values:
        problems["cause"] = _("Say why they departed.")
    if look_again_on is not None and look_again_on <= day:
        problems["look_again_on"] = _("Choose a day after today.")
    if problems:
        raise ValidationError(problems)
    return Departure(cause, goodbye, look_again_on or look_again_default(day))


def _figures(kol: Kol) -> dict:
    """The figures of the day (DOMAIN 5.2), and what undoing must bring back."""
    return {name: getattr(kol, name) for name in FIGURES} | {
        "review_due": kol.review_due.isoformat() if kol.review_due else None,
        "quiet_cause": kol.quiet_cause,
    }


def _standing(kol_id) -> list[Move]:
    return list(Move.objects.filter(kol=kol_id).standing().order_by("-at", "-id")[:2])


def _standing_before(move: Move) -> Move | None:
    """The move that led into the stay which this one ended; None for the first stay."""
    return next((earlier for earlier in _standing(move.kol_id) if earlier.pk != move.pk), None)


def _departure_before(move: Move) -> Departure:
    """Back among the departed, a KOL has departed as before."""
    if move.from_stage != Stage.DEPARTED:
        return Departure()
    earlier = _standing_before(move)
    if earlier is None:  # it departed before moves were kept
        return Departure(Cause.OTHER)
    return Departure(earlier.cause, earlier.goodbye, earlier.look_again_on)


def _in_use(move: Move) -> bool:
    """Whether something hangs on it: it was undone, or a later move or a review was done since."""
    gone = move.takes_back_id or Move.objects.filter(takes_back=move).exists()
    if gone or _standing(move.kol_id)[0].pk != move.pk:
        return True
    return Review.objects.filter(stay__entered_by=move).exclude(done_at=None).exists()


def _demand_undoable(actor: Actor, move: Move) -> None:
    if actor.user is None or move.user_id != actor.user.pk:
        raise PermissionDenied(_("Only who moved them can undo it."))
    if move.takes_back_id or Move.objects.filter(takes_back=move).exists():
        raise Refused("already_undone", _("This was undone already."))
    if actor.at - move.at > UNDO:
        raise Refused("too_late", _("A move can be undone for 10 minutes. Move back instead."))
    if _in_use(move):
        raise Refused("in_use", _("Something was done since: a later move or a review. Move back instead."))
