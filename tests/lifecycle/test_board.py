"""The board: columns, urgency, twenty at a time, rights on cards, a fixed number of queries (UI 4)."""

import re
from datetime import date, timedelta

import pytest
import time_machine
from django.http import QueryDict
from django.urls import reverse

from kol_crm.core import policy
from kol_crm.core.actor import Actor
from lifecycle.board import Board
from profiles import scope_counting
from profiles.ageing import LIMITS
from profiles.models import Kol, Stage
from profiles.services import kol as kol_verbs
from tests.factories import NOW, field, make_kol
from tests.lifecycle.factories import make_kol_at

pytestmark = pytest.mark.django_db

BOARD = "/board/"
DAY = date(2026, 11, 23)


@pytest.fixture(autouse=True)
def _that_day(now):
    with time_machine.travel(now, tick=False):
        yield


def names(response, stage) -> list[str]:
    columns = response.context["columns"]
    [column] = [column for column in columns if column.stage == stage]
    return [row["name"] for row in column.page.rows] if column.page else []


def test_a_column_shows_the_most_urgent_first_and_counts_late_and_near(as_user, operator):
    for name, day in (("later", 60), ("late", -3), ("near", 5), ("latest", -20)):
        make_kol_at(operator, "initial", name, review_due=DAY + timedelta(days=day))
    response = as_user(operator).get(BOARD)
    assert names(response, "initial") == ["latest", "late", "near", "later"]
    scope_counting.draw(DAY)
    response = as_user(operator).get(BOARD)
    [tally] = [column.tally for column in response.context["columns"] if column.stage == "initial"]
    assert (tally.total, tally.overdue, tally.soon, tally.later) == (4, 2, 1, 1)


def test_eight_cards_then_twenty_a_load_by_keyset(as_user, operator):
    for number in range(45):
        make_kol_at(operator, "initial", f"K{number:02}", review_due=DAY + timedelta(days=number // 2))
    browser = as_user(operator)
    page = browser.get(BOARD)
    [column] = [column for column in page.context["columns"] if column.stage == "initial"]
    seen = names(page, "initial")
    assert (len(seen), column.more, column.left) == (8, 20, 37)
    assert "20 more of 37" in page.content.decode()
    while column.page.next:
        part = browser.get("/board/initial/", {"cursor": column.page.next})
        column = part.context["column"]
        seen += [row["name"] for row in column.page.rows]
    assert sorted(seen) == [f"K{number:02}" for number in range(45)]
    assert [part[:2] for part in seen] == [
        part[:2] for part in sorted(seen, key=lambda name: int(name[1:]) // 2)
    ]


def test_departed_are_folded_until_asked_for(as_user, operator):
    make_kol_at(operator, "departed", "gone")
    browser = as_user(operator)
    page = browser.get(BOARD)
    assert names(page, "departed") == []
    assert 'id="card-' not in page.content.decode()
    assert names(browser.get(BOARD, {"column": "departed"}), "departed") == ["gone"]
    assert "gone" in browser.get("/board/departed/").content.decode()


@pytest.mark.parametrize("query", [{}, {"level": "mid"}, {"field": "tea"}, {"level": "mid", "field": "tea"}])
def test_the_counters_say_of_each_column_what_counting_says(as_user, operator, manager, stranger, query):
    for number in range(12):
        kol = make_kol_at(
            (operator, stranger)[number % 4 == 3],
            ("introduction", "initial", "late")[number % 3],
            f"K{number}",
            since=DAY - timedelta(days=40 * number),
            review_due=DAY + timedelta(days=3 * number - 12),
            fields=[(field("tea"), 3)] if number % 2 else [],
        )
        kol_verbs.set_figures(
            kol.pk, level="mid" if number % 3 else "", figures_due=DAY + timedelta(days=number % 3 - 1)
        )
    scope_counting.draw(DAY)
    params = QueryDict(mutable=True)
    params.update(query)
    counted = params.copy()
    counted["verdict"] = "unknown"  # which all of them have, and the counters do not tell apart
    for user in (operator, manager, stranger):
        summed = Board(params, user, NOW).tallies()
        assert summed == Board(counted, user, NOW).tallies()
    assert sum(tally.stale + tally.aged for tally in Board(params, manager, NOW).tallies().values()) > 0


def test_a_card_says_that_a_stay_is_long_and_figures_are_stale(as_user, operator, admin):
    fresh = make_kol_at(operator, "initial", "fresh", since=DAY - timedelta(days=90))
    old = make_kol_at(operator, "initial", "old", since=DAY - timedelta(days=91))
    kol_verbs.set_figures(old.pk, figures_due=DAY)
    page = as_user(operator).get(BOARD).content.decode()

    def card(kol) -> str:
        return page.split(f'id="card-{kol.pk}"')[1].split("</article>")[0]

    assert ("Long in stage" in card(old), "Stale figures" in card(old)) == (True, True)
    assert ("Long in stage" in card(fresh), "Stale figures" in card(fresh)) == (False, False)
    assert names(as_user(operator).get(BOARD, {"long_in_stage": "true"}), "initial") == ["old"]
    policy.change(Actor(admin, "page", NOW), {LIMITS.key: {**LIMITS.default, "initial": 100}})
    assert names(as_user(operator).get(BOARD, {"long_in_stage": "true"}), "initial") == []


def test_what_people_wrote_stands_on_a_card_as_they_wrote_it(as_user, operator):
    make_kol_at(operator, "initial", "<b>Bold</b>")
    page = as_user(operator).get(BOARD).content.decode()
    assert "<b>Bold" not in page
    assert "&lt;b&gt;Bold" in page


def test_a_chip_fetches_its_options_when_it_is_opened(as_user, operator, colleague):
    browser = as_user(operator)
    assert "colleague" not in browser.get(BOARD).content.decode()
    facet = browser.get("/board/facet/owner/?level=mid").context["facet"]
    assert {"me", "colleague"} <= {option["value"] for option in facet["options"]}
    assert facet["keep"] == [("level", "mid")]
    assert browser.get("/board/facet/tag/").status_code == 404


def test_the_lists_filters_work_on_the_board(as_user, operator, colleague):
    make_kol_at(operator, "initial", "mine", review_due=DAY - timedelta(days=1))
    kol_verbs.set_figures(make_kol_at(colleague, "initial", "theirs").pk, level="mid")
    browser = as_user(operator)
    assert names(browser.get(BOARD, {"owner": "me"}), "initial") == ["mine"]
    assert names(browser.get(BOARD, {"level": "mid"}), "initial") == ["theirs"]
    assert names(browser.get(BOARD, {"review": "overdue"}), "initial") == ["mine"]


@pytest.mark.parametrize(
    "query", [{"colour": "red"}, {"level": "huge"}, {"stage": "late"}, {"review": "never"}]
)
def test_a_filter_that_is_not_understood_shows_nobody_and_says_so(as_user, operator, query):
    make_kol_at(operator, "initial", "mine")
    response = as_user(operator).get(BOARD, query)
    assert names(response, "initial") == []
    assert 'role="alert"' in response.content.decode()


def test_a_broken_place_or_stage_is_not_found(as_user, operator):
    browser = as_user(operator)
    assert browser.get("/board/initial/", {"cursor": "x"}).status_code == 404
    assert browser.get("/board/retired/").status_code == 404


def test_only_cards_that_one_may_edit_can_be_moved(as_user, operator, colleague, manager):
    mine = make_kol_at(operator, "initial", "mine")
    theirs = make_kol_at(colleague, "initial", "theirs")

    def movable(user):
        page = as_user(user).get(BOARD).content.decode()
        assert f'id="card-{mine.pk}"' in page
        assert f'id="card-{theirs.pk}"' in page
        return set(re.findall(r'data-kol="([^"]+)" data-allowed="[^"]', page))

    assert movable(operator) == {str(mine.pk)}
    assert movable(manager) == {str(mine.pk), str(theirs.pk)}


def test_a_stranger_sees_nobody_and_a_manager_all(as_user, kol, stranger, finance, manager):
    for user, count in ((stranger, 0), (finance, 0), (manager, 1)):
        assert as_user(user).get(BOARD).content.decode().count('class="kol-card"') == count


def test_twenty_cards_cost_as_many_queries_as_two(as_user, operator, django_assert_max_num_queries):
    def fill(count):
        for stage in Stage.values[:4]:
            for number in range(count):
                make_kol_at(operator, stage, f"{stage}{number}", review_due=DAY)

    browser = as_user(operator)
    fill(2)
    with django_assert_max_num_queries(30) as few:
        browser.get(BOARD)
    fill(18)
    with django_assert_max_num_queries(len(few)):
        browser.get(BOARD)
    assert Kol.objects.count() == 80


def test_the_address_is_where_the_frame_looks_for_it():
    assert reverse("lifecycle:board") == BOARD


def test_archived_files_stand_on_no_board(as_user, actor, operator):
    kol = make_kol(operator, "away")
    kol_verbs.archive(actor, kol, None)
    assert names(as_user(operator).get(BOARD), "introduction") == []
