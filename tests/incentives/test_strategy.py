"""Strategy adjustments (DOMAIN 6.8)."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from incentives.models import Strategy
from incentives.services import strategy
from incentives.strategy_ground import DUE, STORY
from kol_crm.core.errors import Conflict, Refused
from kol_crm.core.models import Change, User
from profiles.models import Kol
from tests.factories import NOW
from tests.lifecycle.refusing import by, nothing_written

pytestmark = pytest.mark.django_db
DAY = NOW.date()
WORDS = {"what": "Talks instead of slots", "why": "Slots no longer help", "expected": "Twice the answers"}


@pytest.fixture
def running(kol, operator):
    return strategy.decide(by(operator), kol, WORDS)


def test_it_says_what_why_and_what_is_expected_and_is_looked_at_after_90_days(running, kol):
    assert (running.decided_on, running.look_on) == (DAY, DAY + timedelta(days=90))
    assert (running.state, running.happened) == ("open", "")
    assert Change.objects.filter(root=kol.pk, row=running.pk).exists()
    kol.refresh_from_db()
    assert kol.next_due is not None
    assert kol.next_due <= running.look_on


def test_what_happened_stands_beside_what_was_expected_and_ends_it(running, operator):
    settled = strategy.settle(by(operator), running, " Three times the answers ")
    assert (settled.state, settled.happened) == ("settled", "Three times the answers")
    assert settled.expected == WORDS["expected"]
    nothing_written(lambda: strategy.settle(by(operator), settled, "Again"), Refused)
    assert strategy.reopen(by(operator), settled).is_open


def test_it_is_not_settled_without_a_word(running, operator):
    nothing_written(lambda: strategy.settle(by(operator), running, "  "), ValidationError, field="happened")


def test_a_stale_version_is_refused(running, operator):
    strategy.edit(by(operator), running, {"what": "Other"})
    nothing_written(lambda: strategy.edit(by(operator), running, {"what": "Third"}, version=1), Conflict)


@pytest.mark.parametrize("name", ["what", "why", "expected"])
def test_what_why_and_expected_are_all_demanded(kol, operator, name):
    nothing_written(
        lambda: strategy.decide(by(operator), kol, WORDS | {name: ""}), ValidationError, field=name
    )


def test_it_is_looked_at_after_it_began(kol, operator):
    nothing_written(
        lambda: strategy.decide(by(operator), kol, WORDS | {"look_on": DAY}), ValidationError, field="look_on"
    )


def test_a_group_is_a_cohort_a_stage_or_a_level_of_a_team_one_works_in(operator, stranger):
    one = by(operator)
    made = strategy.decide(
        one, None, WORDS | {"team": operator.team, "cohort": date(2026, 3, 17), "level": "mid"}
    )
    assert made.cohort == date(2026, 3, 1)
    nothing_written(
        lambda: strategy.decide(one.again(), None, WORDS | {"team": operator.team}),
        ValidationError,
        field="cohort",
    )
    nothing_written(
        lambda: strategy.decide(one.again(), None, WORDS | {"team": stranger.team, "stage": "late"}),
        ValidationError,
        field="team",
    )


def test_the_database_refuses_one_of_nobody(operator):
    row = Strategy(**WORDS, decided_on=DAY, look_on=DAY, author=operator, created_at=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save(force_insert=True)


def test_a_group_is_changed_by_its_author_or_a_manager_only(operator, colleague):
    made = strategy.decide(by(operator), None, WORDS | {"team": operator.team, "stage": "late"})
    assert Strategy.objects.visible_to(colleague).filter(pk=made.pk).exists()
    nothing_written(lambda: strategy.settle(by(colleague), made, "It worked"), PermissionDenied)


def test_a_stranger_sees_neither_kind(running, operator, stranger):
    strategy.decide(by(operator), None, WORDS | {"team": operator.team, "stage": "late"})
    assert Strategy.objects.visible_to(operator).count() == 2
    assert not Strategy.objects.visible_to(stranger).exists()
    assert not Strategy.objects.visible_to(User(role=User.Role.FINANCE)).exists()


def test_today_asks_the_owner_of_the_file_what_happened_once_the_day_is_near(running, operator, colleague):
    day = running.look_on
    [row] = DUE.rows(operator, day, day, 10, ())
    assert (row.subject.pk, row.due) == (running.kol_id, day)
    assert "Twice the answers" in row.why
    assert DUE.rows(operator, day, day - timedelta(days=1), 10, ()) == []
    assert DUE.rows(colleague, day, day, 10, ()) == []
    strategy.settle(by(operator), running, "It did")
    assert DUE.rows(operator, day, day, 10, ()) == []


def test_the_story_of_the_file_tells_of_the_beginning_and_the_end(running, operator, kol):
    strategy.settle(by(operator, NOW + timedelta(hours=1)), running, "It did")
    kol = Kol.objects.get(pk=kol.pk)
    assert [(one.title, one.body) for one in STORY.load(kol, None, 10)] == [
        ("Strategy looked at", "It did"),
        ("Strategy adjusted", WORDS["why"]),
    ]


def test_page_and_api_refuse_the_same_at_the_same_field(as_user, api, operator, kol):
    client = as_user(operator)
    page = client.post(f"/kols/{kol.pk}/strategies/new/", WORDS | {"why": ""})
    assert (page.status_code, list(page.context["form"].errors)) == (422, ["why"])
    answer = api(operator).post("/api/v1/strategies/", {"kol": str(kol.pk), **WORDS, "why": ""})
    assert answer.status_code == 400
    assert "why" in str(answer.content)
    assert not Strategy.objects.exists()


def test_a_group_is_decided_by_page_and_api(as_user, api, operator):
    client = as_user(operator)
    group = WORDS | {"team": str(operator.team_id), "cohort": "2026-03"}
    assert client.post("/strategies/new/", group).status_code == 302
    body = WORDS | {"team": str(operator.team_id), "cohort": "2026-03-01"}
    answer = api(operator).post("/api/v1/strategies/", body)
    assert answer.status_code == 201, answer.content
    assert answer.json()["cohort"] == "2026-03-01"
    page = client.get("/strategies/?about=group&cohort=2026-03")
    assert page.content.decode().count("data-row") == 2


def test_the_page_settles_it(as_user, operator, running):
    client = as_user(operator)
    url = f"/strategies/{running.pk}/"
    assert WORDS["expected"] in client.get(url).content.decode()
    done = client.post(f"{url}settle/", {"version": 1, "happened": "Fewer"})
    assert done.status_code == 302
    assert "Fewer" in client.get(url).content.decode()
