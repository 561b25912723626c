"""The rhythm guard asked of a file, and measured again afterwards (DOMAIN 6.6)."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from incentives.models import Campaign, Participant
from incentives.rhythm import judge
from incentives.rhythm_after import measured
from lifecycle.models import Stay
from profiles.models import Account, Snapshot
from tests.factories import NOW

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 20)


def days(count: int) -> timedelta:
    return timedelta(days=count)


@pytest.fixture
def kol(kol):
    """Ninety days in mid-term."""
    Stay.objects.filter(kol=kol).delete()
    Stay.objects.create(kol=kol, stage="initial", since=DAY - days(200), until=DAY - days(90))
    Stay.objects.create(kol=kol, stage="mid_term", since=DAY - days(90))
    kol.stage = "mid_term"
    kol.save()
    return kol


def campaign(kol, start: date, length: int = 1, **more) -> Campaign:
    return Campaign.objects.create(
        name="Sale",
        type="endorsement",
        starts_on=start,
        ends_on=start + days(length - 1),
        owner=kol.owner,
        team=kol.team,
        created_at=NOW,
        **{"monetising": True, **more},
    )


def join(kol, start: date, length: int = 1, left_on: date | None = None, **more) -> Participant:
    return Participant.objects.create(
        campaign=campaign(kol, start, length, **more),
        kol=kol,
        joined_on=start,
        left_on=left_on,
        created_at=NOW,
    )


def tell(kol, start: date, end: date, value: int) -> None:
    account, _made = Account.objects.get_or_create(
        kol=kol, platform="own", external_id="7", defaults={"handle": "siyu", "handle_folded": "siyu"}
    )
    Snapshot.objects.create(
        account=account,
        metric="interactions",
        value=Decimal(value),
        start=start,
        end=end,
        source="feed",
        at=datetime.combine(end, NOW.timetz()),
        standing=True,
    )


def check_of(guard, key):
    return next(one for one in guard.checks if one.key == key)


def test_a_settled_kol_without_a_campaign_before_passes_without_figures(kol):
    guard = judge(kol, DAY)
    assert guard.passed
    assert [one.key for one in guard.checks] == ["stage", "settled", "apart", "signals"]
    assert check_of(guard, "settled").figure == 90
    assert guard.as_json()["checks"][1]["threshold"] == 30


@pytest.mark.parametrize("stage", ["introduction", "initial", "departed"])
def test_only_mid_term_and_late_are_asked_to_monetise(kol, stage):
    kol.stage = stage
    guard = judge(kol, DAY)
    assert (guard.passed, check_of(guard, "stage").passed) == (False, False)


@pytest.mark.parametrize(("long", "passed"), [(29, False), (30, True)])
def test_thirty_days_there_are_needed(kol, long, passed):
    Stay.objects.filter(kol=kol, stage="mid_term").update(since=DAY - days(long))
    assert check_of(judge(kol, DAY), "settled").passed is passed


@pytest.mark.parametrize(("ago", "passed"), [(29, False), (30, True)])
def test_at_most_one_in_any_30_days(kol, ago, passed):
    join(kol, DAY - days(ago))
    assert check_of(judge(kol, DAY), "apart").passed is passed


def test_one_planned_too_near_ahead_stands_in_the_way_as_well(kol):
    join(kol, DAY + days(20))
    assert check_of(judge(kol, DAY), "apart").passed is False
    assert check_of(judge(kol, DAY), "signals").passed is True  # it is not one before


def test_what_does_not_monetise_or_was_left_before_it_began_does_not_count(kol):
    join(kol, DAY - days(5), monetising=False)
    join(kol, DAY - days(5), left_on=DAY - days(6))
    assert judge(kol, DAY).passed


def test_who_left_on_its_first_day_took_part(kol):
    join(kol, DAY - days(5), left_on=DAY - days(5))
    assert check_of(judge(kol, DAY), "apart").passed is False


def test_the_campaign_itself_is_left_out_and_its_days_are_those_that_lie_apart(kol):
    own = join(kol, DAY + days(10), length=5).campaign
    assert judge(kol, DAY, leaving_out=own).passed
    join(kol, DAY + days(43))
    assert check_of(judge(kol, DAY, leaving_out=own), "apart").figure == 29


@pytest.mark.parametrize(("now", "passed"), [(241, True), (240, False), (400, True), (0, False)])
def test_interactions_per_day_must_not_be_down_by_20_percent(kol, now, passed):
    start = DAY - days(60)
    join(kol, start)
    tell(kol, start - days(30), start - days(1), 300)
    tell(kol, DAY - days(29), DAY, now)
    check = check_of(judge(kol, DAY), "signals")
    assert check.passed is passed
    assert judge(kol, DAY).passed is passed


def test_missing_or_stale_figures_are_unknown_and_refused(kol):
    start = DAY - days(60)
    join(kol, start)
    tell(kol, start - days(30), start - days(1), 300)
    guard = judge(kol, DAY)
    assert (guard.passed, check_of(guard, "signals").passed) == (False, None)
    assert "Unknown" in check_of(guard, "signals").sentence
    tell(kol, DAY - days(59), DAY - days(30), 300)
    assert check_of(judge(kol, DAY), "signals").passed is None


def test_the_last_of_several_is_compared_with(kol):
    join(kol, DAY - days(150))
    join(kol, DAY - days(60))
    tell(kol, DAY - days(180), DAY - days(151), 3000)
    tell(kol, DAY - days(90), DAY - days(61), 300)
    tell(kol, DAY - days(29), DAY, 300)
    assert judge(kol, DAY).passed


def test_afterwards_the_same_signals_are_measured_again(kol, django_assert_num_queries):
    end = DAY - days(35)
    row = join(kol, end - days(4), length=5)
    late = join(kol, DAY - days(10))
    tell(kol, end - days(34), end - days(5), 300)
    tell(kol, end + days(1), end + days(30), 150)
    rows = list(Participant.objects.select_related("campaign", "kol"))
    found = measured(rows, DAY)
    assert (found[row.pk].state, found[row.pk].compared.fall) == ("down", Decimal("0.5"))
    assert found[late.pk].state == "waiting"
    with django_assert_num_queries(3):
        measured(rows, DAY)
    Snapshot.objects.filter(start=end + days(1)).delete()
    assert measured(rows, DAY)[row.pk].state == "unknown"
