"""What holds for every list: a new one is covered as soon as it is registered (HOUSE, tests and habits).

A list whose rows do not come with the KOL file itself adds how to make one to ``MAKERS``.
"""

import importlib
from itertools import chain

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext

from incentives.services import plan
from kol_crm.core import lists
from kol_crm.core.actor import Actor
from kol_crm.core.models import User
from profiles.views.list import KOLS
from tests.factories import NOW, TeamFactory, UserFactory, make_kol

for _module in ("profiles.urls", "lifecycle.urls", "incentives.urls"):
    importlib.import_module(_module)

pytestmark = pytest.mark.django_db
ROWS = 7


def every_list(test):
    return pytest.mark.parametrize("spec", lists.registered(), ids=lambda spec: spec.name)(test)


def make_plan(kol) -> None:
    plan.create(Actor(kol.owner, "page", NOW), kol, {"title": "Spring"})


KOL_QUERIES = (
    "",
    "sort=name",
    "sort=-created",
    "sort=-followers",
    "owner=me",
    "owner=colleague&sort=-due",
    "stage=introduction&stage=late",
    "level=none",
    "verdict=unknown",
    "q=wsy",
    "q=王",
    "untouched=30",
    "due=week",
    "archived=true",
    "limit=3",
)
MAKERS = {"plans": make_plan}


def make_rows(name: str, owner, count: int = ROWS) -> None:
    """Equal rows for the list of that name, all of one owner."""
    for _ in range(count):
        kol = make_kol(owner, name="王思雨")
        MAKERS.get(name, lambda _kol: None)(kol)


def read(spec, user, query=""):
    return lists.read(spec, QueryDict(query), user, NOW)


def ids(listing) -> list:
    return [row["id"] if isinstance(row, dict) else row.pk for row in listing.rows]


def sorted_ways(spec) -> list[str]:
    return [sign + sort.key for sort in spec.sorts for sign in ("", "-")]


def walk(spec, user, sort):
    """Ids page by page to the end, and the same way back."""
    query = f"sort={sort}&limit=3"
    pages = [read(spec, user, query)]
    while token := pages[-1].page.next:
        pages.append(read(spec, user, f"{query}&cursor={token}"))
    back = [pages[-1]]
    while token := back[-1].page.previous:
        back.append(read(spec, user, f"{query}&cursor={token}"))
    return [ids(page) for page in pages], [ids(page) for page in reversed(back)]


@every_list
def test_each_page_of_equal_rows_shows_each_row_once_in_every_order(spec, operator):
    make_rows(spec.name, operator)
    everything = set(spec.rows(operator).values_list("pk", flat=True))
    assert len(everything) == ROWS
    for sort in sorted_ways(spec):
        forward, back = walk(spec, operator, sort)
        seen = list(chain.from_iterable(forward))
        assert len(seen) == len(set(seen)), sort
        assert set(seen) == everything, sort
        assert back == forward, sort


@every_list
def test_a_stranger_sees_no_row_a_manager_all_finance_none_of_the_files(
    spec, operator, stranger, manager, admin
):
    make_rows(spec.name, operator)
    assert len(ids(read(spec, operator))) == ROWS
    assert len(ids(read(spec, manager))) == ROWS
    assert len(ids(read(spec, admin))) == ROWS
    assert ids(read(spec, stranger)) == []
    assert read(spec, stranger).total.value == 0


@every_list
def test_a_deactivated_user_sees_no_row(spec, operator):
    make_rows(spec.name, operator)
    operator.is_active = False
    assert ids(read(spec, operator)) == []


@every_list
def test_a_manager_elsewhere_sees_no_row(spec, operator):
    make_rows(spec.name, operator)
    elsewhere = UserFactory(role=User.Role.MANAGER, team=TeamFactory())
    assert ids(read(spec, elsewhere)) == []


@every_list
@pytest.mark.parametrize(
    "query", ["no_such_filter=1", "sort=password", "sort=--due", "cursor=x", "limit=x", "limit=-1"]
)
def test_what_is_not_understood_shows_nothing(spec, operator, query):
    make_rows(spec.name, operator)
    listing = read(spec, operator, query)
    name = query.split("=")[0]
    assert (ids(listing), list(listing.problems), listing.total.value) == ([], [name], 0)


@every_list
def test_no_filter_takes_nonsense_for_all(spec, operator):
    """Free text apart, a value that is not understood is a problem at its name; nothing is ever ignored."""
    make_rows(spec.name, operator)
    for name in spec.filterset.base_filters:
        listing = read(spec, operator, f"{name}=~nonsense~")
        assert ids(listing) == [], name
        assert set(listing.problems) <= {name}


@every_list
def test_twenty_rows_cost_as_many_queries_as_two(spec, operator):
    make_rows(spec.name, operator, 2)
    with CaptureQueriesContext(connection) as few:
        read(spec, operator)
    make_rows(spec.name, operator, 18)
    with CaptureQueriesContext(connection) as many:
        assert len(ids(read(spec, operator))) == 20
    assert len(many) == len(few)


@pytest.mark.parametrize(
    ("name", "url", "query"),
    [
        *(("kols", "/api/v1/kols/", query) for query in KOL_QUERIES),
        ("plans", "/api/v1/incentive-plans/", ""),
        ("plans", "/api/v1/incentive-plans/", "sort=title"),
        ("plans", "/api/v1/incentive-plans/", "state=draft"),
        ("plans", "/api/v1/incentive-plans/", "state=active"),
    ],
)
def test_page_and_api_have_the_same_rows_in_the_same_order(operator, colleague, api, name, url, query):
    make_rows(name, operator)
    make_rows(name, colleague, 2)
    spec = next(spec for spec in lists.registered() if spec.name == name)
    listing = read(spec, operator, query)
    assert not listing.problems
    answer = api(operator).get(url, QueryDict(query))
    assert answer.status_code == 200, answer.content
    assert [row["id"] for row in answer.json()["results"]] == [str(pk) for pk in ids(listing)]


@pytest.mark.parametrize("query", ["no_such_filter=1", "sort=password", "cursor=x", "limit=0", "stage=lost"])
def test_the_api_refuses_what_the_page_does_not_understand_at_the_same_name(operator, api, query):
    answer = api(operator).get("/api/v1/kols/", QueryDict(query))
    listing = read(KOLS, operator, query)
    assert (answer.status_code, list(answer.json()["errors"])) == (400, list(listing.problems))


@every_list
def test_changing_the_order_goes_back_to_page_one(spec, operator):
    make_rows(spec.name, operator)
    listing = read(spec, operator, f"limit=3&cursor={read(spec, operator, 'limit=3').page.next}")
    assert listing.page.start == 4
    assert "cursor" not in listing.url(sort=spec.sorts[0].key)
