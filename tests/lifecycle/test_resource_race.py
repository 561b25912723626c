"""Two people take the same slot, or the last of a budget, at the same moment (DOMAIN 5.5; RELIABILITY 3)."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from kol_crm.core.actor import Actor
from lifecycle.models import Booking, Budget
from lifecycle.services import booking, budget, sighting
from tests.factories import NOW
from tests.lifecycle.factories import (
    TODAY,
    make_booking,
    make_budget,
    make_exclusivity,
    make_kol_at,
    make_sighting,
    make_slot,
)
from tests.racing import RACING, at_once

pytestmark = RACING


def refused_or(act):
    """What ``at_once`` does not catch: the refusal at a field is an outcome like any other."""
    try:
        return act()
    except ValidationError as refusal:
        return refusal


def booked(actor, slot, kol):
    return lambda: refused_or(lambda: booking.book(actor.again(), slot, kol, confirm=True))


@pytest.mark.parametrize("_round", range(3))
def test_of_two_who_book_a_slot_one_gets_it(operator, actor, _round):
    make_budget()
    free = make_slot()
    files = [make_kol_at(operator, "initial", name=name) for name in ("First", "Second")]
    results = at_once(*(booked(actor, free, kol) for kol in files))
    assert sorted(type(result).__name__ for result in results) == ["Booking", "ValidationError"]
    assert Booking.objects.standing().filter(slot=free).count() == 1
    assert Budget.objects.get().committed == Decimal(1000)


@pytest.mark.parametrize("_round", range(3))
def test_bookings_at_once_never_overspend_the_month(operator, actor, _round):
    make_budget(2500)
    files = [make_kol_at(operator, "initial", name=f"KOL {number}") for number in range(4)]
    slots = [make_slot() for _kol in files]
    results = at_once(*(booked(actor, slot, kol) for slot, kol in zip(slots, files, strict=True)))
    assert sum(isinstance(result, Booking) for result in results) == 2
    assert Budget.objects.get().committed == Decimal(2000)
    assert sum(Booking.objects.standing().values_list("value", flat=True)) == Decimal(2000)


@pytest.mark.parametrize("_round", range(3))
def test_bookings_at_once_never_overspend_the_budget_of_a_team(operator, actor, _round):
    make_budget(90_000)
    budget.set_budget(Actor(None, "command", NOW), TODAY, Decimal(2500), team=operator.team)
    files = [make_kol_at(operator, "initial", name=f"KOL {number}") for number in range(4)]
    slots = [make_slot() for _kol in files]
    results = at_once(*(booked(actor, slot, kol) for slot, kol in zip(slots, files, strict=True)))
    assert sum(isinstance(result, Booking) for result in results) == 2
    assert dict(Budget.objects.values_list("team", "committed")) == {None: 0, operator.team_id: 2000}


@pytest.mark.parametrize("_round", range(3))
def test_a_budget_is_not_lowered_under_what_is_booked_at_that_moment(operator, actor, _round):
    make_budget(1000)
    kol, free = make_kol_at(operator, "initial"), make_slot()
    keeper = Actor(None, "command", NOW)
    at_once(
        booked(actor, free, kol),
        lambda: refused_or(lambda: budget.set_budget(keeper, TODAY, Decimal(500))),
    )
    row = Budget.objects.get()
    assert row.committed <= row.amount
    assert row.committed == sum(Booking.objects.standing().values_list("value", flat=True))


@pytest.mark.parametrize("_round", range(3))
def test_one_booking_is_cancelled_once(operator, actor, _round):
    make_budget()
    made = make_booking(make_kol_at(operator, "initial"))
    results = at_once(*(lambda: booking.cancel(actor.again(), made, "x") for _two in range(2)))
    assert sorted(type(result).__name__ for result in results) == ["Booking", "Refused"]
    assert Budget.objects.get().committed == 0


@pytest.mark.parametrize("_round", range(3))
def test_a_breach_confirmed_at_that_moment_comes_before_or_after_the_booking(operator, actor, _round):
    make_budget()
    kol, free = make_kol_at(operator, "initial"), make_slot()
    seen = make_sighting(make_exclusivity(kol))
    outcome, confirmed = at_once(booked(actor, free, kol), lambda: sighting.confirm(actor.again(), seen, "x"))
    assert confirmed.state == "confirmed"
    assert isinstance(outcome, Booking) == Booking.objects.filter(kol=kol).exists()
    assert isinstance(booked(actor, make_slot(), kol)(), ValidationError)
