"""Requests (DOMAIN 3.9): who takes it, an answer within two working days, satisfied or not."""

from datetime import date, datetime

import pytest
from django.core.exceptions import ValidationError

from kol_crm.core import policy, workdays
from kol_crm.core.actor import Actor
from kol_crm.core.errors import Refused
from kol_crm.core.models import User
from profiles.models import Request
from profiles.note_due import REQUESTS
from profiles.services import request as requests
from tests.factories import CHINA, NOW, UserFactory

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 23)


@pytest.fixture
def asked(actor, kol):
    return requests.add(actor, kol, {"what": "Where is my badge?"})


@pytest.mark.parametrize(
    ("raised", "due"),
    [
        (datetime(2026, 11, 23, 12, tzinfo=CHINA), date(2026, 11, 25)),  # Monday
        (datetime(2026, 11, 26, 12, tzinfo=CHINA), date(2026, 11, 30)),  # Thursday, over a weekend
        (datetime(2026, 11, 28, 12, tzinfo=CHINA), date(2026, 12, 1)),  # Saturday
        (datetime(2026, 9, 30, 12, tzinfo=CHINA), date(2026, 10, 9)),  # over the national festival
    ],
)
def test_an_answer_is_due_in_two_working_days(operator, kol, raised, due):
    assert requests.add(Actor(operator, "page", raised), kol, {"what": "x"}).due_on == due


def test_days_and_country_are_policy(actor, kol):
    values = {requests.ANSWER_WITHIN.key: 4, workdays.HOLIDAYS.key: ""}
    policy.change(Actor(None, "command", NOW), values)
    assert requests.add(actor, kol, {"what": "x"}).due_on == date(2026, 11, 27)


def test_whoever_takes_it_can_see_the_file(actor, kol, colleague, stranger, manager, admin, finance):
    for person in (colleague, manager, admin):
        assert requests.add(actor.again(), kol, {"what": "x", "taker": person}).taker == person
    count = Request.objects.count()
    for person in (stranger, finance):
        with pytest.raises(ValidationError) as refusal:
            requests.add(actor.again(), kol, {"what": "x", "taker": person})
        assert list(refusal.value.message_dict) == ["taker"]
    assert Request.objects.count() == count


def test_a_person_who_is_the_kol_takes_no_request_of_theirs(actor, kol, colleague):
    kol.staff_user = colleague
    with pytest.raises(ValidationError):
        requests.add(actor, kol, {"what": "x", "taker": colleague})


def test_it_is_due_for_who_took_it_else_for_the_owner(actor, kol, operator, colleague):
    requests.add(actor.again(), kol, {"what": "mine"})
    requests.add(actor.again(), kol, {"what": "theirs", "taker": colleague})

    def words(user):
        return [row.why for row in REQUESTS.load(user, DAY, date(2026, 11, 30), 9)]

    assert words(operator) == ["They ask: mine"]
    assert words(colleague) == ["They ask: theirs"]
    User.objects.filter(pk=colleague.pk).update(is_active=False)
    assert words(operator) == ["They ask: mine", "They ask: theirs"]


def test_who_took_it_answers_it_on_a_colleagues_file(actor, kol, operator, colleague, asked):
    other = UserFactory(username="third", team=operator.team)
    taken = requests.edit(actor.again(), asked, {"taker": colleague}, None)
    assert requests.may_answer(colleague, taken)
    assert requests.may_answer(operator, taken)
    assert not requests.may_answer(other, taken)


def test_an_answer_says_how_and_ends_what_is_due(actor, asked, operator):
    with pytest.raises(ValidationError) as refusal:
        requests.answer(actor.again(), asked, " ")
    assert list(refusal.value.message_dict) == ["answer"]
    assert Request.objects.get().answered_at is None
    answered = requests.answer(actor.again(), asked, "It is on its way.")
    assert (answered.answer, answered.satisfied) == ("It is on its way.", None)
    assert REQUESTS.load(operator, DAY, date(2026, 11, 30), 9) == []
    assert requests.judge(actor.again(), answered, satisfied=False).satisfied is False


def test_only_an_answered_one_is_judged_or_opened_again(actor, asked):
    for act in (lambda: requests.judge(actor, asked, satisfied=True), lambda: requests.reopen(actor, asked)):
        with pytest.raises(Refused):
            act()
    requests.answer(actor.again(), asked, "x", satisfied=True)
    opened = requests.reopen(actor.again(), asked)
    assert (opened.answer, opened.answered_at, opened.satisfied) == ("", None, None)
