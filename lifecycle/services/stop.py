"""The stop of a KOL: set by a breach or a penalty, decided by a manager (DOMAIN 5.6, 5.10).

Every verb locks the file before the stop, as ``lifecycle.stops`` does for those who give and pay.
"""

from collections.abc import Collection
from datetime import date, timedelta
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kol_crm.core import history, outbox, policy
from kol_crm.core.actor import Actor
from kol_crm.core.errors import Refused
from kol_crm.core.shapes import Number
from lifecycle import knowing
from lifecycle.days import installation_day
from lifecycle.models import Cause, Move, Stop, Violation
from lifecycle.services import gate, stage
from lifecycle.services import rule as rules
from profiles.models import Kol, Stage, StopMark
from profiles.services import kol as verbs_of_files
from profiles.services import next_due, note

DECIDE_IN = policy.declare(
    "stop_days",
    3,
    gettext_lazy("A manager decides on a stop for breach within"),
    gettext_lazy("days"),
    section=knowing.CONDUCT,
    shape=Number(1, 90),
)
BY_TERM = gettext_lazy("Its term is over.")


def for_breach(actor: Actor, kol: Kol, why: str) -> Stop:
    """The stop that a confirmed breach sets; one that stands for breach already holds for this one too."""
    held = Stop.objects.standing().filter(kol=kol, cause=StopMark.BREACH).first()
    if held is not None:
        return held
    day = installation_day(actor.at)
    return _put(actor, Stop(kol=kol, cause=StopMark.BREACH, why=why, since=day), due_on=_due(day))


def for_penalty(actor: Actor, violation: Violation, cause: str, why: str, until: date | None) -> Stop:
    """The stop that a penalty sets, with its last day where a term is given."""
    row = Stop(kol=violation.kol, cause=cause, why=why, since=installation_day(actor.at), until=until)
    return _put(actor, row, violation=violation)


def _put(actor: Actor, row: Stop, **derived) -> Stop:
    row = note.add(actor, row, **derived)
    _mark([row.kol_id])
    return row


def reinstate(actor: Actor, stop: Stop, why: str, version: int | None = None) -> Stop:
    """A manager ends the stop. Raises ``PermissionDenied``, ``Refused`` (``wrong_state``, ``archived``),
    ``Conflict``, ``ValidationError`` keyed ``why``.
    """
    _demand_manager(actor, _("Only a manager reinstates."))
    with transaction.atomic():
        current = _standing(actor, stop, version)
        return _end(actor, current, Stop.Ending.REINSTATED, _said(why))


def terminate(
    actor: Actor,
    stop: Stop,
    why: str,
    *,
    goodbye: str = "",
    look_again_on: date | None = None,
    version: int | None = None,
) -> Move:
    """A manager parts from the KOL for breach, by the stage's verb. The stop stands on: nothing is paid to
    who was terminated, and whoever wins them back has to be reinstated first.

    Raises as ``reinstate``, and as ``stage.move``.
    """
    _demand_manager(actor, _("Only a manager terminates."))
    with transaction.atomic():
        current = _standing(actor, stop, version)
        moved = stage.move(
            actor,
            current.kol,
            Stage.DEPARTED,
            why=_said(why),
            cause=Cause.BREACH,
            goodbye=goodbye,
            look_again_on=look_again_on,
        )
        next_due.refresh([current.kol_id])
    return moved


def take_back(actor: Actor, violation: Violation, why: str) -> None:
    """The penalty is void: the stop that it set ends. Within the verb that answers the appeal."""
    row = Stop.objects.standing().filter(violation=violation).first()
    if row is not None:
        _end(actor, history.locked(row, None), Stop.Ending.APPEAL, why)


def end_terms(actor: Actor) -> outbox.Tally:
    """The night after its last day a stop with a term ends; each in a transaction of its own."""
    day = installation_day(actor.at)
    over = Stop.objects.standing().filter(until__lt=day)
    tally = outbox.Tally()
    for pk, kol_id in over.values_list("pk", "kol_id"):
        tally.seen += 1
        with tally.sparing(f"stop {pk}"), transaction.atomic():
            Kol.objects.lock(kol_id)
            row = Stop.objects.standing().select_for_update().filter(pk=pk).first()
            if row is not None:
                _end(actor.again(), row, Stop.Ending.TERM, str(BY_TERM))
                tally.done += 1
    return tally


def follow_files(_actor: Actor, kol_ids: Collection[UUID]) -> None:
    """Files were merged, parted or moved: their marks say again which stops stand."""
    _mark(kol_ids)


def _end(actor: Actor, row: Stop, ending: str, why: str) -> Stop:
    changes = {"ended_at": actor.at, "ended_by": actor.user, "ending": ending, "ended_why": why}
    saved = note.save(actor, row, changes, None, derive=lambda _row: {"due_on": None})
    _mark([row.kol_id])
    return saved


def _mark(kol_ids: Collection[UUID]) -> None:
    """The column of lists follows the stops that stand, the gravest first."""
    held: dict[UUID, set[str]] = {}
    for kol_id, cause in Stop.objects.standing().filter(kol__in=list(kol_ids)).values_list("kol", "cause"):
        held.setdefault(kol_id, set()).add(cause)
    files = Kol._base_manager.filter(pk__in=list(kol_ids))
    touched = files.filter(Q(pk__in=list(held)) | ~Q(stop="")) if held else files.exclude(stop="")
    for pk, mark in touched.values_list("pk", "stop"):
        now = next((one for one in StopMark.values if one in held.get(pk, ())), "")
        if mark != now:
            verbs_of_files.set_figures(pk, stop=now)


def _standing(actor: Actor, stop: Stop, version: int | None) -> Stop:
    """The file, then the stop, locked in this order everywhere."""
    kol = rules.locked(actor, stop.kol)
    current: Stop = history.locked(stop, version)
    if not current.stands:
        raise Refused(
            "wrong_state", _("This stop has ended: %(how)s.") % {"how": current.get_ending_display()}
        )
    current.kol = kol
    return current


def _said(why: str) -> str:
    if not why.strip():
        raise ValidationError({"why": _("Say why.")})
    return why.strip()


def _due(day: date) -> date:
    return day + timedelta(days=policy.current().get(DECIDE_IN))


def _demand_manager(actor: Actor, words: str) -> None:
    if actor.user is not None and not gate.is_manager(actor):
        raise PermissionDenied(words)


def due_dates(files: QuerySet) -> QuerySet:
    return note.dates(Stop.objects.open(), "due_on", files)
