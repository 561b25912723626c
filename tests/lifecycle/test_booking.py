"""Bookings: a slot once, a month never overspent, nothing past a stop (DOMAIN 5.5, 5.6)."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from kol_crm.core.errors import Refused
from kol_crm.core.models import ChangeSet
from lifecycle.models import Booking, Budget, ResourceKind
from lifecycle.services import booking, budget, slot, stop
from profiles.models import Kol
from profiles.services import kol as kols
from profiles.services import merge
from tests.factories import NOW, make_kol
from tests.lifecycle.factories import make_booking, make_budget, make_kol_at, make_slot, make_stopped
from tests.lifecycle.refusing import by, nothing_written

pytestmark = pytest.mark.django_db
TODAY = NOW.date()
TOMORROW = TODAY + timedelta(days=1)


@pytest.fixture
def beginner(operator) -> Kol:
    return make_kol_at(operator, "initial", name="Beginner")


def test_a_slot_is_booked_once(operator, beginner):
    make_budget()
    free = make_slot()
    made = booking.book(by(operator), free, beginner, "Launch of their column")
    assert (made.value, made.currency, made.stage, made.month) == (
        Decimal(1000),
        "CNY",
        "initial",
        TODAY.replace(day=1),
    )
    other = make_kol_at(operator, "initial", name="Other")
    nothing_written(lambda: booking.book(by(operator), free, other), ValidationError, field="slot")
    with pytest.raises(IntegrityError), transaction.atomic():  # the database itself refuses it
        Booking.objects.create(
            kol=other,
            slot=free,
            month=made.month,
            value=1,
            currency="CNY",
            stage="initial",
            created_at=NOW,
        )
    booking.cancel(by(operator), made, "They are ill")
    assert booking.book(by(operator), free, other).state == "booked"


@pytest.mark.parametrize("kind", ResourceKind.values)
def test_every_kind_of_resource_is_booked(operator, beginner, kind):
    make_budget()
    made = booking.book(by(operator), make_slot(kind=kind), beginner)
    assert (made.slot.kind, made.state) == (kind, "booked")


def test_a_month_is_never_overspent(operator, manager, beginner):
    made, dear = make_budget(1500), make_slot(value=501)
    booking.book(by(operator), make_slot(value=1000), beginner)
    nothing_written(lambda: booking.book(by(operator), dear, beginner), ValidationError, field="slot")
    booking.book(by(operator), make_slot(value=500), beginner)
    assert Budget.objects.get().left == 0
    nothing_written(
        lambda: budget.set_budget(by(manager), TODAY, Decimal(1499)), ValidationError, field="amount"
    )
    with pytest.raises(IntegrityError), transaction.atomic():  # the database itself refuses it
        Budget.objects.filter(pk=made.pk).update(committed=1501)


def test_what_is_cancelled_goes_back_to_the_budget_and_what_is_used_does_not(operator, beginner):
    make_budget(1000)
    made = booking.book(by(operator), make_slot(value=1000), beginner)
    booking.cancel(by(operator), made, "Postponed")
    assert Budget.objects.get().committed == 0
    used = booking.use(by(operator), booking.book(by(operator), make_slot(value=900), beginner))
    nothing_written(lambda: booking.cancel(by(operator), used, "x"), Refused, code="wrong_state")
    assert Budget.objects.get().committed == 900
    nothing_written(lambda: booking.cancel(by(operator), used, " "), ValidationError, field="why")


def test_without_a_budget_of_the_month_in_its_currency_nothing_is_booked(operator, beginner):
    free, abroad = make_slot(), make_slot(currency="USD")
    nothing_written(lambda: booking.book(by(operator), free, beginner), ValidationError, field="slot")
    make_budget()
    nothing_written(lambda: booking.book(by(operator), abroad, beginner), ValidationError, field="slot")
    next_month = make_slot(date(2026, 12, 1))
    nothing_written(lambda: booking.book(by(operator), next_month, beginner), ValidationError, field="slot")


def test_only_who_may_edit_the_file_books_a_slot_they_see(operator, colleague, stranger, beginner):
    make_budget()
    free, theirs = make_slot(), make_slot(team=stranger.team)
    nothing_written(lambda: booking.book(by(colleague), free, beginner), PermissionDenied)
    nothing_written(lambda: booking.book(by(operator), theirs, beginner), PermissionDenied)
    made = booking.book(by(operator), free, beginner)
    nothing_written(lambda: booking.use(by(colleague), made), PermissionDenied)
    nothing_written(lambda: booking.cancel(by(colleague), made, "x"), PermissionDenied)


def test_what_is_over_or_withdrawn_cannot_be_booked_nor_for_who_has_departed(operator, manager, beginner):
    make_budget()
    over, gone, free = make_slot(TODAY - timedelta(days=1)), make_slot(), make_slot()
    slot.withdraw(by(manager), gone)
    for one in (over, gone):
        nothing_written(
            lambda one=one: booking.book(by(operator), one, beginner), ValidationError, field="slot"
        )
    departed = make_kol_at(operator, "departed", name="Gone")
    nothing_written(lambda: booking.book(by(operator), free, departed), Refused, code="departed")
    archived = make_kol(operator, name="Archived")
    kols.archive(by(operator), archived, None)
    nothing_written(lambda: booking.book(by(operator), free, archived), PermissionDenied)


def test_the_slot_of_an_archived_file_is_not_lost(operator, beginner):
    make_budget()
    made = make_booking(beginner)
    kols.archive(by(operator), beginner, None)
    assert booking.cancel(by(operator), made, "Archived").state == "cancelled"
    assert Budget.objects.get().committed == 0


def test_while_a_stop_stands_no_slot_is_booked_or_used_but_one_may_be_cancelled(operator, manager, beginner):
    make_budget()
    free, made = make_slot(), booking.book(by(operator), make_slot(), beginner)
    standing = make_stopped(beginner)
    nothing_written(lambda: booking.book(by(operator), free, beginner), ValidationError, field="kol")
    nothing_written(lambda: booking.use(by(operator), made), ValidationError, field="kol")
    assert booking.cancel(by(operator), made, "Breach").state == "cancelled"
    stop.reinstate(by(manager), standing, "It was an old post")
    assert booking.book(by(operator), free, beginner).state == "booked"


def test_a_used_slot_has_one_of_its_days(operator, beginner):
    make_budget()
    made = booking.book(by(operator), make_slot(TODAY, ends_on=TODAY + timedelta(days=2)), beginner)
    for day in (TODAY - timedelta(days=1), TOMORROW):
        nothing_written(lambda day=day: booking.use(by(operator), made, day), ValidationError, field="on")
    later = NOW + timedelta(days=9)
    nothing_written(
        lambda: booking.use(by(operator, later), made, TODAY + timedelta(days=3)), ValidationError, field="on"
    )
    used = booking.use(by(operator, later), made)  # its first day
    assert (used.state, used.used_on, used.due_on) == ("used", TODAY, None)


def test_a_slot_is_not_used_before_it_begins(operator, beginner):
    make_budget()
    made = booking.book(by(operator), make_slot(TOMORROW), beginner)
    nothing_written(lambda: booking.use(by(operator), made), ValidationError, field="on")


def test_a_use_is_taken_back_within_ten_minutes_or_by_a_manager(operator, manager, beginner):
    make_budget()
    used = booking.use(by(operator), booking.book(by(operator), make_slot(), beginner))
    late = NOW + timedelta(minutes=11)
    nothing_written(lambda: booking.unuse(by(operator, late), used), Refused, code="too_late")
    back = booking.unuse(by(manager, late), used)
    assert (back.state, back.used_on, back.due_on) == ("booked", None, TODAY)
    nothing_written(lambda: booking.unuse(by(manager), back), Refused, code="wrong_state")


def test_the_next_due_of_a_file_is_its_slot_until_it_is_used(operator, beginner):
    make_budget()
    made = booking.book(by(operator), make_slot(TODAY), beginner)
    asked = booking.due_dates(Kol.objects.filter(pk=beginner.pk))
    assert list(asked.all()) == [(beginner.pk, TODAY)]
    booking.use(by(operator), made)
    assert list(asked.all()) == []


def test_what_is_committed_is_the_sum_of_what_stands(operator, beginner):
    """The stored figure against the rows that it follows from."""
    make_budget()
    made = [make_booking(beginner, make_slot(value=value)) for value in (100, 250, 400)]
    booking.cancel(by(operator), made[1], "x")
    booking.use(by(operator), made[2])
    assert Budget.objects.get().committed == sum(Booking.objects.standing().values_list("value", flat=True))


def test_a_merged_file_takes_its_bookings_along(operator, kol):
    make_budget()
    made = make_booking(kol)
    survivor = make_kol(operator, name="王思雨")
    merge.merge(by(operator), survivor.pk, kol.pk, {"owner": "survivor"})
    assert Booking.objects.get(pk=made.pk).kol_id == survivor.pk


def test_below_a_fifth_for_initial_other_bookings_warn_and_are_made_when_confirmed(operator, beginner):
    make_budget(100_000)
    grown = make_kol_at(operator, "late", name="Grown")
    first = make_slot(value=4000)
    nothing_written(
        lambda: booking.book(by(operator), first, grown), booking.LowShare, code="initial_share_low"
    )
    booking.book(by(operator), make_slot(value=1000), beginner)
    made = booking.book(by(operator), first, grown)  # 1,000 of 5,000 is just a fifth
    assert made.low_share is None
    more = make_slot(value=1)
    with pytest.raises(booking.LowShare) as warned:
        booking.book(by(operator), more, grown)
    assert warned.value.details["initial_share"]["parts"][1] == {
        "key": "initial",
        "value": Decimal(1000),
        "percent": Decimal("20.0"),
    }
    actor = by(operator)
    confirmed = booking.book(actor, more, grown, confirm=True)
    assert confirmed.low_share == Decimal("20.0")
    assert ChangeSet.objects.get(pk=actor.change_set).insisted


def test_for_initial_itself_nothing_warns(operator, beginner):
    make_budget(100_000)
    make_booking(make_kol_at(operator, "late", name="Grown"), make_slot(value=9000))
    assert booking.book(by(operator), make_slot(value=10), beginner).low_share is None
