"""``/api/v1/reviews/``: the doors of the same verbs as the page (DOMAIN 5.4)."""

from datetime import date

import pytest

from lifecycle.models import Move, Review
from profiles.models import Kol
from tests.factories import make_kol
from tests.lifecycle.factories import at_stage

pytestmark = pytest.mark.django_db
INSIST = {"If-Match": "*"}


@pytest.fixture
def review(kol):
    at_stage(kol, "initial", since=date(2026, 9, 1))
    return Review.objects.get(kol=kol)


@pytest.fixture
def url(review):
    return f"/api/v1/reviews/{review.pk}/"


def untouched(review):
    review.refresh_from_db()
    return (review.done_at, review.version, Kol.objects.get().stage, Move.objects.count()) == (
        None,
        1,
        "initial",
        0,
    )


def test_reviews_are_listed_as_the_page_lists_them(api, operator, colleague, stranger, finance, review):
    rows = api(operator, "kols:read").get("/api/v1/reviews/", {"state": "open"}).json()["results"]
    assert [(row["id"], row["stage"], row["decision"]) for row in rows] == [(str(review.pk), "initial", "")]
    assert len(api(colleague).get("/api/v1/reviews/").json()["results"]) == 1
    for who in (stranger, finance):
        assert api(who).get("/api/v1/reviews/").json()["results"] == []
    assert api(operator).get("/api/v1/reviews/", {"colour": "red"}).status_code == 400


@pytest.mark.usefixtures("standing_gates")
def test_one_review_comes_with_its_evidence_and_the_suggestion(api, colleague, url):
    told = api(colleague, "kols:read").get(url).json()
    assert {"stage", "verdict", "gate-own_followers"} <= {line["key"] for line in told["evidence"]}
    assert told["suggestion"]["decision"] == "stay"
    assert "Unknown: Own followers for the level" in told["suggestion"]["reasons"]
    assert told["decisions"] == ["advance", "stay", "step_back", "depart"]


@pytest.mark.usefixtures("standing_gates")
def test_the_next_due_one_of_mine_is_told_until_none_is(api, operator, colleague, kol, review):
    later = at_stage(make_kol(operator, "李雷"), "initial", since=date(2026, 9, 2))
    Review.objects.filter(pk=review.pk).update(due_on=date(2026, 9, 15))
    Review.objects.filter(kol=later).update(due_on=date(2026, 9, 16))
    client, path = api(operator, "kols:read"), "/api/v1/reviews/next/"
    first = client.get(path)
    assert (first.json()["id"], first["ETag"]) == (str(review.pk), '"1"')
    assert first.json()["suggestion"]["decision"] == "stay"
    assert client.get(path, {"after": review.pk}).json()["kol"] == str(later.pk)
    assert client.get(path, {"after": "x"}).json()["errors"] == {"after": ["There is no such row."]}
    assert api(colleague, "kols:read").get(path).status_code == 204


def test_it_ends_with_its_move(api, operator, review, url):
    body = {"decision": "advance", "note": "Ready", "next_on": "2027-01-04"}
    answer = api(operator).post(f"{url}end/", body, headers={"If-Match": '"1"'})
    told = answer.json()
    assert (answer.status_code, told["decision"], told["user"]) == (200, "advance", "operator")
    assert (told["decisions"], told["suggestion"]["decision"]) == ([], "stay")
    assert Kol.objects.get().stage == "mid_term"
    assert Review.objects.awaiting().get().due_on == date(2027, 1, 4)
    answer = api(operator).post(f"{url}end/", body, headers=INSIST)
    assert (answer.status_code, answer.json()["code"]) == (409, "already_done")


@pytest.mark.usefixtures("standing_gates")
def test_a_shut_gate_is_a_409_with_what_is_missing(api, operator, review, url):
    answer = api(operator).post(f"{url}end/", {"decision": "advance", "why": "x"}, headers=INSIST)
    assert (answer.status_code, answer.json()["code"]) == (409, "gate_shut")
    assert {"own_followers", "own_rate"} <= {check["key"] for check in answer.json()["checks"]}
    assert untouched(review)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"decision": "promote"}, "decision"),
        ({"decision": "depart"}, "cause"),
        ({"decision": "stay", "next_on": "2020-01-01"}, "next_on"),
        ({"decision": "stay", "cause": "other"}, "cause"),
        ({"decision": "depart", "cause": "other", "next_on": "2027-01-04"}, "next_on"),
        ({"decision": "stay", "colour": "red"}, "colour"),
    ],
)
def test_bad_input_is_refused_at_its_field(api, operator, review, url, body, field):
    answer = api(operator).post(f"{url}end/", body, headers=INSIST)
    assert (answer.status_code, list(answer.json()["errors"])) == (400, [field])
    assert untouched(review)


def test_refusals_come_in_their_order(api, operator, colleague, stranger, review, url):
    body = {"decision": "stay"}
    assert api(stranger).post(f"{url}end/", body).status_code == 404
    assert api(operator, "kols:read").post(f"{url}end/", body).status_code == 403
    assert api(colleague).post(f"{url}end/", body, headers=INSIST).status_code == 403
    assert api(operator).post(f"{url}end/", body).status_code == 428
    assert api(operator).post(f"{url}end/", body, headers={"If-Match": '"9"'}).status_code == 412
    assert untouched(review)


def test_another_date(api, operator, review, url):
    assert (
        api(operator).post(f"{url}reschedule/", {"due_on": "2020-01-01"}, headers=INSIST).status_code == 400
    )
    answer = api(operator).post(f"{url}reschedule/", {"due_on": "2027-01-04"}, headers=INSIST)
    assert (answer.status_code, answer.json()["due_on"], Kol.objects.get().review_due) == (
        200,
        "2027-01-04",
        date(2027, 1, 4),
    )
