"""Throttling that doesn't overshoot (issue 8): counted in the database, told in the answer, by the token."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from rest_framework.test import APIClient

from kol_crm.core import throttling
from kol_crm.core.actor import Actor
from kol_crm.core.models import ApiToken, Change, Throttle
from kol_crm.core.throttling import Limit
from profiles.models import Kol
from tests.factories import NOW

ME = "/api/v1/me/"
KOLS = "/api/v1/kols/"
SECOND = timedelta(seconds=1)


@pytest.fixture
def five(settings):
    """Five calls at once, 65 a minute: one more each second."""
    settings.API_AT_ONCE, settings.API_PER_MINUTE = 5, 65


@pytest.fixture
def clock():
    with time_machine.travel(NOW, tick=False) as standing:
        yield standing


@pytest.mark.parametrize(("at_once", "per_minute"), [(0, 5), (5, 5), (6, 5)])
def test_a_limit_of_a_minute_holds_what_may_come_at_once(at_once, per_minute):
    with pytest.raises(ValueError, match="no part of"):
        Limit(at_once, per_minute)


def let_in(gaps) -> list[int]:
    """When calls that far apart, in milliseconds, were let in."""
    at, times = NOW, []
    for gap in gaps:
        at += timedelta(milliseconds=gap)
        if not throttling.take("k", Limit(5, 65), at).refused:
            times.append(throttling.moment(at))
    return times


@pytest.mark.django_db
@pytest.mark.parametrize("gap", [0, 1, 150, 333, 999, 1000])
def test_in_no_minute_are_more_let_in_than_the_limit_says(gap):
    """Wherever the minute begins: a window that begins anew each minute would let twice as many in."""
    idle, busy = [90_000], [gap] * 200
    times = let_in(busy + idle + busy)
    assert max(sum(start <= at < start + throttling.MINUTE for at in times) for start in times) <= 65
    assert len(times) >= min(10, len(busy))


@pytest.mark.django_db
def test_after_the_burst_one_more_is_let_in_each_second():
    assert len(let_in([0] * 9)) == 5
    Throttle.objects.all().delete()
    assert len(let_in([0] * 5 + [999, 1, 1, 998, 1])) == 5 + 2


@pytest.mark.django_db
def test_what_was_refused_does_not_count(clock):
    limit = Limit(2, 62)
    assert [throttling.take("k", limit, NOW).refused for _ in range(50)] == [False] * 2 + [True] * 48
    assert not throttling.take("k", limit, NOW + SECOND).refused


@pytest.mark.django_db
def test_one_call_costs_one_statement(django_assert_num_queries):
    for _ in range(3):  # the first of a caller, one more, one too many
        with django_assert_num_queries(1):
            throttling.take("k", Limit(2, 62), NOW)
    assert Throttle.objects.get().refused


@pytest.mark.django_db
def test_a_call_too_many_is_429_with_retry_after_and_a_stable_code_and_does_nothing(
    api, operator, five, clock
):
    client = api(operator)
    for _ in range(5):
        assert client.get(ME).status_code == 200
    answer = client.post(KOLS, {"name": "Late"})
    assert (answer.status_code, answer["Content-Type"]) == (429, "application/problem+json")
    body = answer.json()
    assert (body["code"], body["status"], answer["Retry-After"]) == ("too_many_requests", 429, "1")
    assert not Kol.objects.exists()
    clock.shift(SECOND)
    assert client.post(KOLS, {"name": "In time"}).status_code == 201


@pytest.mark.django_db
def test_each_answer_says_what_is_left_and_when_all_is_free_again(api, operator, five, clock):
    client = api(operator)
    told = [client.get(ME) for _ in range(6)]
    assert {answer["RateLimit-Policy"] for answer in told} == {'"token";q=5;w=5'}
    assert [answer["RateLimit"] for answer in told] == [
        f'"token";r={left};t={full}' for left, full in [(4, 1), (3, 2), (2, 3), (1, 4), (0, 5), (0, 5)]
    ]


@pytest.mark.django_db
def test_refusals_count_and_tell_as_answers_do(api, operator, five, clock):
    answer = api(operator, "kols:read").post(KOLS, {"name": "x"})
    assert (answer.status_code, answer["RateLimit"]) == (403, '"token";r=4;t=1')


@pytest.mark.django_db
def test_each_token_has_a_limit_of_its_own(api, operator, five, clock):
    first, second = api(operator), api(operator)
    assert [first.get(ME).status_code for _ in range(6)][-1] == 429
    assert second.get(ME).status_code == 200


def guessing(address="203.0.113.7", token="x" * 64):
    client = APIClient(REMOTE_ADDR=address)
    client.credentials(HTTP_AUTHORIZATION=f"Token {token}")
    return client.get(ME)


@pytest.mark.django_db
def test_wrong_tokens_of_one_network_are_slowed_down_and_right_ones_go_on(api, operator, settings, clock):
    settings.API_WRONG_TOKENS_AT_ONCE, settings.API_WRONG_TOKENS_PER_MINUTE = 3, 4
    assert [guessing(token=f"{n:064}").status_code for n in range(5)] == [401, 401, 401, 429, 429]
    answer = guessing("203.0.113.200")
    assert (answer.status_code, answer["Retry-After"], "RateLimit" in answer) == (429, "60", False)
    assert guessing("198.51.100.1").status_code == 401
    client = api(operator)
    assert client.get(ME, REMOTE_ADDR="203.0.113.7").status_code == 200


@pytest.mark.django_db
def test_a_wrong_token_that_begins_as_a_right_one_uses_nothing_of_it_up(api, operator, five, clock):
    client = api(operator)
    right = ApiToken.objects.get()
    for _ in range(9):
        guessing(token=f"{right.token_key}{'0' * 40}")
    assert client.get(ME)["RateLimit"] == '"token";r=4;t=1'


@pytest.mark.django_db
def test_no_address_and_no_token_stands_in_the_table(api, operator, clock):
    guessing()
    api(operator).get(ME)
    kept = " ".join(Throttle.objects.values_list("key", flat=True))
    assert len(kept.split()) == 2
    assert "203.0.113" not in kept


@pytest.mark.django_db
def test_callers_against_whom_nothing_counts_go_at_night(clock):
    throttling.take("old", Limit(2, 62), NOW - 3 * SECOND)
    throttling.take("new", Limit(2, 62), NOW)
    assert throttling.forget_old(Actor.job(NOW)) == 1
    assert Throttle.objects.get().key == "new"
    assert not Change.objects.exists()


@pytest.mark.django_db
def test_the_schema_tells_of_429_everywhere(client):
    schema = client.get(reverse("api:schema"), headers={"Accept": "application/vnd.oai.openapi+json"}).json()
    lacking = [
        f"{method} {path}"
        for path, operations in schema["paths"].items()
        for method, operation in operations.items()
        if {"401", "429"} - set(operation["responses"])
    ]
    assert lacking == []
    refusal = schema["components"]["responses"]["Refused429"]
    assert set(refusal["headers"]) == {"Retry-After", "RateLimit", "RateLimit-Policy"}
    assert list(refusal["content"]) == ["application/problem+json"]


@pytest.mark.django_db
def test_a_server_that_names_no_address_answers_all_the_same(api, operator):
    """Behind a socket there is none; wrong tokens of nowhere are counted together."""
    assert api(operator).get(reverse("api:kol-list"), REMOTE_ADDR="").status_code == 200
    nobody = APIClient()
    nobody.credentials(HTTP_AUTHORIZATION="Token nonsense")
    assert nobody.get(reverse("api:kol-list"), REMOTE_ADDR="").status_code == 401
