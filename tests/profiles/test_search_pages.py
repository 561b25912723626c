"""A page of what many files have: looked for along the list, or found and sorted; the rows are the same."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.http import QueryDict

from kol_crm.core import lists, paging
from profiles import search
from profiles.models import Kol
from profiles.views.list import KOLS
from tests.factories import NOW, make_kol

pytestmark = pytest.mark.django_db

DAY = date(2026, 1, 1)
SMALL = replace(KOLS, cap=3, page_size=2)


@pytest.fixture
def many(operator):
    """Fourteen files: each third is an Anna, half of all have no day that is due."""
    for place in range(14):
        kol = make_kol(operator, name=f"{'Anna' if place % 3 == 0 else 'Bert'} {place:02d}")
        due = None if place % 2 else DAY + timedelta(days=place)
        Kol.objects.filter(pk=kol.pk).update(next_due=due, own_followers=place % 3 or None, risk=place % 4)


def walk(user, query: str, way: str, spec=SMALL) -> list[str]:
    """The names on all pages, forward to the end or from there back."""
    names: list[str] = []
    listing = lists.read(spec, QueryDict(query), user, NOW)
    while way == "back" and listing.page.next:
        listing = lists.read(spec, QueryDict(f"{query}&cursor={listing.page.next}"), user, NOW)
    while True:
        names = [*names, *(row["name"] for row in listing.rows)]
        if way == "back":
            names = [*(row["name"] for row in listing.rows), *names[: len(names) - len(listing.rows)]]
        token = listing.page.next if way == "on" else listing.page.previous
        if token is None:
            return names
        listing = lists.read(spec, QueryDict(f"{query}&cursor={token}"), user, NOW)


@pytest.mark.parametrize("way", ["on", "back"])
@pytest.mark.parametrize("sort", ["due", "-due", "name", "-created"])
@pytest.mark.parametrize(
    "spans",
    [(100, 100, 100), (6, 100, 100), (3, 3, 100), (1, 1, 1), (4, 7, 12)],
    ids=["all lie near", "row by row", "in both indexes", "all are sorted", "some of each"],
)
def test_pages_of_a_common_term_hold_each_file_once_in_the_lists_order(
    many, operator, monkeypatch, spans, sort, way
):
    for name, rows in zip(("NEAR", "STEPS", "FAR"), spans, strict=True):
        monkeypatch.setattr(paging, name, rows)
    everything = lists.read(replace(KOLS, page_size=50), QueryDict(f"sort={sort}"), operator, NOW)
    expected = [row["name"] for row in everything.rows if row["name"].startswith("Anna")]
    assert len(expected) == 5
    assert walk(operator, f"q=anna&sort={sort}", way) == expected


def test_a_common_term_is_looked_for_in_six_statements_at_most(many, operator, django_assert_max_num_queries):
    """Are there many, what lies near, how far to look on, what lies there, all, the rows of the page."""
    with django_assert_max_num_queries(6):
        lists.read(SMALL, QueryDict("q=anna&sort=-created"), operator, NOW)


@pytest.mark.parametrize("way", ["on", "back"])
@pytest.mark.parametrize("sort", [sign + sort.key for sort in KOLS.sorts for sign in ("", "-")])
def test_pages_of_a_rare_term_are_sorted_here_as_the_database_sorts_them(many, operator, sort, way):
    spec = replace(KOLS, page_size=2)
    everything = lists.read(replace(KOLS, page_size=50), QueryDict(f"sort={sort}"), operator, NOW)
    expected = [row["name"] for row in everything.rows if row["name"].startswith("Anna")]
    assert walk(operator, f"q=anna&sort={sort}", way, spec) == expected


@pytest.mark.parametrize("term", ["an", "a", "anna", "anna 03", "zz", "Ann'a"])
def test_what_a_walk_meets_is_what_the_index_finds(many, term):
    def names(condition):
        return set(Kol.objects.filter(condition).values_list("name", flat=True))

    assert names(search.met(term)) == names(search.named(term))
