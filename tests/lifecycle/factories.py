"""KOLs of a given stage, as they would stand after the moves that led there."""

from datetime import date, timedelta
from decimal import Decimal

from kol_crm.core.actor import Actor
from lifecycle.models import (
    Booking,
    Budget,
    Candidate,
    Exclusivity,
    Move,
    Programme,
    Review,
    Rule,
    Sighting,
    Slot,
    Stay,
    Stop,
    Violation,
)
from lifecycle.services import booking as bookings
from lifecycle.services import budget as budgets
from lifecycle.services import candidate as candidates
from lifecycle.services import exclusivity as exclusivities
from lifecycle.services import programme as programmes
from lifecycle.services import rule as rules
from lifecycle.services import sighting as sightings
from lifecycle.services import slot as slots
from lifecycle.services import violation as violations
from profiles.models import Kol, Stage
from profiles.services import kol as kol_verbs
from tests.factories import NOW, field, make_kol
from tests.lifecycle.refusing import by

TODAY = NOW.date()


def at_stage(kol: Kol, stage: str, *, since: date, review_due: date | None = None) -> Kol:
    """The file has stood in this stage since that day; a departed one departed by a move."""
    move = None
    if stage == Stage.DEPARTED:
        move = Move.objects.create(
            kol=kol,
            from_stage=Stage.LATE,
            to_stage=stage,
            at=NOW - timedelta(days=60),
            cause="inactive",
            look_again_on=NOW.date() + timedelta(days=30),
        )
        review_due = None
    Stay.objects.filter(kol=kol, until=None).update(stage=stage, since=since, entered_by=move)
    reviews = Review.objects.filter(kol=kol, done_at=None)
    if stage == Stage.DEPARTED:
        reviews.delete()
    elif review_due:
        reviews.update(due_on=review_due)
    else:
        review_due = kol.review_due
    kol_verbs.set_figures(kol.pk, stage=stage, stage_since=since, review_due=review_due)
    kol.refresh_from_db()
    return kol


def make_kol_at(
    owner, stage: str, name="苏晚晴", *, since=date(2026, 9, 30), review_due=None, **values
) -> Kol:
    return at_stage(make_kol(owner, name, **values), stage, since=since, review_due=review_due)


def make_programme(owner, *, fields=("running",), live=False, at=NOW, **values) -> Programme:
    """A programme through the verbs, with all that outreach asks for."""
    known = {"name": "Winter running", "purpose": "acquisition", "deeds": "Bring runners.", **values}
    actor = Actor(owner, "page", at)
    made = programmes.create(actor, known, [field(slug) for slug in fields])
    return programmes.start(actor.again(), made) if live else made


def make_candidate(programme, kol=None, *, by=None, at=NOW, name="许燃", **values) -> Candidate:
    """A candidate through the verb; without a file a new one in introduction."""
    by = by or programme.owner
    kol = kol or make_kol(by, name, fields=[(field("running"), 4)])
    return candidates.add(Actor(by, "page", at), programme, kol, {"source": "internal", **values})


RULE = {
    "title_en": "No bought followers",
    "title_zh": "不买粉",
    "text_en": "Followers are won, not bought.",
    "text_zh": "粉丝靠赢得，不靠购买。",
    "severity": 2,
}


def make_rule(by=None, *, at=NOW - timedelta(days=90), **values) -> Rule:
    """A rule in force since ``at``, through the verb."""
    return rules.create(Actor(by, "page", at), {**RULE, **values})


def make_violation(kol: Kol, rule: Rule, *, by=None, at=NOW, **values) -> Violation:
    """One that happened the day before it is recorded, with evidence in words."""
    known = {"rule": rule, "happened_at": at - timedelta(days=1), "what": "Bought 3,000", "evidence": "x"}
    return violations.record(Actor(by or kol.owner, "page", at), kol, {**known, **values})


def make_slot(starts_on: date = TODAY, value: int = 1000, *, at=NOW, **values) -> Slot:
    """A slot of one day for all teams, made by whatever keeps the inventory."""
    known = {
        "kind": "traffic",
        "name": "Home page",
        "starts_on": starts_on,
        "value": Decimal(value),
        **values,
    }
    return slots.create(Actor(None, "command", at), known)


def make_budget(amount: int = 10_000, month: date = TODAY) -> Budget:
    return budgets.set_budget(Actor(None, "command", NOW), month, Decimal(amount))


def make_booking(kol: Kol, slot: Slot | None = None, *, by=None, at=NOW, **values) -> Booking:
    """By the file's owner; without a slot on a new one of that day. Whatever warns is confirmed."""
    actor = Actor(by or kol.owner, "page", at)
    return bookings.book(actor, slot or make_slot(at.date(), at=at), kol, confirm=True, **values)


def make_exclusivity(kol: Kol, *, by_whom=None, attachments=(), at=NOW, **values) -> Exclusivity:
    """One that has run for 30 days and runs for 90 more."""
    day = NOW.date()
    term = {"starts_on": day - timedelta(days=30), "ends_on": day + timedelta(days=90)}
    known = {"scope": "Running shoes", "evidence": "signed paper", **term}
    return exclusivities.record(by(by_whom or kol.owner, at), kol, {**known, **values}, attachments)


def make_sighting(bound: Exclusivity, *, at=NOW, **values) -> Sighting:
    known = {"seen_on": NOW.date() - timedelta(days=1), "channel": "weibo", "what": "An advert"}
    return sightings.record(by(bound.kol.owner, at), bound, {**known, "evidence": "a screenshot", **values})


def make_stopped(kol: Kol, *, at=NOW) -> Stop:
    """A breach was seen and confirmed."""
    row = make_sighting(make_exclusivity(kol, at=at), at=at)
    return sightings.confirm(by(kol.owner, at), row, "Their own post.").stop
