"""The verbs of outreach: start, attempt, what was heard, unreachable, stop (DOMAIN 4.8).

Each attempt is a touch, so one voice (4.9) and the steps of the candidate (4.11) follow by themselves. An
answer cancels what is pending; a refusal goes into the no-go memory and blocks until its date.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from kol_crm.core import history, outbox, policy, wording
from kol_crm.core.actor import Actor
from kol_crm.core.errors import Refused
from lifecycle import ladder, ways
from lifecycle.days import installation_day
from lifecycle.models import LADDER, Attempt, Candidate, Outreach, Result
from lifecycle.rules.ladder import Step, Tried, next_step, open_rungs
from lifecycle.services import candidate as candidates
from lifecycle.services import refusal
from profiles.models import ContactPoint, Kol, NoGo, Touch, TouchChannel, TouchReason
from profiles.models.querysets import TOUCH
from profiles.services import access, next_due, no_go, note, one_voice, touch
from profiles.services import contact as contacts

State = Outreach.State
SAYS = {Result.ANSWERED: True, Result.REFUSED: True, Result.NO_ANSWER: False, Result.READ: False}
ENDS = {Result.ANSWERED: State.ANSWERED, Result.REFUSED: State.REFUSED}
BATCH = 500


@dataclass(frozen=True)
class No:
    """What a refusal says: its cause, and when to look again (by default after the policy's days)."""

    cause: str = ""
    look_again_on: date | None = None


def start(actor: Actor, candidate: Candidate, voice_reason: str = "") -> Outreach:
    """Begin to write to a candidate; the first rung is due today.

    Raises what ``candidate.begin_outreach`` does (no purpose or deeds, another outreach), ``no_go.Known``
    (too early after a no), ``one_voice.SecondVoice``, ``Refused`` (``already_live``, ``quiet``).
    """
    with transaction.atomic():
        kol = _locked_file(actor, candidate.kol)
        if Outreach.objects.live().filter(kol=kol).exists():
            raise Refused("already_live", _("Somebody is writing to this person already."))
        if kol.quiet_cause:
            raise Refused("quiet", _("The quiet mark says that nobody writes to them."))
        no_go.demand(actor, kol, _("No outreach"))
        beside = one_voice.demand(actor.user, kol, actor.at, voice_reason)
        begun = candidates.begin_outreach(actor, candidate)
        row = Outreach(kol=kol, candidate=begun, voice_reason=voice_reason.strip() if beside else "")
        step = step_of(kol, [], installation_day(actor.at))
        note.add(actor, row, next_channel=step.channel, next_on=step.on)
        next_due.refresh([kol.pk])
    return row


def begin(actor: Actor, candidate: Candidate, voice_reason: str = "") -> Candidate:
    """``start`` for doors that speak of the candidate."""
    start(actor, candidate, voice_reason)
    return Candidate.objects.get(pk=candidate.pk)


def end(actor: Actor, candidate: Candidate) -> Candidate:
    """Another programme may write to them again; what is live is stopped."""
    with transaction.atomic():
        for row in Outreach.objects.live().filter(candidate=candidate):
            stop(actor, row, _("Ended at the candidate."))
        return candidates.end_outreach(actor, candidate)


def attempt(
    actor: Actor,
    outreach: Outreach,
    channel: str,
    result: str,
    *,
    text: str = "",
    at: datetime | None = None,
    voice_reason: str = "",
    no: No | None = None,
) -> Attempt:
    """Write an attempt down with its result: a touch, and the next rung from it.

    A refusal needs ``no``. Raises ``ValidationError`` keyed by field, ``one_voice.SecondVoice``, ``Refused``
    (``not_live``).
    """
    no = no or No()
    with transaction.atomic():
        kol = _locked_file(actor, outreach.kol)
        current = live(outreach)
        _check(actor, channel, result, no)
        moment = at or actor.at
        if result in ENDS:  # before the touch: what listens to it finds the outreach settled
            current = conclude(actor, current, ENDS[Result(result)], no.cause)
        logged = touch.log(
            actor,
            kol,
            channel=channel,
            began=Touch.Began.US,
            text=text,
            reason=TouchReason.COOPERATION,
            answered=SAYS.get(Result(result)),
            at=at,
            voice_reason=voice_reason or reason_kept(actor, current),
        )
        made = Attempt.objects.create(
            outreach=current, channel=channel, result=result, at=moment, user=actor.user, touch=logged
        )
        _follow(actor, current, kol, channel, result, no, text)
    return made


def heard(actor: Actor, attempt: Attempt, result: str, *, text: str = "", no: No | None = None) -> Attempt:
    """What came of an attempt later. An answer or refusal is a touch that the KOL began.

    Raises as ``attempt``.
    """
    no = no or No()
    with transaction.atomic():
        kol = _locked_file(actor, attempt.outreach.kol)
        current = live(attempt.outreach)
        if attempt.of_id or not Attempt.objects.made().filter(pk=attempt.pk).exists():
            raise Refused("no_attempt", _("This attempt was taken back."))
        _check(actor, attempt.channel, result, no)
        if result == Result.NO_ANSWER:
            raise ValidationError({"result": _("That is what stands already.")})
        logged = None
        if result in ENDS:
            current = conclude(actor, current, ENDS[Result(result)], no.cause)
            logged = touch.log(
                actor,
                kol,
                channel=attempt.channel,
                began=Touch.Began.KOL,
                text=text,
                reason=TouchReason.COOPERATION,
            )
        made = Attempt.objects.create(
            outreach=current,
            channel=attempt.channel,
            result=result,
            at=actor.at,
            user=actor.user,
            touch=logged,
            of=attempt,
        )
        _follow(actor, current, kol, attempt.channel, result, no, text)
    return made


def mark_unreachable(actor: Actor, outreach: Outreach) -> Outreach:
    """Every known channel was tried to its number, at least twice each.

    Raises ``Refused``: ``channels_left`` names what is still to try, ``never_tried`` where nothing was.
    """
    with transaction.atomic():
        kol = _locked_file(actor, outreach.kol)
        current = live(outreach)
        tried = tried_of([current.pk]).get(current.pk, [])
        if not tried:
            raise Refused("never_tried", _("Nobody was written to yet."))
        left = left_to_try(kol, tried, installation_day(actor.at))
        if left:
            words = wording.listed(TouchChannel(channel).label for channel in left)
            raise Refused(
                "channels_left",
                _("Not every known channel was tried twice. Left: %(channels)s.") % {"channels": words},
                channels=left,
            )
        return close(actor, current, State.UNREACHABLE, "")


def stop(actor: Actor, outreach: Outreach, why: str) -> Outreach:
    """Write to them no more, for now. Raises ``ValidationError`` keyed ``why``, ``Refused``."""
    if not why.strip():
        raise ValidationError({"why": _("Say why it is stopped.")})
    with transaction.atomic():
        _locked_file(actor, outreach.kol)
        return close(actor, live(outreach), State.STOPPED, why.strip())


def close(actor: Actor, current: Outreach, state: str, why: str) -> Outreach:
    ended = conclude(actor, current, state, why)
    _leave(actor, ended)
    return ended


def _leave(actor: Actor, outreach: Outreach) -> None:
    """Another programme may write to them again. One that was decided or closed left already."""
    candidate = Candidate.objects.select_for_update().get(pk=outreach.candidate_id)
    if candidate.in_outreach:
        history.save(actor, candidate, {"in_outreach": False}, None)


def _follow(actor: Actor, current: Outreach, kol: Kol, channel: str, result: str, no: No, text: str) -> None:
    """What follows from a result: a dead address, the memory of a no, the next rung."""
    if result == Result.WRONG:
        _mark_dead(actor, kol, channel)
    if result == Result.REFUSED:
        words = text.strip() or _("Said so on: %(channel)s") % {"channel": TouchChannel(channel).label}
        refusal.remember(actor, kol, NoGo.Kind.REFUSED, no.cause, words, no.look_again_on)
        _leave(actor, current)
    set_next([current.pk])


def _mark_dead(actor: Actor, kol: Kol, channel: str) -> None:
    """Nobody is at the address that was tried first: the preferred living one of its channel."""
    living = ContactPoint.objects.filter(kol=kol, channel=channel, dead_since=None, guardian=False)
    point = living.order_by("-preferred", "position", "id").first()
    if point is not None:
        contacts.mark_dead(actor, point, localdate(actor.at))


def _check(actor: Actor, channel: str, result: str, no: No) -> None:
    problems = {}
    if channel not in LADDER:
        problems["channel"] = _("This is no channel of the ladder.")
    if result not in Result.values:
        problems["result"] = _("Say what came of it.")
    if result == Result.REFUSED:
        if not no.cause.strip():
            problems["cause"] = _("Say why they refuse.")
        if no.look_again_on is not None and no.look_again_on <= installation_day(actor.at):
            problems["look_again_on"] = _("Choose a day after today.")
    if problems:
        raise ValidationError(problems)


def _locked_file(actor: Actor, kol: Kol) -> Kol:
    current: Kol = history.locked(kol, None)
    access.demand(actor.user, current, TOUCH, _("You may see this file but not do this."))
    if current.is_archived:
        raise Refused("archived", _("The file is archived; restore it first."))
    return current


def live(outreach: Outreach) -> Outreach:
    """The outreach, locked. Raises ``Refused`` (``not_live``) once it is over."""
    current: Outreach = history.locked(outreach, None)
    if not current.is_live:
        words = {"state": current.get_state_display()}
        raise Refused("not_live", _("This outreach is over: %(state)s.") % words, state=current.state)
    return current


def reason_kept(actor: Actor, outreach: Outreach) -> str:
    """Whoever began it said why a second one writes: they are not asked again; others are."""
    return outreach.voice_reason if outreach.author_id == actor.person.pk else ""


def conclude(actor: Actor, current: Outreach, state: str, why: str) -> Outreach:
    """Nothing is pending any more: no rung, no mail that has not left."""
    cancel_mails(current)
    over: dict[str, Any] = {"ended_at": actor.at, "next_channel": "", "next_on": None}
    saved = history.save(actor, current, {"state": state, "why": why}, None, derive=lambda _row: over)
    next_due.refresh([current.kol_id])
    return saved


def cancel_mails(outreach: Outreach) -> int:
    """Take back what waits in the outbox; how many."""
    sends = list(outreach.mails.values_list("send_id", flat=True))
    return outbox.withdraw(sends, "the outreach is over")


def tried_of(outreach_ids: Collection[UUID]) -> dict[UUID, list[Tried]]:
    """Of each the attempts in their order, with what is known of them by now: two queries."""
    made = Attempt.objects.made().filter(outreach__in=outreach_ids).order_by("at", "id")
    rows = list(made.values_list("pk", "outreach", "channel", "at", "result"))
    told = Attempt.objects.filter(of__in=[row[0] for row in rows]).order_by("at", "id")
    later = {of: result for of, result in told.values_list("of", "result") if of}
    found: dict[UUID, list[Tried]] = {}
    for pk, outreach, channel, at, result in rows:
        found.setdefault(outreach, []).append(Tried(channel, installation_day(at), later.get(pk, result)))
    return found


def step_of(kol: Kol, tried: list[Tried], day: date) -> Step:
    """The attempt that is due next."""
    return next_step(ladder.rungs(policy.current()), ways.known(kol, day), tried, day)


def left_to_try(kol: Kol, tried: list[Tried], day: date) -> list[str]:
    """Known channels with an attempt left."""
    left = open_rungs(ladder.rungs(policy.current()), ways.known(kol, day), tried)
    return [rung.channel for rung in left]


def set_next(outreach_ids: Iterable[UUID]) -> int:
    """Work the next rung out again, after an attempt, a new contact, another ladder; how many moved."""
    rows = list(Outreach.objects.live().filter(pk__in=list(outreach_ids)).select_related("kol"))
    tried = tried_of([row.pk for row in rows])
    moved = []
    for row in rows:
        step = step_of(row.kol, tried.get(row.pk, []), installation_day(row.created_at))
        if (row.next_channel, row.next_on) != step:
            row.next_channel, row.next_on = step
            moved.append(row)
    Outreach.objects.bulk_update(moved, ["next_channel", "next_on"], batch_size=BATCH)
    if moved:
        next_due.refresh({row.kol_id for row in moved})
    return len(moved)


def due_dates(files: QuerySet) -> QuerySet:
    """What outreach hands in for next due (DOMAIN 3.13)."""
    return note.dates(Outreach.objects.live(), "next_on", files)
