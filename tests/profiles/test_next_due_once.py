"""Next due is asked once a verb, however many of its steps move a date (DOMAIN 3.13)."""

import contextlib

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kol_crm.core.actor import Actor
from profiles.models import Kol
from profiles.services import many, next_due
from tests.factories import NOW, make_kol
from tests.lifecycle.factories import make_rule

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked(monkeypatch):
    """The ids that the sources were asked about, one entry a time."""
    heard = []
    earliest = next_due.earliest
    monkeypatch.setattr(next_due, "earliest", lambda ids: heard.append(list(ids)) or earliest(ids))
    return heard


@pytest.mark.parametrize("facts", [{}, {"touch_interval": 30}, {"touch_interval": 3650}, {"owner": None}])
def test_a_new_file_says_itself_what_is_due_and_no_source_is_asked(operator, admin, asked, facts):
    make_rule(admin)
    kol = make_kol(
        operator, birth_month=11, birth_day=25, accounts=[{"platform": "own", "handle": "si"}], **facts
    )
    assert asked == []
    kol.refresh_from_db()
    found = next_due.earliest([kol.pk]).get(kol.pk, (None, ""))
    assert (kol.next_due, kol.next_due_kind) == found
    assert (kol.next_due is None) == ("owner" in facts)


def test_blocks_within_one_another_ask_together_at_the_outer_ones_end(operator, asked):
    kol = make_kol(operator)
    asked.clear()
    with next_due.asked_once():
        with next_due.asked_once():
            next_due.refresh([kol.pk])
        next_due.refresh([kol.pk])
        assert asked == []
    assert asked == [[kol.pk]]


def test_a_verb_that_fails_asks_nothing_and_leaves_the_next_one_alone(operator, asked):
    kol = make_kol(operator)
    asked.clear()
    with contextlib.suppress(LookupError), next_due.asked_once():
        next_due.refresh([kol.pk])
        raise LookupError
    assert asked == []
    next_due.refresh([kol.pk])
    assert asked == [[kol.pk]]


@pytest.mark.parametrize("at_once", [False, True], ids=["one by one", "at once"])
def test_a_new_file_is_written_once_with_all_dates_that_it_begins_with(operator, at_once):
    """Each further write of the row goes into all of its indexes."""
    with CaptureQueriesContext(connection) as heard:
        if at_once:
            made = many.create(Actor(operator, "page", NOW), [many.NewFile({"name": name}) for name in "ABC"])
            kols = [kol for kol, _account in made]
        else:
            kols = [make_kol(operator)]
    assert [one["sql"] for one in heard if 'UPDATE "profiles_kol"' in one["sql"]] == []
    for kol in Kol.objects.filter(pk__in=[kol.pk for kol in kols]):
        assert None not in (kol.touch_due, kol.review_due)
        assert (kol.next_due, kol.next_due_kind) == next_due.earliest([kol.pk])[kol.pk]


def test_a_file_that_sleeps_begins_with_no_date(operator):
    make_kol(operator, door="import")
    assert Kol.objects.get().next_due is None
    assert Kol.objects.get().touch_due is Kol.objects.get().review_due is None


def test_a_new_file_asks_for_nothing_twice_and_for_nothing_that_cannot_be_there_yet(operator):
    with CaptureQueriesContext(connection) as heard:
        make_kol(
            operator,
            contacts=[{"channel": "phone", "value": "13800138000"}],
            accounts=[{"platform": "weibo", "external_id": "1"}],
        )
    asked = [one["sql"] for one in heard]
    assert sum('FROM "core_policyversion"' in sql for sql in asked) == 1
    assert not [sql for sql in asked if sql.startswith("SELECT COUNT")]
    assert len([sql for sql in asked if '"core_datakey"' in sql]) == 1  # made; the contact is handed it
