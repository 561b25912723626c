"""Demand, band and cap of a field, and who counts as active (DOMAIN 4.1)."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kol_crm.core import policy
from kol_crm.core.actor import Actor
from lifecycle import losses, pace
from lifecycle.models import Band, Cap, Demand, Move
from lifecycle.services import candidate as candidates
from lifecycle.services import pace as verbs
from lifecycle.services import stage
from profiles.models import Field
from profiles.rules import metric as m
from profiles.services import figures
from profiles.services.figures import NewFigure
from tests.factories import NOW, field, make_account, make_kol
from tests.lifecycle.factories import at_stage, make_candidate, make_programme

pytestmark = pytest.mark.django_db
DAY = NOW.date()
MONTH = date(2026, 11, 1)


@pytest.fixture
def boss(admin):
    return Actor(admin, "page", NOW)


@pytest.fixture
def running() -> Field:
    return field("running")


def active_kol(owner, name, *, at="initial", slug="running", days_ago=3, span=1, metric=m.POSTS, value=2):
    """A KOL at that stage whose last figure tells of a post."""
    kol = make_kol(owner, name, fields=[(field(slug), 4)])
    account = make_account(kol, handle=f"{kol.pk}")
    day = DAY - timedelta(days=days_ago)
    row = NewFigure(account.pk, metric, Decimal(value), day - timedelta(days=span), day, "feed")
    figures.record(Actor(owner, "page", NOW), [row])
    return at_stage(kol, at, since=date(2026, 9, 1)) if at != "introduction" else kol


def test_ten_active_kols_and_120_users_are_oversupplied_1000_have_room_for_15(boss, operator, running):
    """Band 20–60: 12 users a KOL are too few; 1,000 ÷ 40 − 10 = 15."""
    for number in range(10):
        active_kol(operator, f"K{number}", at=("initial", "mid_term", "late")[number % 3])
    verbs.set_band(boss, running, date(2026, 1, 1), 20, 60)
    verbs.set_demand(boss, running, MONTH, 120)
    found = pace.of(running, DAY)
    assert (found.figures.supply, found.pace.word) == (10, "oversupplied")
    verbs.set_demand(boss.again(), running, MONTH, 1000)
    found = pace.of(running, DAY)
    assert (found.pace.state, found.pace.word, found.pace.room) == ("undersupplied", "room", 15)


@pytest.mark.parametrize(
    ("values", "counts"),
    [
        ({}, 1),
        ({"at": "introduction"}, 0),
        ({"at": "departed"}, 0),
        ({"slug": "tea"}, 0),
        ({"days_ago": 29}, 1),
        ({"days_ago": 30}, 0),
        ({"span": 30}, 1),  # a month's figure
        ({"span": 90}, 0),  # tells of longer ago than anybody can say
        ({"value": 0}, 0),
        ({"metric": m.ACTIVE_DAYS}, 1),
        ({"metric": m.VIEWS}, 0),
    ],
)
def test_supply_is_who_has_that_main_field_and_posted_on_the_own_platform_of_late(
    operator, running, values, counts
):
    active_kol(operator, "K", **values)
    assert pace.of(running, DAY).figures.supply == counts


def test_more_posts_in_all_than_30_days_ago_are_a_post_and_as_many_are_none(operator, running):
    for name, then, now in (("posted", 40, 41), ("idle", 40, 40)):
        kol = make_kol(operator, name, fields=[(running, 4)])
        account = make_account(kol, handle=name)
        days = (DAY - timedelta(days=30), DAY)
        rows = [
            NewFigure(account.pk, m.POSTS_TOTAL, Decimal(value), day, day, "feed")
            for day, value in zip(days, (then, now), strict=True)
        ]
        figures.record(Actor(operator, "page", NOW), rows)
        at_stage(kol, "late", since=date(2026, 9, 1))
    assert [kol.name for kol in pace.active(DAY)] == ["posted"]


def test_posts_elsewhere_are_no_supply(operator, running):
    kol = make_kol(operator, fields=[(running, 4)])
    account = make_account(kol, platform="douyin", handle="x")
    row = NewFigure(account.pk, m.POSTS, Decimal(9), DAY - timedelta(days=6), DAY, "feed")
    figures.record(Actor(operator, "page", NOW), [row])
    at_stage(kol, "late", since=date(2026, 9, 1))
    assert pace.of(running, DAY).figures.supply == 0


def test_the_demand_of_last_month_counts_where_this_month_has_none_and_older_is_unknown(boss, running):
    verbs.set_band(boss, running, date(2026, 1, 1), 20, 60)
    verbs.set_demand(boss.again(), running, date(2026, 9, 1), 900)
    assert pace.of(running, DAY).pace.state == "unknown"
    verbs.set_demand(boss.again(), running, date(2026, 10, 1), 500)
    assert pace.of(running, DAY).figures.demand == 500
    verbs.set_demand(boss.again(), running, MONTH, 700)
    assert pace.of(running, DAY).figures.demand == 700


def test_band_and_cap_hold_from_their_day_on_and_the_last_word_of_a_day_counts(boss, running):
    verbs.set_band(boss, running, date(2026, 1, 1), 20, 60)
    verbs.set_band(boss.again(), running, date(2026, 12, 1), 30, 90)
    verbs.set_cap(boss.again(), running, date(2026, 1, 1), 8)
    later = Actor(boss.user, "page", NOW + timedelta(minutes=1))
    verbs.set_cap(later, running, date(2026, 1, 1), 6)
    assert (pace.of(running, DAY).figures.low, pace.of(running, DAY).figures.cap) == (20, 6)
    assert pace.of(running, date(2026, 12, 2)).figures.low == 30
    assert Cap.objects.count() == 2  # the earlier row stays


def test_a_cap_is_lifted_by_an_empty_one(boss, running):
    verbs.set_cap(boss, running, date(2026, 1, 1), 8)
    verbs.set_cap(boss.again(), running, date(2026, 11, 1), None)
    assert pace.of(running, DAY).figures.cap is None


def test_the_same_demand_again_changes_nothing_and_another_is_a_later_row(boss, running):
    first = verbs.set_demand(boss, running, date(2026, 11, 15), 500)
    assert first.since == MONTH
    assert verbs.set_demand(boss.again(), running, MONTH, 500).pk == first.pk
    verbs.set_demand(Actor(boss.user, "page", NOW + timedelta(minutes=1)), running, MONTH, 600)
    assert list(Demand.objects.newest_first().values_list("users", flat=True)) == [600, 500]


def test_a_month_ahead_a_band_upside_down_and_a_band_of_nothing_are_refused(boss, running):
    with pytest.raises(ValidationError) as refused:
        verbs.set_demand(boss, running, date(2026, 12, 1), 5)
    assert set(refused.value.message_dict) == {"month"}
    for low, high, at in ((60, 20, "high"), (0, 20, "low")):
        with pytest.raises(ValidationError) as refused:
            verbs.set_band(boss, running, MONTH, low, high)
        assert set(refused.value.message_dict) == {at}
    assert not Demand.objects.exists()
    assert not Band.objects.exists()


def test_an_operator_enters_no_demand_and_a_manager_below_the_top_no_band(operator, manager, running):
    with pytest.raises(PermissionDenied):
        verbs.set_demand(Actor(operator, "page", NOW), running, MONTH, 5)
    verbs.set_demand(Actor(manager, "page", NOW), running, MONTH, 5)
    with pytest.raises(PermissionDenied):
        verbs.set_band(Actor(manager, "page", NOW), running, MONTH, 1, 2)
    with pytest.raises(PermissionDenied):
        verbs.set_cap(Actor(manager, "page", NOW), running, MONTH, 1)
    assert (Demand.objects.count(), Band.objects.count(), Cap.objects.count()) == (1, 0, 0)


def test_of_many_demands_all_or_none_are_taken(boss, running):
    rows = [
        {"field": running, "month": MONTH, "users": 5},
        {"field": running, "month": date(2027, 5, 1), "users": -1},
    ]
    with pytest.raises(ValidationError) as refused:
        verbs.take_demands(boss, rows)
    assert set(refused.value.message_dict) == {"rows.1.month", "rows.1.users"}
    assert not Demand.objects.exists()


def test_expected_losses_are_the_departures_of_the_last_four_quarters_by_4(operator, manager, running):
    """Quarters to the end of September 2026: five departures of six count; one was undone, one not won."""
    quarters = ((2025, 9, 30, 0), (2025, 10, 1, 1), (2026, 1, 15, 1), (2026, 9, 30, 1), (2026, 10, 1, 0))
    for number, (year, month, day, _counts) in enumerate(quarters):
        kol = at_stage(
            make_kol(operator, f"K{number}", fields=[(running, 4)]), "late", since=date(2025, 1, 1)
        )
        at = NOW.replace(year=year, month=month, day=day)
        Move.objects.create(kol=kol, from_stage="late", to_stage="departed", cause="other", at=at)
    candidate = make_kol(operator, "not won", fields=[(running, 4)])
    at = NOW.replace(month=5)
    Move.objects.create(kol=candidate, from_stage="introduction", to_stage="departed", cause="refused", at=at)
    undone = Move.objects.create(kol=candidate, from_stage="late", to_stage="departed", cause="other", at=at)
    Move.objects.create(kol=candidate, from_stage="departed", to_stage="late", at=at, takes_back=undone)
    assert losses.by_departures([running.pk], DAY)[running.pk].value == Decimal(3) / 4
    assert pace.of(running, DAY).figures.losses == Decimal("0.75")


@pytest.mark.parametrize(
    ("day", "back", "start"),
    [
        (date(2026, 11, 23), 0, date(2026, 10, 1)),
        (date(2026, 11, 23), 4, date(2025, 10, 1)),
        (date(2026, 1, 1), 1, date(2025, 10, 1)),
        (date(2026, 3, 31), 0, date(2026, 1, 1)),
    ],
)
def test_a_quarter_begins_with_january_april_july_or_october(day, back, start):
    assert losses.quarter_start(day, back) == start


def test_an_app_above_may_know_better_what_losses_to_expect(monkeypatch, running):
    above = losses.Replaceable("expected losses", losses.by_departures)
    above.register(lambda fields, _day: {one: losses.Losses(Decimal(6), "risk") for one in fields})
    monkeypatch.setattr(losses, "expected", above)
    assert pace.of(running, DAY).figures.losses == 6
    with pytest.raises(ValueError, match="twice"):
        above.register(losses.by_departures)


def test_who_agreed_and_has_not_moved_takes_a_place_under_the_cap(boss, operator, running):
    candidate = make_candidate(make_programme(operator))
    assert pace.of(running, DAY).figures.agreed == 0
    candidates.follow_fact(Actor(operator, "page", NOW), candidate, candidates.PLAN)
    verbs.set_cap(boss, running, date(2026, 1, 1), 8)
    assert pace.of(running, DAY).figures.agreed == 1
    stage.move(Actor(operator, "page", NOW), candidate.kol, "initial", why="ready")
    assert pace.of(running, DAY).figures.agreed == 0


def test_supply_of_an_earlier_day_follows_the_stays_of_then(operator):
    kol = active_kol(operator, "K")
    at_stage(kol, "departed", since=DAY - timedelta(days=1))
    assert not pace.active(DAY).exists()
    assert list(pace.active_then(DAY, policy.current())) == []
    active_kol(operator, "L", at="late")
    assert [one.name for one in pace.active_then(DAY, policy.current())] == ["L"]


def test_all_fields_cost_as_many_queries_as_one(boss, operator, running):
    verbs.set_demand(boss, running, MONTH, 100)
    pace.on(DAY, [running])  # remembers the loss rates
    with CaptureQueriesContext(connection) as one:
        pace.on(DAY, [running])
    with CaptureQueriesContext(connection) as many:
        assert len(pace.on(DAY, Field.objects.all())) > 5
    assert len(many) == len(one) + 1  # the fields themselves
