"""From file to file, the look beside the list, and who else is there (UI, screens 2 and 3; RELIABILITY 3)."""

from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from kol_crm.core import lists
from kol_crm.core.actor import Actor
from kol_crm.core.models import SavedView
from kol_crm.core.neighbours import neighbours
from profiles.models import Kol
from profiles.services import kol as files
from tests.factories import NOW, make_kol

pytestmark = pytest.mark.django_db


def at(name, kol):
    return reverse(f"profiles:{name}", args=[kol.pk])


def shown(browser, kol, query) -> dict:
    return browser.get(at("kol-detail", kol), {"list": query}).context["walk"]


def pk_in(url):
    return url and url.split("/")[2]


SORTS = ["name", "-name", "followers", "-followers", "due", "-created"]


@pytest.mark.parametrize("sort", SORTS)
def test_walking_meets_each_file_of_the_list_once_in_its_order(operator, manager, as_user, sort):
    for number in range(7):
        kol = make_kol(operator, f"k{number}", city="x")
        files.set_figures(kol.pk, own_followers=(number * 7 % 5) * 100 if number % 3 else None)
    browser = as_user(operator)
    page = browser.get("/kols/", {"sort": sort})
    order = [str(row["id"]) for row in page.context["rows"]]
    here, met = Kol.objects.get(pk=order[0]), []
    while True:
        walk = shown(browser, here, f"sort={sort}")
        assert pk_in(walk["previous"]) == (met[-1] if met else None)
        met.append(str(here.pk))
        if not walk["next"]:
            break
        here = Kol.objects.get(pk=pk_in(walk["next"]))
    assert met == order


def test_it_stays_within_the_filters_and_within_sight(operator, stranger, as_user):
    first, middle, last = (make_kol(operator, name) for name in ("a", "b", "c"))
    Kol.objects.filter(pk=middle.pk).update(language="en")
    make_kol(stranger, "bb")
    browser = as_user(operator)
    files.set_figures(middle.pk, stage="late")
    walk = shown(browser, first, "stage=introduction&sort=name")
    assert (walk["previous"], pk_in(walk["next"])) == (None, str(last.pk))
    # one that no longer matches still knows its neighbours
    walk = shown(browser, middle, "stage=introduction&sort=name")
    assert (pk_in(walk["previous"]), pk_in(walk["next"])) == (str(first.pk), str(last.pk))
    assert walk["list"] == "/kols/?stage=introduction&sort=name"


@pytest.mark.parametrize("query", ["nonsense=1", "sort=weight", "stage=moon"])
def test_a_list_that_is_not_understood_leads_nowhere(kol, operator, as_user, query):
    make_kol(operator, "b")
    walk = shown(as_user(operator), kol, query)
    assert (walk["previous"], walk["next"]) == (None, None)


def test_from_elsewhere_there_is_no_list_and_no_query(kol, operator, as_user):
    assert "walk" not in as_user(operator).get(at("kol-detail", kol)).context


def test_two_queries_however_long_the_list(operator):
    spec = next(spec for spec in lists.registered() if spec.name == "kols")
    rows = [make_kol(operator, f"k{number:02}") for number in range(30)]
    for row in (rows[0], rows[15], rows[29]):
        with CaptureQueriesContext(connection) as found:
            neighbours(spec, "sort=name", operator, NOW, row)
        assert len(found) == 2


def test_the_rows_of_the_list_lead_to_the_file_with_the_list(kol, operator, as_user):
    page = as_user(operator).get("/kols/", {"stage": "introduction", "sort": "-name", "limit": "5"})
    query = urlencode({"list": "stage=introduction&sort=-name"})
    assert f"{at('kol-detail', kol)}?{query}".replace("&", "&amp;") in page.content.decode()


def walked(browser, order, query):
    """The files met from the first one on, and those met on the way back."""
    there, back, url = [], [], f"{at('kol-detail', order[0])}?{urlencode({'list': query})}"
    while url:
        there.append(url.split("/")[2])
        walk = browser.get(url).context["walk"]
        last, url = url, walk["next"]
    while last:
        back.append(last.split("/")[2])
        last = browser.get(last).context["walk"]["previous"]
    return there, back


def test_it_goes_from_group_to_group_in_their_order_and_back(operator, as_user):
    """Stages in their order, inside each by name; a group without files is passed over."""
    kols = [make_kol(operator, name) for name in ("d", "a", "c", "b")]
    for kol, stage in zip(kols, ("late", "late", "introduction", "mid_term"), strict=True):
        files.set_figures(kol.pk, stage=stage)
    d, a, c, b = kols
    there, back = walked(as_user(operator), [c], "sort=name&group=stage&inside=introduction")
    assert there == [str(kol.pk) for kol in (c, b, a, d)]
    assert back == there[::-1]


def test_a_row_of_an_open_group_leads_on_inside_it(operator, as_user):
    kol = make_kol(operator, "a")
    page = as_user(operator).get("/kols/", {"group": "stage", "inside": "introduction"})
    query = urlencode({"list": "group=stage&inside=introduction"})
    assert f"{at('kol-detail', kol)}?{query}" in page.content.decode()


def test_a_saved_view_counts_with_its_order_and_filters(operator, as_user):
    a, b, _late = (make_kol(operator, name) for name in ("a", "b", "c"))
    files.set_figures(_late.pk, stage="late")
    view = SavedView.objects.create(
        owner=operator, of_list="kols", name="Mine", query="stage=introduction&sort=-name"
    )
    walk = shown(as_user(operator), b, f"view={view.pk}")
    assert (walk["previous"], pk_in(walk["next"])) == (None, str(a.pk))


# The look beside the list


def test_a_look_shows_what_the_page_shows_with_contacts_masked(operator, colleague, as_user):
    kol = make_kol(operator, city="Chengdu", contacts=[{"channel": "phone", "value": "13812345678"}])
    page = as_user(colleague).get(at("kol-peek", kol)).content.decode()
    assert "Chengdu" in page
    assert "138****5678" in page
    assert "12345678" not in page


def test_a_look_at_a_file_out_of_sight_is_a_404(kol, stranger, finance, as_user):
    assert as_user(stranger).get(at("kol-peek", kol)).status_code == 404
    assert as_user(finance).get(at("kol-peek", kol)).status_code == 404


# Also open by


def ping(browser, kol, version):
    return browser.post(at("kol-presence", kol), {"version": version}).content.decode()


def test_who_else_has_it_open_is_said_and_what_they_saved(kol, operator, colleague, manager, as_user):
    mine, theirs = as_user(operator), as_user(colleague)
    assert "Also open by" not in ping(mine, kol, 1)
    assert str(operator) in ping(theirs, kol, 1)
    assert str(colleague) in ping(mine, kol, 1)
    files.edit(Actor(manager, "page", NOW), kol, {"city": "北京"}, 1)
    page = ping(mine, kol, 1)
    assert f"Meanwhile {manager} changed: City." in page
    assert '"version": "1"' in page


def test_what_one_saved_oneself_is_no_news(kol, operator, as_user):
    files.edit(Actor(operator, "page", NOW), kol, {"city": "北京"}, 1)
    page = ping(as_user(operator), kol, 1)
    assert "New version" not in page
    assert '"version": "2"' in page


def test_whoever_may_not_see_the_file_learns_nothing_and_is_not_named(kol, operator, stranger, as_user):
    as_user(operator).post(at("kol-presence", kol), {"version": 1})
    assert as_user(stranger).post(at("kol-presence", kol), {"version": 1}).status_code == 404
    assert "Stranger" not in ping(as_user(operator), kol, 1)


def test_whoever_may_restore_a_file_learns_that_it_is_trash_now(kol, operator, stranger, as_user):
    files.archive(Actor(operator, "page", NOW), kol, 1)
    page = ping(as_user(operator), kol, 1)
    assert "This file was put in the trash." in page
    assert "hx-post" not in page  # and asks no more
    assert as_user(stranger).post(at("kol-presence", kol), {"version": 1}).status_code == 404
