"""The board: columns, urgency, twenty at a time, rights on cards, a fixed number of queries (UI 4)."""

import re
from datetime import date, timedelta

import pytest
import time_machine
from django.urls import reverse

from profiles.models import Kol, Stage
from profiles.services import kol as kol_verbs
from tests.factories import make_kol
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
    return [card.kol.name for card in column.cards]


def test_a_column_shows_the_most_urgent_first_and_counts_late_and_near(as_user, operator):
    for name, day in (("later", 60), ("late", -3), ("near", 5), ("latest", -20)):
        make_kol_at(operator, "initial", name, review_due=DAY + timedelta(days=day))
    response = as_user(operator).get(BOARD)
    assert names(response, "initial") == ["latest", "late", "near", "later"]
    [tally] = [column.tally for column in response.context["columns"] if column.stage == "initial"]
    assert (tally.total, tally.overdue, tally.soon, tally.later) == (4, 2, 1, 1)


def test_twenty_cards_a_load_and_the_rest_by_keyset(as_user, operator):
    for number in range(45):
        make_kol_at(operator, "initial", f"K{number:02}", review_due=DAY + timedelta(days=number // 2))
    browser = as_user(operator)
    page = browser.get(BOARD)
    [column] = [column for column in page.context["columns"] if column.stage == "initial"]
    seen = names(page, "initial")
    assert (len(seen), column.more, column.left) == (20, 20, 25)
    assert "20 more of 25" in page.content.decode()
    while column.page.next:
        part = browser.get("/board/initial/", {"cursor": column.page.next})
        column = part.context["column"]
        seen += [card.kol.name for card in column.cards]
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
        return set(re.findall(r'data-move-url="/kols/([^/]+)/move/"', page))

    assert movable(operator) == {str(mine.pk)}
    assert movable(manager) == {str(mine.pk), str(theirs.pk)}


def test_a_stranger_sees_nobody_and_a_manager_all(as_user, kol, stranger, finance, manager):
    for user, count in ((stranger, 0), (finance, 0), (manager, 1)):
        assert as_user(user).get(BOARD).content.decode().count("data-card ") == count


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
