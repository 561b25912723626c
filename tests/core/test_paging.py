"""Keyset pages: every row once, forward and back, whatever the values; a token is never believed blindly."""

from datetime import date
from itertools import chain

import pytest
from django.core.exceptions import ValidationError

from kol_crm.core.models import Team
from kol_crm.core.paging import Count, Cursor, Order, Sort, capped_count, page
from profiles.models import Kol

NAME = Sort("name", "sort_name", "Name")
DUE = Sort("due", "next_due", "Due", nullable=True)


@pytest.fixture
def kols(db):
    """Make files whose next due days are the ones given; ``None`` is unknown."""
    team = Team.objects.get(parent=None)

    def make(*days):
        return Kol.objects.bulk_create(
            Kol(name=f"n{i}", sort_name="same", team=team, next_due=day and date(2026, 11, day))
            for i, day in enumerate(days)
        )

    return make


def walk(queryset, order, size=3):
    """Ids page by page to the end, and again page by page back to the beginning."""
    pages, cursor = [], None
    while True:
        pages.append(page(queryset, order, cursor, size))
        if pages[-1].next is None:
            break
        cursor = Cursor.decode(pages[-1].next, order, Kol)
    back = [pages[-1]]
    while back[0].previous:
        back.insert(0, page(queryset, order, Cursor.decode(back[0].previous, order, Kol), size))
    return [[kol.id for kol in one.rows] for one in pages], [[kol.id for kol in one.rows] for one in back]


@pytest.mark.parametrize("count", [0, 1, 3, 4, 6, 7, 10])
@pytest.mark.parametrize("descending", [False, True])
def test_equal_rows_are_each_seen_once_forward_and_back(kols, count, descending):
    made = sorted((kol.id for kol in kols(*[None] * count)), reverse=descending)
    forward, back = walk(Kol.objects.all(), Order(NAME, descending))
    assert list(chain.from_iterable(forward)) == made
    assert back == forward


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize(
    "days",
    [
        (None,) * 7,
        (1, 2, 2, 2, 2, 3, None),
        (1, 1, None, None, None, None, 2),
        (3, 1, 2),
        (1, 1, 1, 1, 1, 1, 1),
    ],
)
def test_unknown_values_come_last_in_both_directions(kols, days, descending):
    made = kols(*days)
    known = sorted(((k.next_due, k.id) for k in made if k.next_due), reverse=descending)
    unknown = sorted((k.id for k in made if not k.next_due), reverse=descending)
    forward, back = walk(Kol.objects.all(), Order(DUE, descending))
    assert list(chain.from_iterable(forward)) == [key for _, key in known] + unknown
    assert back == forward


def test_rows_of_values_are_paged_too(kols):
    made = kols(2, None, 1, 1)
    rows = Kol.objects.values("id", "next_due", "name")
    first = page(rows, Order(DUE), None, 2)
    second = page(rows, Order(DUE), Cursor.decode(first.next, Order(DUE), Kol), 2)
    names = [row["name"] for row in first.rows + second.rows]
    assert names == [*(kol.name for kol in sorted(made[2:], key=lambda kol: kol.id)), "n0", "n1"]
    assert (first.start, first.end, second.start, second.end) == (1, 2, 3, 4)


def test_a_page_back_to_the_beginning_is_the_first_page_in_full(kols):
    made = kols(1, 2, 3, 4, 5)
    order = Order(DUE)
    second = page(
        Kol.objects.all(), order, Cursor.decode(page(Kol.objects.all(), order, None, 2).next, order, Kol), 2
    )
    made[0].delete()
    back = page(Kol.objects.all(), order, Cursor.decode(second.previous, order, Kol), 2)
    assert [kol.id for kol in back.rows] == [made[1].id, made[2].id]
    assert (back.start, back.previous) == (1, None)


def test_a_place_whose_rows_are_gone_leads_to_the_first_page(kols):
    made = kols(1, 2, 3)
    order = Order(DUE)
    token = page(Kol.objects.all(), order, None, 2).next
    made[2].delete()
    again = page(Kol.objects.all(), order, Cursor.decode(token, order, Kol), 2)
    assert [kol.id for kol in again.rows] == [made[0].id, made[1].id]


def test_related_rows_are_fetched_once_on_the_page_where_known_meets_unknown(kols, django_assert_num_queries):
    kols(1, None, None)
    with django_assert_num_queries(3):  # known, unknown, fields
        page(Kol.objects.prefetch_related("kol_fields"), Order(DUE), None, 3)


@pytest.mark.parametrize("token", ["x", "!!", "e30", "WyJkdWUiXQ", "WyJuYW1lIiwieCIsIngiLDEsZmFsc2Vd"])
def test_a_broken_token_or_one_of_another_order_is_refused(db, token):
    with pytest.raises(ValidationError) as refused:
        Cursor.decode(token, Order(DUE), Kol)
    assert list(refused.value.message_dict) == ["cursor"]


def test_a_token_does_not_outlive_a_change_of_direction(kols):
    kols(1, 2)
    token = page(Kol.objects.all(), Order(DUE), None, 1).next
    with pytest.raises(ValidationError):
        Cursor.decode(token, Order(DUE, descending=True), Kol)


def test_counting_stops_at_the_cap(kols):
    kols(*[None] * 4)
    assert capped_count(Kol.objects.all(), cap=3) == Count(3, more=True)
    assert capped_count(Kol.objects.all(), cap=4) == Count(4, more=False)


def test_an_order_that_the_list_does_not_offer_is_refused():
    assert str(Order.read((NAME, DUE), "-due")) == "-due"
    with pytest.raises(ValidationError) as refused:
        Order.read((NAME, DUE), "password")
    assert list(refused.value.message_dict) == ["sort"]
