"""Accounts whose followers nobody entered yet: listed beside stale figures, apart from them (3.5, 3.7)."""

from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from kol_crm.core import lists
from profiles import due
from profiles.figure_lists import NOT_ENTERED, TO_REFRESH
from profiles.models import Snapshot
from profiles.services import figures, holder
from profiles.services.figures import NewFigure
from tests.factories import NOW, make_account, make_kol
from tests.permissions.asking import state

pytestmark = pytest.mark.django_db
TODAY = NOW.date()
PATH = "/figures/"


@pytest.fixture(autouse=True)
def _at_noon():
    with time_machine.travel(NOW, tick=False):
        yield


def figure(actor, account, metric="followers", age=0):
    end = TODAY - timedelta(days=age)
    figures.record(actor, [NewFigure(account.pk, metric, Decimal(900), end, end, "hand")])


def unentered(user, query=""):
    listing = lists.read(NOT_ENTERED, QueryDict(query), user, NOW)
    assert not listing.problems
    return [row.handle for row in listing.rows]


def stale(user):
    return [row.account.handle for row in lists.read(TO_REFRESH, QueryDict(), user, NOW).rows]


@pytest.fixture
def three(kol, actor):
    """A fresh one, a stale one, and one that was never entered."""
    fresh, old, never = (make_account(kol, "bilibili", name) for name in ("fresh", "old", "never"))
    figure(actor, fresh, age=1)
    figure(actor.again(), old, age=50)
    return fresh, old, never


def test_both_are_listed_each_in_its_own_list(three, operator):
    assert (stale(operator), unentered(operator)) == (["old"], ["never"])


def test_other_figures_do_not_stand_for_the_followers(three, operator, actor):
    figure(actor.again(), three[2], "likes_avg")
    assert unentered(operator) == ["never"]
    figure(actor.again(), three[2])
    assert unentered(operator) == []


def test_a_figure_that_was_taken_back_is_to_be_entered_again(three, operator, actor):
    row = Snapshot.objects.get(account=three[0])
    figures.take_back(actor.again(), [row])
    assert set(unentered(operator)) == {"fresh", "never"}


def test_of_an_account_that_changed_hands_the_new_holders_figures_count(three, operator, actor):
    other = make_kol(operator, "b")
    holder.pass_on(actor.again(), three[0], other, TODAY)
    assert unentered(operator, f"kol={other.pk}") == ["fresh"]
    holder.pass_on(actor.again(), three[2], None, TODAY)
    assert unentered(operator) == ["fresh"]  # nobody's account is nobody's to enter


def test_they_are_filtered_as_the_stale_ones_are(three, operator, colleague):
    make_account(make_kol(colleague, "b"), "weibo", "theirs")
    assert unentered(operator, "owner=me") == ["never"]
    assert unentered(operator, "platform=weibo&state=unentered") == ["theirs"]
    assert unentered(operator, f"account={three[2].pk}") == ["never"]
    assert unentered(operator, f"team={operator.team_id}") == ["never", "theirs"]
    for spec, query in ((NOT_ENTERED, "metric=followers"), (TO_REFRESH, "state=new")):
        assert lists.read(spec, QueryDict(query), operator, NOW).problems


def test_one_may_not_see_them_where_one_does_not_see_the_file(three, stranger):
    assert unentered(stranger) == []


def test_the_page_has_a_counted_tab_for_each(three, operator, as_user):
    browser = as_user(operator)
    page = browser.get(f"{PATH}?owner=me&kind=stock").content.decode()
    assert 'href="/figures/?owner=me&amp;state=unentered"' in page
    assert page.count('<span class="tabs-count">1</span>') == 2
    assert ("old" in page, "never" in page) == (True, False)
    page = browser.get(f"{PATH}?owner=me&state=unentered").content.decode()
    assert ("@old" in page, "never" in page, "not entered yet" in page) == (False, True, True)


def test_the_first_figure_is_entered_on_the_spot(three, kol, operator, as_user):
    path = reverse("profiles:figure-first", args=[three[2].pk])
    browser = as_user(operator)
    assert path in browser.get(f"{PATH}?state=unentered").content.decode()
    answer = browser.post(path, {"value": "1.2万", "end": TODAY.isoformat()}, headers={"HX-Request": "true"})
    assert (answer.status_code, answer["HX-Trigger"]) == (200, "kol-changed")
    assert "taken in" in answer.content.decode()
    assert Snapshot.objects.get(account=three[2]).value == 12_000
    assert unentered(operator) == []


@pytest.mark.parametrize("data", [{"value": "many"}, {"value": ""}, {"value": "5", "end": "2027-01-01"}])
def test_what_is_not_understood_is_told_in_the_row_and_nothing_is_written(three, operator, as_user, data):
    path, before = reverse("profiles:figure-first", args=[three[2].pk]), state()
    answer = as_user(operator).post(path, {"end": TODAY.isoformat(), **data}, headers={"HX-Request": "true"})
    assert (answer.status_code, state()) == (422, before)
    assert 'role="alert"' in answer.content.decode()


def test_a_colleague_sees_the_row_but_enters_nothing(three, colleague, as_user):
    path, before = reverse("profiles:figure-first", args=[three[2].pk]), state()
    page = as_user(colleague).get(f"{PATH}?state=unentered").content.decode()
    assert ("never" in page, path in page) == (True, False)
    assert as_user(colleague).post(path, {"value": "5", "end": TODAY.isoformat()}).status_code == 403
    assert state() == before


def test_where_today_shows_stale_figures_it_says_how_many_are_not_entered(three, kol, operator, as_user):
    make_account(make_kol(operator, "b"), handle="another")
    (row,) = due.FIGURES.rows(operator, TODAY, TODAY, 10)
    assert row.why == "A figure of an account is stale since 14 days; 1 account is not entered yet"
    panel = as_user(operator).get(row.detail_url, headers={"HX-Request": "true"}).content.decode()
    for account in three[1:]:
        assert f"figure-{account.pk}-followers" in panel
    make_account(kol, "weibo", "more")
    (row,) = due.FIGURES.rows(operator, TODAY, TODAY, 10)
    assert row.why.endswith("; 2 accounts are not entered yet")


def test_without_any_today_says_nothing_of_them(kol, operator, actor):
    figure(actor, make_account(kol), age=50)
    (row,) = due.FIGURES.rows(operator, TODAY, TODAY, 10)
    assert row.why == "A figure of an account is stale since 14 days"


def test_the_api_lists_and_counts_both_and_marks_each(three, operator, colleague, api):
    make_account(make_kol(colleague, "b"), "weibo", "theirs")
    client, path = api(operator), reverse("api:stale-list")
    found = client.get(path, {"owner": "me"}).json()
    assert found["counts"] == {"stale": 1, "unentered": 1}
    assert [(row["account"], row["state"]) for row in found["results"]] == [(str(three[1].pk), "stale")]
    found = client.get(path, {"state": "unentered"}).json()
    assert found["counts"] == {"stale": 1, "unentered": 2}
    row = found["results"][0]
    assert (row["account"], row["state"], row["id"], row["value"], row["end"]) == (
        str(three[2].pk),
        "unentered",
        None,
        None,
        None,
    )
    assert client.get(path, {"state": "unentered", "metric": "posts"}).status_code == 400


def test_the_performance_tab_marks_the_account_and_leads_there(kol, operator, as_user):
    make_account(kol, "weibo", "new")
    page = as_user(operator).get(reverse("profiles:kol-performance", args=[kol.pk])).content.decode()
    assert "not entered yet" in page
    assert f"{PATH}?kol={kol.pk}&amp;state=unentered" in page


def test_the_list_costs_as_much_with_twenty_as_with_two(operator, as_user):
    browser = as_user(operator)

    def asked(count):
        for number in range(count):
            make_account(make_kol(operator, "x"), "weibo", f"{count}-{number}")
        with CaptureQueriesContext(connection) as queries:
            browser.get(f"{PATH}?state=unentered")
        return len(queries)

    asked(1)
    assert asked(2) == asked(20)
