"""CoachingPlans: figures fixed at the start, sessions, homework, the figures after (DOMAIN 5.5)."""

from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from kol_crm.core.actor import Actor
from kol_crm.core.errors import Refused
from lifecycle import growing_due
from lifecycle.models import CoachingPlan
from lifecycle.services import coaching, coaching_session, stage
from profiles.models import Kol
from profiles.services import kol as kols
from tests.factories import NOW, make_account
from tests.lifecycle.growing import enter
from tests.lifecycle.refusing import nothing_written
from tests.permissions.asking import state

pytestmark = pytest.mark.django_db
DAY = NOW.date()
LATER = NOW + timedelta(days=20)
LESSON = {"on": DAY + timedelta(days=1), "topic": "Opening lines"}
HOMEWORK = {"homework": "Three openings", "homework_due": DAY + timedelta(days=4)}


@pytest.fixture(autouse=True)
def _at_noon():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def account(kol):
    made = make_account(kol)
    enter(made, 1000, DAY - timedelta(days=2))
    return made


@pytest.fixture
def plan(operator, kol, account):
    return coaching.begin(by(operator), kol, {"title": "First steps"}, [(account, "followers")])


def by(user, at=NOW):
    return Actor(user, "page", at)


def test_the_figures_are_fixed_at_the_start(plan, account):
    enter(account, 1200, DAY)
    figure = plan.figures.get()
    assert (figure.before, figure.before_on) == (1000, DAY - timedelta(days=2))


def test_it_does_not_begin_without_a_fresh_figure(operator, kol, account):
    def begin(*pairs):
        return coaching.begin(by(operator), kol, {"title": "x"}, pairs)

    nothing_written(begin, ValidationError, field="figures")
    nothing_written(lambda: begin((account, "views")), ValidationError, field="figures")
    twice = [(account, "followers")] * 2
    nothing_written(lambda: begin(*twice), ValidationError, field="figures")


def test_it_does_not_close_without_the_after_figure(operator, plan, account):
    nothing_written(lambda: coaching.close(by(operator), plan, "x"), Refused, code="after_missing")
    enter(account, 1500, DAY + timedelta(days=18), at=LATER)
    nothing_written(lambda: coaching.close(by(operator, LATER), plan, " "), ValidationError, field="result")
    closed = coaching.close(by(operator, LATER), plan, "It grew.")
    figure = closed.figures.get()
    assert (closed.state, figure.after, figure.grown) == ("closed", 1500, 0.5)
    enter(account, 9000, DAY + timedelta(days=19), at=LATER)
    figure.refresh_from_db()
    assert figure.after == 1500
    nothing_written(lambda: coaching.edit(by(operator), closed, {"title": "x"}), Refused)


def test_a_figure_whose_account_left_the_file_is_not_waited_for(operator, kol, plan, account):
    account.delete()
    closed = coaching.close(by(operator), CoachingPlan.objects.get(pk=plan.pk), "The account is gone.")
    figure = closed.figures.get()
    assert (figure.account, figure.before, figure.after) == (None, 1000, None)
    assert figure.account_name


def test_sessions_and_homework_stand_on_today_until_they_are_done(operator, kol, plan):
    row = coaching_session.add(by(operator), plan, LESSON | HOMEWORK)
    until = DAY + timedelta(days=7)

    def waiting():
        kinds = (growing_due.SESSION, growing_due.HOMEWORK)
        return [
            one.why for kind in kinds for one in growing_due.SOURCES[kind].rows(operator, DAY, until, 9, ())
        ]

    assert waiting() == ["Coaching: Opening lines", "Homework: Three openings"]
    kols.set_figures(kol.pk, touch_due=None, review_due=None)
    row = coaching_session.hold(by(operator), row, "Went well.")
    assert (row.held_by, row.said) == (operator, "Went well.")
    assert waiting() == ["Homework: Three openings"]
    found = Kol.objects.get(pk=kol.pk)
    assert (found.next_due, found.next_due_kind) == (HOMEWORK["homework_due"], "homework")
    row = coaching_session.do_homework(by(operator), row)
    assert waiting() == []
    nothing_written(lambda: coaching_session.do_homework(by(operator), row), Refused, code="no_homework")
    coaching_session.take_back(by(operator), row, "held")
    assert waiting() == ["Coaching: Opening lines"]


def sessions_of(plan):
    return [(row.on, row.topic, row.audience, row.homework) for row in plan.sessions.order_by("on", "id")]


def test_a_session_is_held_and_the_next_one_planned_with_its_brief(operator, plan):
    brief, later = {"audience": "Beginners"}, DAY + timedelta(days=7)
    row = coaching_session.add(by(operator), plan, LESSON | HOMEWORK | brief)
    nothing_written(
        lambda: coaching_session.hold(by(operator), row, next_on=DAY), ValidationError, field="next_on"
    )
    held = coaching_session.hold(by(operator), row, next_on=later)
    assert sessions_of(plan)[1:] == [(later, LESSON["topic"], "Beginners", "")]
    coaching_session.take_back(by(operator, NOW + timedelta(minutes=1)), held, "held")
    assert len(sessions_of(plan)) == 1


def test_not_held_after_all_leaves_a_next_session_that_somebody_changed(operator, plan):
    row = coaching_session.add(by(operator), plan, LESSON)
    held = coaching_session.hold(by(operator), row, next_on=DAY + timedelta(days=7))
    following = plan.sessions.get(held_at=None)
    coaching_session.edit(by(operator), following, {"topic": "Endings"})
    coaching_session.take_back(by(operator), held, "held")
    assert [topic for _on, topic, *_rest in sessions_of(plan)] == [LESSON["topic"], "Endings"]


def test_a_session_keeps_its_brief(operator, as_user, api, plan):
    brief = {
        "audience": "Beginners",
        "prefers": "Short, the result first",
        "how": "Say what comes, then show it",
    }
    row = coaching_session.add(by(operator), plan, LESSON | brief)
    page = as_user(operator).get(reverse("lifecycle:coaching-detail", args=[plan.pk])).content.decode()
    assert [words for words in brief.values() if words not in page] == []
    told = api(operator).get(f"/api/v1/coaching-sessions/{row.pk}/").json()
    assert {name: told[name] for name in brief} == brief


def test_homework_has_its_day_and_a_held_session_stays(operator, plan):
    def add(**values):
        return coaching_session.add(by(operator), plan, LESSON | values)

    nothing_written(lambda: add(homework="x"), ValidationError, field="homework_due")
    nothing_written(lambda: add(homework_due=DAY + timedelta(days=4)), ValidationError, field="homework")
    early = {"homework": "x", "homework_due": DAY}
    nothing_written(lambda: add(**early), ValidationError, field="homework_due")
    row = coaching_session.hold(by(operator), add())
    nothing_written(lambda: coaching_session.drop(by(operator), row), Refused, code="was_held")
    nothing_written(lambda: coaching_session.hold(by(operator), row), Refused, code="was_held")


def test_only_keepers_coach(operator, colleague, plan):
    nothing_written(lambda: coaching_session.add(by(colleague), plan, LESSON), PermissionDenied)
    nothing_written(lambda: coaching.close(by(colleague), plan, "x"), PermissionDenied)


@pytest.mark.usefixtures("standing_gates")
def test_the_gate_into_mid_term_advises_that_coaching_is_begun(operator, kol, plan):
    def check():
        kols.set_figures(kol.pk, stage="initial")
        found = stage.gate(Kol.objects.get(pk=kol.pk), "mid_term", DAY)
        return next(one for one in found if one.key == "coaching_begun")

    assert (check().passed, check().mandatory, check().evidence) == (False, False, "No session is planned.")
    row = coaching_session.add(by(operator), plan, LESSON)
    assert check().passed is False
    coaching_session.hold(by(operator), row)
    assert check().passed is True
    later = NOW + timedelta(days=1)
    stage.move(by(operator, later), Kol.objects.get(pk=kol.pk), "departed", cause="inactive")
    assert check().passed is False


def test_pages_and_api_lead_through_a_coaching(operator, as_user, api, kol, account):
    browser = as_user(operator)
    form = reverse("lifecycle:coaching-create", args=[kol.pk])
    before = state()
    assert browser.post(form, {"title": "x"}).status_code == 422
    assert state() == before
    assert browser.post(form, {"title": "x", "figures": [f"{account.pk}:followers"]}).status_code == 302
    plan = CoachingPlan.objects.get()
    address = f"/api/v1/coaching-plans/{plan.pk}/"
    body = api(operator).post(f"{address}sessions/", {"on": "2026-11-24", "topic": "y"}, format="json").json()
    [session] = body["sessions"]
    hold = reverse("lifecycle:coaching-session-hold", args=[session["id"]])
    before = state()
    past = {"version": session["version"], "said": "as typed", "next_on": "2026-11-01"}
    answer = browser.post(hold, past)
    assert (answer.status_code, state()) == (422, before)
    assert "Choose a day after today." in answer.content.decode()
    assert "as typed" in answer.content.decode()
    assert browser.post(hold, {"version": session["version"], "said": "fine"}).status_code == 302
    page = browser.get(reverse("lifecycle:coaching-detail", args=[plan.pk])).content.decode()
    assert "fine" in page
    answer = api(operator).post(f"{address}close/", {"result": "z"}, format="json")
    assert (answer.status_code, answer.json()["code"]) == (409, "after_missing")
    body = {"kol": str(kol.pk), "title": "x", "figures": []}
    answer = api(operator).post("/api/v1/coaching-plans/", body, format="json")
    assert (answer.status_code, set(answer.json()["errors"])) == (400, {"figures"})
