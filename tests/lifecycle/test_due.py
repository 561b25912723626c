"""What lifecycle offers for Today (DOMAIN 5.4, 8.1)."""

from datetime import date

import pytest

from kol_crm.core import due
from lifecycle.due import REVIEWS
from lifecycle.models import Review
from profiles.services import kol as kol_verbs
from tests.factories import make_kol
from tests.lifecycle.factories import make_kol_at

pytestmark = pytest.mark.django_db

DAY, UNTIL = date(2026, 11, 23), date(2026, 11, 30)


def names(user, limit=10, without=()):
    return [row.subject.name for row in REVIEWS.rows(user, DAY, UNTIL, limit, without)]


@pytest.fixture
def files(operator):
    for name, day in (("周", 27), ("李", 21), ("王", 30)):
        make_kol_at(operator, "initial", name, since=date(2026, 11, 2), review_due=date(2026, 11, day))
    make_kol_at(operator, "late", "赵", review_due=date(2026, 12, 1))


def test_rows_are_own_reviews_soonest_first_and_say_why(operator, files):
    (row,) = REVIEWS.rows(operator, DAY, UNTIL, 1, ())
    review = Review.objects.get(kol__name="李")
    assert row.why == "Initial review due 21\u00a0Nov; 21\u00a0d in stage"
    assert (row.key, row.due, row.detail_url) == (
        f"review:{review.pk}",
        date(2026, 11, 21),
        f"/reviews/{review.pk}/",
    )
    assert names(operator) == ["李", "周", "王"]
    assert names(operator, limit=2) == ["李", "周"]
    assert due.count([REVIEWS.waiting(operator, UNTIL, ())], 100) == 3
    assert due.count([REVIEWS.waiting(operator, UNTIL, ())], 2) == 2


def test_what_was_put_off_is_left_out_of_rows_and_count(operator, files):
    off = {str(Review.objects.get(kol__name="李").pk)}
    assert names(operator, without=off) == ["周", "王"]
    assert REVIEWS.waiting(operator, UNTIL, off).count() == 2


def test_others_archived_and_dormant_files_are_not_mine_to_review(actor, operator, colleague, manager, files):
    make_kol_at(colleague, "initial", "同事", review_due=DAY)
    gone = make_kol_at(operator, "initial", "归档", review_due=DAY)
    kol_verbs.archive(actor, gone, None)
    asleep = make_kol_at(operator, "initial", "休眠", review_due=DAY)
    kol_verbs.set_figures(asleep.pk, dormant=True)
    assert names(operator) == ["李", "周", "王"]
    assert names(colleague) == ["同事"]
    assert names(manager) == []


def test_ten_rows_cost_as_many_queries_as_one(operator, django_assert_num_queries):
    make_kol_at(operator, "initial", review_due=DAY)
    with django_assert_num_queries(2):
        list(REVIEWS.rows(operator, DAY, UNTIL, 50, ()))
    for _ in range(9):
        make_kol_at(operator, "initial", review_due=DAY)
    assert make_kol(operator).review_due > UNTIL
    with django_assert_num_queries(2):
        assert len(list(REVIEWS.rows(operator, DAY, UNTIL, 50, ()))) == 10
