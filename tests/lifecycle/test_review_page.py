"""Reviews through the page: the list, the evidence, the end of a review, the next one (UI, screen 7)."""

import json

import pytest

from lifecycle.models import Review
from lifecycle.services import review as reviews
from profiles.models import Kol
from tests.factories import make_kol
from tests.lifecycle.factories import make_kol_at

pytestmark = pytest.mark.django_db

HTMX = {"HTTP_HX_REQUEST": "true"}


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


def test_a_decision_offers_its_move_and_staying_none(as_user, operator, kol):
    browser = as_user(operator)
    for decision, offered in (("advance", "?to=initial"), ("depart", "?to=departed"), ("stay", None)):
        review = Review.objects.awaiting().get(kol=kol)
        answer = browser.post(f"/reviews/{review.pk}/", body(review, decision), **HTMX)
        part = answer.content.decode()
        assert (offered in part) if offered else ("?to=" not in part)
        assert json.loads(answer["HX-Trigger"])["toast"]["kind"] == "ok"
    assert Kol.objects.get().stage == "introduction"


def test_on_its_own_page_the_next_review_opens_itself(as_user, operator, review, url):
    other = Review.objects.get(kol=make_kol(operator, "另一位"))
    here = {**HTMX, "HTTP_HX_CURRENT_URL": f"http://testserver{url}"}
    answer = as_user(operator).post(url, body(review), **here)
    assert f'hx-get="/reviews/{other.pk}/"' in answer.content.decode()
    review = Review.objects.awaiting().get(kol=other.kol)
    beside = {**HTMX, "HTTP_HX_CURRENT_URL": "http://testserver/"}
    answer = as_user(operator).post(f"/reviews/{review.pk}/", body(review), **beside)
    assert "hx-get" not in answer.content.decode()


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
