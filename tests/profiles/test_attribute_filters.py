"""The KOL list is filtered by attributes, page and API alike (DOMAIN 1.3)."""

import pytest
import time_machine
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from kol_crm.core import lists
from kol_crm.core.actor import Actor
from profiles.models import Attribute
from profiles.views.list import KOLS
from tests.factories import NOW, make_kol
from tests.profiles.attributes import KINDS, given, make

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _at_noon():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def chief(admin):
    return Actor(admin, "page", NOW)


@pytest.fixture
def everything(chief) -> dict[str, Attribute]:
    return {key: make(chief, key, kind) for key, (kind, _value) in KINDS.items()}


FOUND = [
    ("attr_motto=SLOW", ["full"]),
    ("attr_shoe_min=42&attr_shoe_max=43", ["full"]),
    ("attr_shoe_min=43", []),
    ("attr_signed_min=2026-03-01", ["full"]),
    ("attr_signed_max=2026-02-28", []),
    ("attr_shirt=large", ["full"]),
    ("attr_shirt=small", []),
    ("attr_shirt=small&attr_shirt=none", ["empty"]),
    ("attr_studio=true", ["full"]),
    ("attr_studio=false", []),
    ("attr_studio=none", ["empty"]),
    ("attr_shop=example", ["full"]),
    ("attr_motto=slow&q=full", ["full"]),
]


@pytest.mark.parametrize(("query", "names"), FOUND)
def test_page_and_api_filter_alike(everything, operator, api, query, names):
    make_kol(operator, name="full", **given())
    make_kol(operator, name="empty")
    listing = lists.read(KOLS, QueryDict(query), operator, NOW)
    assert (listing.problems, [row["name"] for row in listing.rows]) == ({}, names)
    answer = api(operator).get("/api/v1/kols/", QueryDict(query))
    assert [row["name"] for row in answer.json()["results"]] == names


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("attr_nothing=1", "attr_nothing"),
        ("attr_shoe=1", "attr_shoe"),
        ("attr_shoe_min=many", "attr_shoe_min"),
        ("attr_shirt=medium", "attr_shirt"),
        ("attr_signed_min=soon", "attr_signed_min"),
    ],
)
def test_a_filter_that_is_not_understood_shows_nothing_and_is_a_400(everything, operator, api, query, name):
    make_kol(operator, **given())
    listing = lists.read(KOLS, QueryDict(query), operator, NOW)
    assert (list(listing.problems), list(listing.rows)) == ([name], [])
    answer = api(operator).get("/api/v1/kols/", QueryDict(query))
    assert (answer.status_code, list(answer.json()["errors"])) == (400, [name])


def test_the_list_asks_nothing_more_unless_an_attribute_is_asked_for(everything, as_user, operator, kol):
    browser, path = as_user(operator), reverse("profiles:kol-list")
    browser.get(path)
    with CaptureQueriesContext(connection) as plain:
        browser.get(path)
    assert not [one for one in plain.captured_queries if "profiles_attribute" in one["sql"]]


def test_the_list_offers_a_filter_for_each(everything, as_user, operator, kol):
    said = as_user(operator).get(reverse("profiles:kol-facet", args=["more"])).content.decode()
    for name in (
        "attr_motto",
        "attr_shoe_min",
        "attr_shoe_max",
        "attr_signed_min",
        "attr_shirt",
        "attr_studio",
    ):
        assert f'name="{name}"' in said
