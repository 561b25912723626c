"""What introduction offers for Today: candidates, own users, programmes past their end (DOMAIN 4.3, 8.1)."""

from datetime import date, timedelta

import pytest
import time_machine
from django.urls import reverse

from kol_crm.core import due, policy
from kol_crm.core.actor import Actor
from lifecycle.due_introduction import CANDIDATES, ENDING, TO_MINE
from lifecycle.models import Candidate, PlatformUser, Programme
from lifecycle.services import candidate as candidates
from lifecycle.services import mining, outreach
from lifecycle.services import programme as programmes
from profiles.models import Kol
from tests.factories import NOW, field
from tests.lifecycle.factories import make_candidate, make_programme

pytestmark = pytest.mark.django_db
DAY, UNTIL = date(2026, 11, 23), date(2026, 11, 30)
HTMX = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def _at_noon():
    with time_machine.travel(NOW, tick=False):
        yield


def ago(days: int):
    return NOW - timedelta(days=days)


@pytest.fixture
def live(operator):
    return make_programme(operator, live=True, at=ago(30))


def rows(source, user, limit=10, without=()):
    found = source.rows(user, DAY, UNTIL, limit, without)
    assert due.count([source.waiting(user, UNTIL, without)], 100) == len(found) or limit < 10
    return found


def test_a_candidate_to_whom_nobody_writes_comes_on_today_after_a_week(live, operator, colleague):
    make_candidate(live, at=ago(20), name="Old")
    make_candidate(live, at=NOW, name="New")
    first, second = rows(CANDIDATES, operator)
    assert (first.subject.name, first.due) == ("Old", DAY - timedelta(days=13))
    assert first.why == "Identified for 20\u00a0d, and no next step: Winter running"
    assert (second.subject.name, second.due) == ("New", DAY + timedelta(days=7))
    assert rows(CANDIDATES, colleague) == []
    assert [row.subject.name for row in rows(CANDIDATES, operator, without=[first.key.split(":")[1]])] == [
        "New"
    ]


def test_who_is_written_to_decided_on_or_of_a_draft_is_not_asked_about(live, operator):
    written = make_candidate(live, at=ago(20), name="Written to")
    decided = make_candidate(live, at=ago(20), name="Decided")
    make_candidate(make_programme(operator, name="Draft"), at=ago(20), name="Of a draft")
    outreach.start(Actor(operator, "page", ago(10)), written)
    candidates.decide(Actor(operator, "page", NOW), decided, "later")
    assert rows(CANDIDATES, operator) == []


def test_it_is_the_files_next_due_too_and_goes_with_the_first_attempt(live, operator):
    candidate = make_candidate(live, at=ago(20))
    kol = Kol.objects.get(pk=candidate.kol_id)
    assert (kol.next_due, kol.next_due_kind) == (DAY - timedelta(days=13), "candidate")
    outreach.start(Actor(operator, "page", NOW), candidate)
    assert Kol.objects.get(pk=kol.pk).next_due_kind == "outreach"


def test_the_days_are_policy_and_the_night_sets_them_again(live, operator, admin):
    candidate = make_candidate(live, at=ago(20))
    policy.change(Actor(admin, "page", NOW), {"candidate_rest_days": 30}, "calmer")
    assert candidates.nightly(Actor.job(NOW)).done == 1
    assert Candidate.objects.get(pk=candidate.pk).lead_on_by == DAY + timedelta(days=10)
    assert rows(CANDIDATES, operator) == []


def test_own_users_whom_nobody_looked_at_wait_with_their_programme(live, operator, colleague, admin):
    told = {"handle": "m", "field": field("running"), "output": 5}
    feed = [{**told, "external_id": f"u{n}", "quality": 90 if n else None} for n in range(4)]
    mining.take_feed(Actor(admin, "page", NOW), feed)
    [row] = rows(TO_MINE, operator)
    assert (row.subject, row.due) == (live, DAY)
    assert row.why == "3 suggestions from own users are not reviewed yet"
    assert rows(TO_MINE, colleague) == []
    for user in PlatformUser.objects.filter(quality__isnull=False):
        mining.reject(Actor(operator, "page", NOW), user, "no", DAY + timedelta(days=90))
    assert rows(TO_MINE, operator) == []


def test_a_programme_past_its_end_asks_to_be_closed(live, operator):
    Programme.objects.filter(pk=live.pk).update(ends_on=DAY - timedelta(days=3))
    candidate = make_candidate(live)
    [row] = rows(ENDING, operator)
    assert row.why == "Its period ended 20\u00a0Nov; candidates without an outcome: 1"
    assert row.due == DAY - timedelta(days=3)
    programmes.close(Actor(operator, "page", NOW), live, {candidate.pk: ("later", "")})
    assert rows(ENDING, operator) == []


def test_ten_rows_cost_as_many_queries_as_one(live, operator, django_assert_num_queries):
    make_candidate(live, name="K0")
    for source, queries in ((CANDIDATES, 1), (ENDING, 1)):
        with django_assert_num_queries(queries):
            source.rows(operator, DAY, UNTIL, 50, ())
    for number in range(9):
        make_candidate(live, name=f"K{number + 1}")
    with django_assert_num_queries(1):
        assert len(CANDIDATES.rows(operator, DAY, UNTIL, 50, ())) == 10


def test_today_shows_each_with_the_one_thing_that_leads_on(live, operator, admin, as_user):
    candidate = make_candidate(live, at=ago(20))
    Programme.objects.filter(pk=live.pk).update(ends_on=DAY)
    told = {"external_id": "u1", "handle": "m", "field": field("running"), "output": 5, "quality": 90}
    mining.take_feed(Actor(admin, "page", NOW), [told])
    browser = as_user(operator)
    page = browser.get("/").content.decode()
    for words in ("no next step: Winter running", "1 suggestion from own users", "Its period ends 23"):
        assert words in page
    part = browser.get(reverse("lifecycle:candidate-today", args=[candidate.pk]), headers=HTMX)
    assert "Rate: 5 criteria open" in part.content.decode()
    part = browser.get(reverse("lifecycle:programme-today", args=[live.pk]), headers=HTMX).content.decode()
    assert reverse("lifecycle:programme-close", args=[live.pk]) in part
    assert reverse("lifecycle:suggestion-list", args=[live.pk]) in part
