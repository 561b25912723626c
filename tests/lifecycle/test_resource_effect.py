"""The effect of a used slot, and how a month is shared: cases worked by hand (DOMAIN 5.5)."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils.translation import override

from kol_crm.core.actor import Actor
from lifecycle.effects import effects_of
from lifecycle.rules.effect import effect
from lifecycle.rules.share import shares
from lifecycle.services import booking
from profiles.rules.flow import Figure
from profiles.services import figures
from profiles.services.figures import NewFigure
from tests.factories import NOW, make_account
from tests.lifecycle.factories import make_booking, make_budget, make_kol_at, make_slot

USED = date(2026, 11, 1)
LATER = date(2026, 11, 20)


def days(*offsets, metric="views", value=100, length=1, source=""):
    return [
        Figure(
            metric,
            Decimal(value),
            USED + timedelta(days=offset),
            USED + timedelta(days=offset + length - 1),
            source,
        )
        for offset in offsets
    ]


def views(figures_, on=LATER, **options):
    return next(one for one in effect({"a": figures_}, USED, on, **options) if one.metric == "views")


def test_fourteen_days_before_the_use_stand_against_fourteen_from_it_on():
    """100 a day before, 150 after: half as much again. What lies outside of both sides counts nothing."""
    outside = days(-15, 14, value=9000)
    found = views(days(-14, -7, -1) + days(0, 6, 13, value=150) + outside)
    assert (found.before.per_day, found.after.per_day, found.change) == (100, 150, Decimal("0.5"))
    assert (found.before.start, found.before.end) == (date(2026, 10, 18), date(2026, 10, 31))
    assert (found.after.start, found.after.end) == (USED, date(2026, 11, 14))


def test_fewer_than_three_figures_on_a_side_and_none_is_stated_with_the_reason():
    found = views(days(-14, -7, -1) + days(0, 6))
    assert (found.is_stated, found.change, found.before.per_day) == (False, None, None)
    assert found.reason == "Fewer than 3 figures on a side: 3 before, 2 after."
    assert views([]).reason == "Fewer than 3 figures on a side: 0 before, 0 after."


def test_before_its_days_are_over_none_is_stated():
    full = days(-14, -7, -1) + days(0, 6, 13)
    assert views(full, on=date(2026, 11, 14)).reason == "The days after it are not over yet."
    assert views(full, on=date(2026, 11, 15)).is_stated


def test_a_figure_of_several_days_counts_by_the_day_and_only_where_it_lies_inside_whole():
    """Three figures of three days with 300 each are 100 a day; one that straddles the use is left out."""
    found = views(days(-12, -8, -4, value=300, length=3) + days(-1, value=5000, length=2) + days(1, 5, 9))
    assert (found.before.per_day, found.before.figures, found.after.figures) == (100, 3, 3)


def test_the_same_days_from_two_sources_count_once():
    twice = days(-14, -7, source="a") + days(-14, -7, source="b")
    assert views(twice + days(0, 6, 13)).reason.endswith("2 before, 3 after.")


def test_of_followers_it_is_their_growth():
    """From 1,000 to 1,130 in 13 days is 10 a day, to 1,390 in the next 13 is 20."""
    numbers = {-14: 1000, -7: 1050, -1: 1130, 0: 1130, 6: 1300, 13: 1390}
    stocks = [one for day, n in numbers.items() for one in days(day, metric="followers", value=n)]
    found = effect({"a": stocks}, USED, LATER)[2]
    assert (found.before.per_day, found.after.per_day, found.change) == (10, 20, 1)


def test_of_nothing_before_there_is_no_change_but_both_figures():
    found = views(days(-14, -7, -1, value=0) + days(0, 6, 13))
    assert (found.before.per_day, found.after.per_day, found.change) == (0, 100, None)


def test_accounts_add_up_and_one_without_enough_figures_is_left_out():
    full = days(-14, -7, -1) + days(0, 6, 13, value=200)
    found = effect({"a": full, "b": full, "c": days(-3, value=7777)}, USED, LATER)[1]
    assert (found.before.per_day, found.after.per_day) == (200, 400)


def test_a_fifth_for_initial_is_enough_and_less_is_too_little():
    least = Decimal(20)
    assert not shares({}, least).is_low
    assert not shares({"initial": Decimal(1), "late": Decimal(4)}, least).is_low
    found = shares({"initial": Decimal(1), "late": Decimal(3)}, least, "mid_term", Decimal(2))
    assert found.is_low
    told = [(line.stage.value, line.value, line.percent) for line in found.lines]
    assert told == [
        ("introduction", 0, 0),
        ("initial", 1, Decimal("16.7")),
        ("mid_term", 2, Decimal("33.3")),
        ("late", 3, Decimal("50.0")),
    ]


@pytest.mark.django_db
def test_the_effect_reads_the_figures_of_the_own_platform_alone(operator, django_assert_num_queries):
    make_budget()
    kol = make_kol_at(operator, "initial")
    used_on = NOW.date()
    own, other = make_account(kol), make_account(kol, "bilibili", "elsewhere")
    rows = [
        NewFigure(account.pk, "views", Decimal(value if offset < 0 else 2 * value), day, day, "hand")
        for account, value in ((own, 10), (other, 999))
        for offset in (-14, -7, -1, 0, 6, 13)
        for day in [used_on + timedelta(days=offset)]
    ]
    actor = Actor(operator, "page", NOW)
    figures.record(actor.again(), rows)
    made = booking.use(actor.again(), make_booking(kol))
    others = [booking.use(actor.again(), make_booking(kol, make_slot())) for _two in range(2)]
    with django_assert_num_queries(2):
        found = effects_of([made, *others], used_on + timedelta(days=14))
    assert (found[made.pk].first.before.per_day, found[made.pk].first.change) == (10, 1)


@pytest.mark.django_db
def test_the_reason_is_told_in_the_language_of_its_reader():
    with override("zh-hans"):
        assert views([]).reason == "前后各需至少 3 个数据，现在之前 0 个、之后 0 个。"
