"""A metric through time, and two accounts beside each other: gaps are gaps (DOMAIN 3.4, 3.5)."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.urls import reverse

from profiles.rules.charting import Point, best_grid, indexed, series_of, spans
from profiles.rules.flow import Figure
from profiles.services import figures, holder
from profiles.services.figures import NewFigure
from tests.factories import NOW, make_account, make_kol

TODAY = NOW.date()


def stock(day, value):
    return Figure("followers", Decimal(value), day, day)


def flow(start, end, value, metric="posts"):
    return Figure(metric, Decimal(value), start, end)


def day(month, number):
    return date(2026, month, number)


def values(series):
    return [point.value for point in series.points]


def test_stocks_stand_where_they_were_measured_and_a_long_silence_is_a_gap():
    figures = [stock(day(3, 1), 100), stock(day(3, 20), 120), stock(day(6, 1), 90)]
    found = series_of(figures, "followers", day(1, 1), day(11, 23), TODAY)
    assert [(point.on, point.value) for point in found.points] == [
        (day(3, 1), 100),
        (day(3, 20), 120),
        (day(4, 25), None),
        (day(6, 1), 90),
    ]
    assert found.change == Decimal("-0.1")


def test_figures_outside_the_period_or_of_days_to_come_are_left_out():
    figures = [stock(day(3, 1), 100), stock(day(9, 1), 120), stock(day(12, 1), 500)]
    assert values(series_of(figures, "followers", day(8, 1), date(2026, 12, 31), TODAY)) == [120]


def test_flows_are_whole_months_of_a_long_period_and_unknown_ones_are_not_zero():
    figures = [
        flow(day(8, 1), day(8, 31), 31),
        flow(day(9, 1), day(9, 15), 10),  # half a month is too little to say
        flow(day(10, 1), day(10, 31), 0),
    ]
    found = series_of(figures, "posts", day(7, 15), day(11, 10), TODAY)
    assert found.points == (
        Point(day(8, 1), day(8, 31), Decimal(31)),
        Point(day(9, 1), day(9, 30), None),
        Point(day(10, 1), day(10, 31), Decimal(0)),
    )
    assert (found.total, found.change) == (31, -1)


def test_flows_of_a_short_period_are_weeks_counted_back_from_its_end():
    assert spans(day(11, 1), day(11, 23)) == [
        (day(11, 3), day(11, 9)),
        (day(11, 10), day(11, 16)),
        (day(11, 17), day(11, 23)),
    ]


def test_who_counts_by_thirty_days_is_drawn_by_thirty_days_and_the_calendar_wins_where_both_fit():
    ends = [TODAY - timedelta(days=30 * back) for back in range(4)]
    rolling = [flow(end - timedelta(days=29), end, 5) for end in ends]
    grid = best_grid([rolling], "posts", day(7, 1), TODAY)
    assert [end for _start, end in grid] == ends[::-1]
    assert values(series_of(rolling, "posts", day(7, 1), TODAY, TODAY, grid=grid)) == [5, 5, 5, 5]
    monthly = [flow(day(9, 1), day(9, 30), 4), flow(day(10, 1), day(10, 31), 6)]
    assert best_grid([monthly], "posts", day(7, 1), TODAY) == spans(day(7, 1), TODAY)
    assert best_grid([[]], "posts", day(7, 1), TODAY) == spans(day(7, 1), TODAY)


@pytest.mark.parametrize(("age", "stale"), [(35, None), (36, TODAY)])
def test_a_series_whose_newest_figure_is_too_old_says_since_when(age, stale):
    figures = [stock(TODAY - timedelta(days=age), 5)]
    assert series_of(figures, "followers", day(1, 1), TODAY, TODAY).stale_since == stale


def test_indexed_the_first_known_value_is_100_and_gaps_stay():
    figures = [stock(day(3, 1), 200), stock(day(3, 20), 250), stock(day(6, 1), 100)]
    found = indexed(series_of(figures, "followers", day(1, 1), day(11, 23), TODAY))
    assert (values(found), found.base) == ([100, 125, None, 50], 200)


def test_nothing_can_be_indexed_to_a_first_value_of_zero():
    figures = [stock(day(3, 1), 0), stock(day(3, 20), 250)]
    assert values(indexed(series_of(figures, "followers", day(1, 1), TODAY, TODAY))) == [None, None]


@pytest.fixture
def _at_noon():
    with time_machine.travel(NOW, tick=False):
        yield


def record(actor, account, *rows):
    made = [NewFigure(account.pk, "followers", Decimal(value), on, on, "hand") for on, value in rows]
    figures.record(actor.again(), made)


@pytest.mark.django_db
@pytest.mark.usefixtures("_at_noon")
class TestOnThePage:
    @pytest.fixture
    def pair(self, kol, operator, actor):
        first, second = (
            make_account(kol, "bilibili", "lin"),
            make_account(make_kol(operator, "李健"), "weibo", "jian"),
        )
        record(actor, first, (day(9, 1), 1000), (day(9, 30), 1200))
        record(actor, second, (day(9, 1), 5000), (day(9, 30), 5500))
        return first, second

    def test_two_accounts_stand_on_one_axis_with_what_they_say(self, pair, operator, as_user):
        path = reverse("profiles:figures-compare")
        asked = {"account": pair[0].pk, "other": pair[1].pk, "since": "2026-08-01", "until": "2026-11-23"}
        page = as_user(operator).get(path, asked).content.decode().replace("\xa0", " ")
        assert (
            "王思雨 · Bilibili lin: 1,200 on 30 Sep 2026, +20% since 1 Sep 2026. Stale since 19 days." in page
        )
        assert "王思雨 · Bilibili lin did better by 10 points." in page
        assert "<td>1 Sep 2026</td><td>1,000</td><td>5,000</td>" in page

    def test_the_csv_holds_the_same_figures_indexed_too(self, pair, operator, as_user):
        path = reverse("profiles:figures-compare-csv")
        asked = {"account": pair[0].pk, "other": pair[1].pk, "since": "2026-08-01", "indexed": "on"}
        rows = as_user(operator).get(path, asked).content.decode().splitlines()
        assert rows[1:] == ["2026-09-01,100,100", "2026-09-30,120,110"]

    def test_a_pasted_link_names_the_second_account_and_the_address_then_its_key(
        self, pair, operator, as_user
    ):
        path = reverse("profiles:figures-compare")
        asked = {"account": pair[0].pk, "with": "https://weibo.com/n/jian"}
        answer = as_user(operator).get(path, asked)
        assert (answer.status_code, f"other={pair[1].pk}" in answer["Location"]) == (302, True)
        wrong = as_user(operator).get(path, {**asked, "with": "nobody at all"})
        assert (wrong.status_code, "You see no account that is called so." in wrong.content.decode()) == (
            422,
            True,
        )
        assert 'value="nobody at all"' in wrong.content.decode()

    def test_an_account_out_of_sight_is_not_there(self, pair, stranger, as_user, operator):
        path = reverse("profiles:figures-compare")
        assert as_user(stranger).get(path, {"account": pair[0].pk}).status_code == 404
        foreign = make_account(make_kol(stranger, "foreign"), "bilibili", "foreign")
        assert as_user(operator).get(path, {"account": pair[0].pk, "other": foreign.pk}).status_code == 404
        named = as_user(operator).get(path, {"account": pair[0].pk, "with": "foreign"})
        assert named.status_code == 422

    def test_after_a_change_of_hands_each_side_sees_its_own_days(
        self, pair, kol, stranger, operator, admin, api, actor
    ):
        foreign = make_kol(stranger, "foreign")
        holder.pass_on(actor.again(user=admin), pair[0], foreign, day(10, 1))
        record(actor, pair[0], (day(11, 1), 9000))
        path = reverse("api:account-series", args=[pair[0].pk])
        before, after = (
            [point["value"] for point in api(user).get(path).json()["series"][0]["points"]]
            for user in (operator, stranger)
        )
        assert (before, after) == ([1000, 1200], [9000])
        assert "foreign" not in api(operator).get(path).content.decode()

    def test_the_api_serves_the_series_and_refuses_what_it_does_not_understand(self, pair, operator, api):
        client, path = api(operator), reverse("api:account-series", args=[pair[0].pk])
        found = client.get(path, {"other": str(pair[1].pk), "indexed": "true", "since": "2026-08-01"}).json()
        assert [line["base"] for line in found["series"]] == [1000, 5000]
        assert found["series"][0]["points"][1] == {"start": "2026-09-30", "end": "2026-09-30", "value": 120}
        for query in ({"metric": "mood"}, {"since": "2027-01-01"}, {"other": str(kol_id())}, {"no": "1"}):
            answer = client.get(path, query)
            assert (answer.status_code, list(answer.json()["errors"])) == (400, list(query)), query


def kol_id():
    return "00000000-0000-7000-8000-000000000000"
