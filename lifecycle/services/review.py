"""Reviews every so many days by stage: opened with a stay, done with a decision, redated (DOMAIN 5.4)."""

from collections.abc import Sequence
from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kol_crm.core import copying, history, policy
from kol_crm.core.actor import Actor
from kol_crm.core.errors import Refused
from kol_crm.core.making import make
from lifecycle import evidence, reviewing
from lifecycle.days import installation_day
from lifecycle.models import Review, Stay
from lifecycle.services import reminder
from profiles.models import Kol, Stage
from profiles.models.querysets import EDIT
from profiles.services import access, next_due
from profiles.services import kol as kol_verbs
from profiles.services.touch import BY_STAGE

INTERVALS = policy.declare(
    "review_intervals",
    {Stage.INTRODUCTION: 14, Stage.INITIAL: 30, Stage.MID_TERM: 60, Stage.LATE: 90},
    gettext_lazy("Reviews, by stage"),
    gettext_lazy("days"),
    section=policy.RHYTHM,
    shape=BY_STAGE,
    help=gettext_lazy("Counts from the next review of each file on."),
)
LATEST = timedelta(days=366)


def next_date(stage: str, day: date, rules: policy.Policy) -> date | None:
    """When a KOL in this stage is reviewed next, counted from ``day``; never for the departed."""
    days = rules.get(INTERVALS).get(stage)
    return day + timedelta(days=days) if days else None


def decisions_for(stage: str) -> tuple[Review.Decision, ...]:
    """How a review can end in this stage: nobody steps back from the first or on from the last."""
    impossible = {
        Stage.INTRODUCTION: {Review.Decision.STEP_BACK},
        Stage.LATE: {Review.Decision.ADVANCE},
    }.get(Stage(stage), set())
    return tuple(decision for decision in Review.Decision if decision not in impossible)


def due_in(stay: Stay, day: date) -> date | None:
    """The date of the review that a stay begins with; dormant files have none (DOMAIN 3.14)."""
    return None if stay.kol.dormant else next_date(stay.stage, day, policy.current())


def open_first(actor: Actor, stays: Sequence[Stay]) -> None:
    """Open the first review of these stays: a fixed number of queries, however many there are."""
    rules, day = policy.current(), installation_day(actor.at)
    dated = [(stay, due) for stay in stays if (due := next_date(stay.stage, day, rules))]
    copying.insert([make(Review, kol=stay.kol, stay=stay, due_on=due) for stay, due in dated])
    moved = [stay.kol for stay, due in dated if stay.kol.review_due != due]
    for stay, due in dated:
        stay.kol.review_due = due
    copying.update(moved, ["review_due"])


def follow(stay: Stay, due_on: date | None) -> None:
    """The file's open review belongs to this stay and date; without a date there is none. For stage verbs."""
    standing = Review.objects.filter(kol=stay.kol, done_at=None)
    if due_on is None:
        standing.delete()
    elif not standing.update(stay=stay, due_on=due_on, version=F("version") + 1):
        Review.objects.create(kol=stay.kol, stay=stay, due_on=due_on)
    _show(stay.kol, due_on)


def complete(
    actor: Actor,
    review: Review,
    decision: str,
    note: str = "",
    next_on: date | None = None,
    version: int | None = None,
) -> Review:
    """Write down how the review ended, freeze what was known, and open the next one.

    The part of ``review_end.end`` that moves nobody. ``next_on`` defaults to the interval of the stage.
    Raises ``PermissionDenied``, ``Conflict``, ``Refused`` (``already_done``), ``ValidationError`` keyed
    ``decision`` or ``next_on``.
    """
    day = installation_day(actor.at)
    with transaction.atomic():
        kol, review = _locked(actor, review, version)
        if decision not in decisions_for(kol.stage):
            raise ValidationError({"decision": _("Choose how the review ends.")})
        next_on = _demand_ahead("next_on", next_on, day) or next_date(kol.stage, day, policy.current())
        known, advice = evidence.gather(kol, day), reviewing.suggest(kol, day)
        done = history.save(
            actor,
            review,
            {"decision": decision, "note": note.strip()},
            None,
            derive=lambda _row: {
                "done_at": actor.at,
                "user": actor.user,
                "evidence": {
                    "rows": [line.as_json() for line in known],
                    "suggestion": advice.as_json(),
                },
            },
        )
        if next_on is not None:
            Review.objects.create(kol=kol, stay=Stay.objects.get(kol=kol, until=None), due_on=next_on)
        _redate(actor, kol, next_on)
    return done


def reschedule(actor: Actor, review: Review, due_on: date, version: int | None = None) -> Review:
    """Another date for an open review. Raises as ``complete``, keyed ``due_on``."""
    day = installation_day(actor.at)
    with transaction.atomic():
        kol, review = _locked(actor, review, version)
        saved = history.save(actor, review, {"due_on": _demand_ahead("due_on", due_on, day)}, None)
        _redate(actor, kol, due_on)
    return saved


def redate_open(actor: Actor, kol: Kol, due_on: date) -> None:
    """Another date for the open review of a file that the actor holds locked and has just moved."""
    Review.objects.awaiting().filter(kol=kol).update(due_on=due_on, version=F("version") + 1)
    _redate(actor, kol, due_on)


def due_dates(files: QuerySet) -> QuerySet:
    """What lifecycle hands in for next due: the open review of files that are awake (DOMAIN 3.13)."""
    return files.values_list("pk", "review_due")


def _locked(actor: Actor, review: Review, version: int | None) -> tuple[Kol, Review]:
    """The file, then the review, locked in this order everywhere; right, version and state are checked."""
    kol = history.locked(review.kol, None)
    access.demand(actor.user, kol, EDIT, _("Only its owner or a manager reviews a KOL."))
    review = history.locked(review, version)
    if review.done_at is not None:
        raise Refused("already_done", _("This review is done already."))
    return kol, review


def _demand_ahead(field: str, due_on: date | None, day: date) -> date | None:
    if due_on is not None and not day < due_on <= day + LATEST:
        raise ValidationError({field: _("Choose a day after today and within a year.")})
    return due_on


def _redate(actor: Actor, kol: Kol, due_on: date | None) -> None:
    _show(kol, due_on)
    next_due.refresh([kol.pk])
    reminder.mark(actor, [kol.pk])


def _show(kol: Kol, due_on: date | None) -> None:
    """The date as lists sort by it."""
    kol.review_due = due_on
    kol_verbs.set_figures(kol.pk, review_due=due_on)
