"""Figures older than their limit: marked, listed, refreshed on the spot (DOMAIN 3.5, 3.13, 8.1)."""

from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from django.http import QueryDict
from django.urls import reverse

from kol_crm.core import lists, policy
from kol_crm.core.actor import Actor
from profiles import due
from profiles.figure_lists import TO_REFRESH
from profiles.models import Kol, Snapshot
from profiles.rules import metric as m
from profiles.services import figure_policy, figures
from profiles.services.figures import NewFigure
from tests.factories import NOW, make_account, make_kol
from tests.permissions.asking import state

pytestmark = pytest.mark.django_db
TODAY = NOW.date()
LIMITS = {"followers": 35, "posts": 100, "likes_avg": 100, "portability": 365}


@pytest.fixture(autouse=True)
def _at_noon():
    with time_machine.travel(NOW, tick=False):
        yield


def figure(actor, account, metric, age, value=900, source="hand", days=1):
    end = TODAY - timedelta(days=age)
    start = end - timedelta(days=days - 1)
    figures.record(actor, [NewFigure(account.pk, metric, Decimal(value), start, end, source)])


def stale(user, query=""):
    listing = lists.read(TO_REFRESH, QueryDict(query), user, NOW)
    assert not listing.problems
    return [(row.metric, row.value) for row in listing.rows]


@pytest.mark.parametrize(("metric", "limit"), LIMITS.items())
def test_a_figure_is_stale_one_day_after_its_limit(kol, operator, actor, metric, limit):
    account = make_account(kol)
    figure(actor, account, metric, limit)
    assert stale(operator) == []
    kol.refresh_from_db()
    assert kol.figures_due == TODAY + timedelta(days=1)
    figure(actor.again(), make_account(make_kol(operator, "b"), handle="b"), metric, limit + 1)
    assert stale(operator) == [(metric, 900)]


def test_only_the_newest_figure_of_a_metric_can_be_stale(kol, operator, actor):
    account = make_account(kol)
    figure(actor, account, "followers", 90)
    figure(actor, account, "followers", 3)
    assert stale(operator) == []
    newest = Snapshot.objects.get(newest=True)
    assert newest.end == TODAY - timedelta(days=3)


def test_a_figure_that_comes_late_does_not_pass_for_the_newest(kol, operator, actor):
    account = make_account(kol)
    figure(actor, account, "followers", 40, 500)
    figure(actor, account, "followers", 90, 400)
    assert stale(operator) == [("followers", 500)]


def test_a_corrected_or_taken_back_figure_leaves_the_right_one_as_newest(kol, operator, actor):
    account = make_account(kol)
    figure(actor, account, "followers", 90, 400)
    figure(actor, account, "followers", 40, 500)
    figure(actor, account, "followers", 40, 510)
    assert stale(operator) == [("followers", 510)]
    figures.take_back(actor.again(), list(Snapshot.objects.filter(newest=True)))
    assert stale(operator) == [("followers", 500)]
    figures.take_back(actor.again(), list(Snapshot.objects.filter(newest=True)))
    assert Snapshot.objects.filter(newest=True).count() == 1


def test_of_one_day_the_newest_is_as_the_rules_choose_it(kol, actor):
    account = make_account(kol)
    figure(actor, account, "posts", 3, 5, source="b", days=7)
    figure(actor, account, "posts", 3, 9, source="a", days=30)
    figure(actor, account, "posts", 3, 8, source="c", days=30)
    assert Snapshot.objects.get(newest=True).value == 9


def test_the_list_filters_by_kind_platform_metric_and_owner(kol, operator, colleague, actor):
    figure(actor, make_account(kol), "followers", 50)
    elsewhere = make_account(kol, "bilibili", "b")
    figure(actor, elsewhere, "posts", 200, 7, days=30)
    theirs = make_account(make_kol(colleague, "b"), handle="c")
    figure(Actor(colleague, "page", NOW), theirs, "followers", 60, 800)
    assert stale(operator) == [("posts", 7), ("followers", 800), ("followers", 900)]
    assert stale(operator, "owner=me&kind=stock") == [("followers", 900)]
    assert stale(operator, "platform=bilibili") == [("posts", 7)]
    assert stale(operator, "metric=followers&owner=colleague") == [("followers", 800)]
    assert stale(operator, f"kol={kol.pk}&sort=-end") == [("followers", 900), ("posts", 7)]


def test_the_policy_says_how_old_a_figure_may_be(kol, operator, actor, admin):
    figure(actor, make_account(kol), "followers", 20)
    figure(actor, make_account(kol, "bilibili", "b"), "posts", 20, 7, days=7)
    policy.change(Actor(admin, "page", NOW), {"fresh_days": {"stock": 10, "flow": 100, "estimate": 365}})
    assert stale(operator) == [("followers", 900)]
    assert figure_policy.limits(policy.current())[m.FOLLOWERS] == 10


def test_within_days_shows_what_is_about_to_grow_stale(kol, operator, actor):
    figure(actor, make_account(kol), "followers", 30)
    assert (stale(operator), stale(operator, "within=6")) == ([], [("followers", 900)])
    assert stale(operator, "within=5") == []


def test_the_row_takes_the_new_value_on_the_spot(kol, operator, as_user, actor):
    account = make_account(kol)
    figure(actor, account, "followers", 50)
    old = Snapshot.objects.get()
    browser, path = as_user(operator), reverse("profiles:figure-refresh", args=[old.pk])
    page = browser.get(reverse("profiles:figures-to-refresh") + "?owner=me").content.decode()
    assert path in page
    answer = browser.post(path, {"value": "1.2万", "end": TODAY.isoformat()}, headers={"HX-Request": "true"})
    assert (answer.status_code, answer["HX-Trigger"]) == (200, "kol-changed")
    assert "taken in" in answer.content.decode()
    assert stale(operator) == []
    kol.refresh_from_db()
    assert (kol.own_followers, kol.level) == (12_000, "micro")


@pytest.mark.parametrize(
    "data",
    [
        {"value": "many"},
        {"value": ""},
        {"value": "-5"},
        {"value": "5", "end": "2027-01-01"},
        {"value": "5", "end": ""},
    ],
)
def test_what_is_not_understood_is_told_in_the_row_and_stays_there(kol, operator, as_user, actor, data):
    figure(actor, make_account(kol), "followers", 50)
    path = reverse("profiles:figure-refresh", args=[Snapshot.objects.get().pk])
    before = state()
    answer = as_user(operator).post(path, {"end": TODAY.isoformat(), **data}, headers={"HX-Request": "true"})
    assert (answer.status_code, state()) == (422, before)
    page = answer.content.decode()
    assert 'role="alert"' in page
    assert f'value="{data["value"]}"' in page or not data["value"]


def test_a_flow_is_refreshed_from_the_day_after_the_last_one(kol, operator, as_user, actor):
    account = make_account(kol)
    figure(actor, account, "posts", 120, 7, days=30)
    path = reverse("profiles:figure-refresh", args=[Snapshot.objects.get().pk])
    page = as_user(operator).get(path).content.decode()
    start = (TODAY - timedelta(days=119)).isoformat()
    assert f'value="{start}"' in page
    as_user(operator).post(path, {"value": "4", "start": start, "end": TODAY.isoformat()})
    newest = Snapshot.objects.get(newest=True)
    assert (newest.start.isoformat(), newest.value) == (start, 4)


def test_today_names_the_file_whose_figures_are_stale_until_they_are_entered(kol, operator, as_user, actor):
    account = make_account(kol)
    figure(actor, account, "followers", 50)
    rows = list(due.FIGURES.rows(operator, TODAY, TODAY, 10))
    assert [(row.key, row.due) for row in rows] == [(f"figures:{kol.pk}", TODAY - timedelta(days=14))]
    assert due.FIGURES.waiting(operator, TODAY, [kol.pk]).count() == 0
    kol.refresh_from_db()
    assert (kol.next_due, kol.next_due_kind) == (TODAY - timedelta(days=14), "figures")
    panel = as_user(operator).get(rows[0].detail_url, headers={"HX-Request": "true"}).content.decode()
    assert kol.name in panel
    assert "<html" not in panel
    figure(actor.again(), account, "followers", 0)
    assert list(due.FIGURES.rows(operator, TODAY, TODAY, 10)) == []
    kol.refresh_from_db()
    assert kol.next_due_kind == "touch"


def test_the_kol_list_finds_files_with_stale_figures_and_marks_the_cell(kol, operator, as_user, actor):
    make_kol(operator, "b")
    figure(actor, make_account(kol), "followers", 50)
    browser = as_user(operator)
    found = browser.get(reverse("profiles:kol-list") + "?stale=true").content.decode()
    assert (found.count("data-row"), "Stale figure" in found) == (1, True)
    assert Kol.objects.filter(figures_due__lte=TODAY).get() == kol


def test_a_stale_figure_is_marked_on_the_performance_tab_with_the_way_to_refresh_it(
    kol, operator, as_user, actor
):
    figure(actor, make_account(kol), "followers", 50)
    page = as_user(operator).get(reverse("profiles:kol-performance", args=[kol.pk])).content.decode()
    assert 'class="is-stale"' in page
    assert f"{reverse('profiles:figures-to-refresh')}?kol={kol.pk}" in page


def test_a_colleague_sees_the_row_but_no_entry(kol, operator, colleague, as_user, actor):
    figure(actor, make_account(kol), "followers", 50)
    path = reverse("profiles:figure-refresh", args=[Snapshot.objects.get().pk])
    page = as_user(colleague).get(reverse("profiles:figures-to-refresh") + "?sort=end").content.decode()
    assert kol.name in page
    assert path not in page
    before = state()
    assert as_user(colleague).post(path, {"value": "5", "end": TODAY.isoformat()}).status_code == 403
    assert state() == before


def test_the_api_lists_them_with_their_limit(kol, operator, api, actor):
    account = make_account(kol)
    figure(actor, account, "followers", 50)
    (row,) = api(operator).get(reverse("api:stale-list")).json()["results"]
    assert (row["account"], row["metric"], row["value"], row["limit_days"]) == (
        str(account.pk),
        "followers",
        "900.0000",
        35,
    )
