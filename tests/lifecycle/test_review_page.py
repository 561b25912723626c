"""Reviews through the page: the list, the evidence, the end of a review, the next one (UI, screen 7)."""

import json
from datetime import date
from itertools import pairwise

import pytest
import time_machine

from lifecycle.models import Review
from lifecycle.services import review as reviews
from profiles.models import Kol
from tests.factories import NOW
from tests.lifecycle.factories import at_stage, make_kol_at

pytestmark = pytest.mark.django_db

HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def _at_noon():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def review(kol):
    return Review.objects.get(kol=kol)


@pytest.fixture
def url(review):
    return f"/reviews/{review.pk}/"


def body(review, decision="stay", **values):
    return {"version": review.version, "decision": decision, "note": "Fine", **values}


@pytest.mark.parametrize(
    ("who", "seen", "ended"),
    [
        ("operator", 200, 200),
        ("manager", 200, 200),
        ("colleague", 200, 403),
        ("stranger", 404, 404),
        ("finance", 404, 404),
    ],
)
def test_the_team_reads_a_review_and_who_may_edit_ends_it(request, as_user, review, url, who, seen, ended):
    browser = as_user(request.getfixturevalue(who))
    page = browser.get(url)
    assert page.status_code == seen
    assert (b"End the review" in page.content) == (ended == 200)
    assert browser.post(url, body(review), **HTMX).status_code == ended
    assert Review.objects.awaiting().filter(pk=review.pk).exists() == (ended != 200)


def test_what_is_missing_is_said_at_its_field_with_what_was_typed(as_user, operator, review, url):
    answer = as_user(operator).post(url, body(review, "", next_on="2020-01-01"), **HTMX)
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["decision"])
    answer = as_user(operator).post(url, body(review, next_on="2020-01-01"), **HTMX)
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["next_on"])
    assert "Fine" in answer.content.decode()
    answer = as_user(operator).post(url, body(review, "step_back"), **HTMX)
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["decision"])
    assert Review.objects.awaiting().get() == review


def test_a_stale_review_is_shown_as_it_stands_and_can_be_sent_again(as_user, actor, operator, review, url):
    typed = body(review)
    reviews.reschedule(actor, review, Kol.objects.get().review_due.replace(month=12, day=24))
    browser = as_user(operator)
    answer = browser.post(url, typed, **HTMX)
    assert answer.status_code == 409
    assert "Fine" in answer.content.decode()
    assert Review.objects.awaiting().get() == review
    assert browser.post(url, answer.context["form"].data.dict() | {"next_on": ""}, **HTMX).status_code == 200


def test_a_review_that_somebody_ended_meanwhile_says_who(as_user, actor, operator, manager, review, url):
    reviews.complete(actor.again(user=manager), review, "stay", "Done already")
    answer = as_user(operator).post(url, body(review), **HTMX)
    part = answer.content.decode()
    assert answer.status_code == 409
    assert "Manager ended this review" in part
    assert "Fine" in part
    assert Review.objects.awaiting().count() == 1


@pytest.mark.usefixtures("_at_noon")
def test_a_decision_that_leads_on_moves_in_the_same_step_and_offers_undo(as_user, operator, kol, review, url):
    browser = as_user(operator)
    answer = browser.post(url, body(review, "advance", why="Plan agreed"), **HTMX)
    toast = json.loads(answer["HX-Trigger"])["toast"]
    assert (answer.status_code, Kol.objects.get().stage) == (200, "initial")
    assert toast["text"] == "王思雨 moved to Initial. Next review 23\u00a0Dec."
    assert browser.post(toast["undo_url"], **HTMX).status_code == 200
    assert Kol.objects.get().stage == "introduction"
    review = Review.objects.awaiting().get(kol=kol)
    answer = browser.post(f"/reviews/{review.pk}/", body(review), **HTMX)
    assert "undo_url" not in json.loads(answer["HX-Trigger"])["toast"]


def test_a_decision_shows_what_it_asks_for(as_user, operator, colleague, url):
    browser = as_user(operator)
    part = browser.get(f"{url}decision/", {"decision": "advance"}).content.decode()
    assert "Move to Initial" in part
    assert 'name="why"' not in part  # the note says it
    assert 'name="next_on"' in part
    part = browser.get(f"{url}decision/", {"decision": "depart"}).content.decode()
    assert 'name="cause"' in part
    assert 'name="next_on"' not in part
    assert "not won" in part
    part = browser.get(f"{url}decision/", {"decision": "stay"}).content.decode()
    assert 'name="why"' not in part
    assert browser.get(f"{url}decision/", {"decision": "x"}).status_code == 200
    assert as_user(colleague).get(f"{url}decision/").status_code == 403


def test_a_departure_without_its_cause_is_said_at_the_field(as_user, operator, review, url):
    answer = as_user(operator).post(url, body(review, "depart", goodbye="Farewell"), **HTMX)
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["cause"])
    assert "Farewell" in answer.content.decode()
    assert Review.objects.awaiting().get() == review
    answer = as_user(operator).post(url, body(review, "depart", cause="refused"), **HTMX)
    assert (answer.status_code, Kol.objects.get().stage) == (200, "departed")


def test_a_shut_gate_is_said_with_what_is_missing_and_nothing_is_ended(
    standing_gates, as_user, operator, manager, kol, url
):
    review = Review.objects.get(kol=at_stage(kol, "initial", since=date(2026, 9, 1)))
    answer = as_user(operator).post(url, body(review, "advance", why="Please"), **HTMX)
    part = answer.content.decode()
    assert answer.status_code == 409
    assert "No figure of followers here: enter one." in part
    assert "A manager can pass" in part
    answer = as_user(manager).post(url, body(review, "advance"), **HTMX)
    assert (answer.status_code, list(answer.context["form"].errors)) == (409, ["why"])
    assert (Kol.objects.get().stage, Review.objects.awaiting().get()) == ("initial", review)
    assert as_user(manager).post(url, body(review, "advance", why="Camp"), **HTMX).status_code == 200
    assert Kol.objects.get().stage == "mid_term"


# Review my due ones


@pytest.fixture
def due(operator):
    """Three due, one to come, in the order of their dates."""
    kols = [
        make_kol_at(operator, "initial", name, review_due=date(2026, 11, day))
        for name, day in (("甲", 20), ("乙", 22), ("丙", 23), ("丁", 29))
    ]
    return [Review.objects.get(kol=kol) for kol in kols]


@pytest.mark.usefixtures("_at_noon")
def test_the_flow_goes_from_one_due_review_to_the_next_and_says_how_many_are_left(as_user, operator, due):
    browser = as_user(operator)
    assert "Review my due ones" in browser.get("/reviews/", {"state": "open"}).content.decode()
    assert browser.get("/reviews/next/")["Location"] == f"/reviews/{due[0].pk}/"
    assert "3 due reviews left" in browser.get(f"/reviews/{due[0].pk}/").content.decode()
    for review, following in pairwise(due[:3]):
        here = {**HTMX, "HTTP_HX_CURRENT_URL": f"http://testserver/reviews/{review.pk}/"}
        answer = browser.post(f"/reviews/{review.pk}/", body(review), **here)
        assert f'hx-get="/reviews/{following.pk}/"' in answer.content.decode()
    assert "1 due review left" in browser.get(f"/reviews/{due[2].pk}/").content.decode()
    here = {**HTMX, "HTTP_HX_CURRENT_URL": f"http://testserver/reviews/{due[2].pk}/"}
    answer = browser.post(f"/reviews/{due[2].pk}/", body(due[2]), **here)
    assert "No review of yours is due." in answer.content.decode()
    assert "Next: 丁 on" in browser.get("/reviews/next/").content.decode()
    assert "Review my due ones" not in browser.get("/reviews/", {"state": "open"}).content.decode()


@pytest.mark.usefixtures("_at_noon")
def test_one_that_is_skipped_comes_again_at_the_end(as_user, operator, due):
    browser = as_user(operator)

    def after(review):
        return browser.get("/reviews/next/", {"after": str(review.pk)})["Location"].split("/")[2]

    assert [after(review) for review in due[:3]] == [str(one.pk) for one in (due[1], due[2], due[0])]
    assert browser.get("/reviews/next/", {"after": "x"})["Location"] == f"/reviews/{due[0].pk}/"


@pytest.mark.usefixtures("_at_noon")
def test_beside_today_no_other_review_follows(as_user, operator, due):
    beside = {**HTMX, "HTTP_HX_CURRENT_URL": "http://testserver/"}
    part = as_user(operator).get(f"/reviews/{due[0].pk}/", **beside).content.decode()
    assert "due reviews left" not in part
    answer = as_user(operator).post(f"/reviews/{due[0].pk}/", body(due[0]), **beside)
    assert "hx-get" not in answer.content.decode()


@pytest.mark.usefixtures("_at_noon")
def test_others_reviews_are_not_mine(as_user, colleague, manager, due):
    for user in (colleague, manager):
        assert as_user(user).get("/reviews/next/").status_code == 200


@pytest.mark.parametrize(("who", "status"), [("colleague", 403), ("stranger", 404), ("manager", 200)])
def test_who_may_edit_redates(request, as_user, review, url, who, status):
    later = review.due_on.replace(day=28)
    answer = as_user(request.getfixturevalue(who)).post(
        f"{url}reschedule/", {"version": review.version, "due_on": later.isoformat()}, **HTMX
    )
    assert answer.status_code == status
    assert Review.objects.filter(due_on=later).exists() == (status == 200)


def test_redating_says_what_is_wrong_at_the_field(as_user, operator, review, url):
    browser = as_user(operator)
    answer = browser.post(f"{url}reschedule/", {"version": review.version, "due_on": "2020-01-01"}, **HTMX)
    assert (answer.status_code, list(answer.context["dating"].errors)) == (422, ["due_on"])
    review.refresh_from_db()
    assert review.version == 1


def test_the_list_opens_on_what_is_to_do(as_user, operator, manager):
    assert as_user(operator).get("/reviews/")["Location"] == "/reviews/?state=open&owner=me"
    assert as_user(manager).get("/reviews/")["Location"] == "/reviews/?state=open"


def test_the_list_filters_as_the_dashboard_links_to_it(as_user, actor, operator, colleague, team, kol):
    make_kol_at(colleague, "late", "同事")
    browser = as_user(operator)

    def names(**query):
        return {review.kol.name for review in browser.get("/reviews/", query).context["listing"].rows}

    assert names(state="open") == {"王思雨", "同事"}
    assert names(owner="me") == {"王思雨"}
    assert names(owner="colleague", stage="late") == {"同事"}
    assert names(team=str(team.pk)) == {"王思雨", "同事"}
    assert names(level="none") == {"王思雨", "同事"}
    assert names(field="tea") == set()
    assert names(kol=str(kol.pk)) == {"王思雨"}
    assert names(state="done") == set()
    assert names(colour="red") == set()


def test_the_list_of_one_kol_is_a_panel(as_user, actor, operator, kol, review):
    reviews.complete(actor, review, "stay", "All well")
    part = as_user(operator).get("/reviews/", {"kol": str(kol.pk)}, **HTMX).content.decode()
    assert "All well" in part
    assert "<table" not in part
