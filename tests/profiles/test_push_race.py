"""Clients that push at the same moment (RELIABILITY 2): one effect, whoever comes first."""

import pytest
from django.db import connection
from django.utils import timezone

from kol_crm.core import idempotency
from kol_crm.core.actor import Actor
from kol_crm.core.idempotency import Done
from kol_crm.core.models import IdempotencyKey
from profiles.models import ExternalId, Kol
from profiles.services import push as push_service
from tests.profiles.pushing import push, results, source_of
from tests.racing import RACING, at_once

pytestmark = [
    *RACING,
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time"),
]


def items(n=20):
    return [
        {
            "external_id": str(k),
            "name": f"Name {k}",
            "contacts": [{"channel": "phone", "value": f"139{k:08d}"}],
        }
        for k in range(n)
    ]


@pytest.mark.parametrize("_round", range(3))
def test_one_key_at_once_has_one_effect(api, operator, _round):
    source_of(operator)
    clients = [api(operator) for _client in range(5)]
    answers = at_once(*(lambda one=one: push(one, *items(), key="k") for one in clients))
    told = {answer.status_code for answer in answers}
    assert 200 in told <= {200, 409}
    for answer in answers:
        if answer.status_code == 409:
            assert (answer.json()["code"], answer["Retry-After"]) == ("idempotency_key_running", "1")
    assert (Kol.objects.count(), ExternalId.objects.count(), IdempotencyKey.objects.count()) == (20, 20, 1)


def test_while_it_runs_another_is_told_to_come_again_and_then_hears_the_answer(operator):
    actor = Actor(operator, "api", timezone.now())

    def slow() -> Done:
        (told,) = at_once(lambda: _asked(actor))
        assert isinstance(told, idempotency.Running)
        return Done(200, {"results": []})

    assert idempotency.once(actor, "k", "d", slow).replayed is False
    (later,) = at_once(lambda: _asked(actor))
    assert (later.done.status, later.replayed) == (200, True)


def _asked(actor):
    try:
        return idempotency.once(actor, "k", "d", lambda: Done(500, {}))
    except idempotency.Running as running:
        return running


@pytest.mark.parametrize("_round", range(3))
def test_the_same_ids_under_two_keys_make_each_file_once(api, operator, _round):
    source_of(operator)
    clients = [api(operator) for _client in range(4)]
    answers = at_once(*(lambda one=one: push(one, *items()) for one in clients))
    assert {answer.status_code for answer in answers} == {200}
    assert (Kol.objects.count(), ExternalId.objects.count()) == (20, 20)
    ids = [[one["id"] for one in answer.json()["results"]] for answer in answers]
    assert all(one == ids[0] for one in ids)


@pytest.mark.parametrize(
    "known_by",
    [
        {"contacts": [{"channel": "phone", "value": "13900000001"}]},
        {"accounts": [{"platform": "bilibili", "handle": "one"}]},
    ],
    ids=["a shared contact", "a held account"],
)
def test_who_was_brought_in_since_the_file_was_looked_for_is_no_twin(api, operator, monkeypatch, known_by):
    source_of(operator)
    item = {"external_id": "1", "name": "Name", **known_by}
    looking = push_service.hanging_on
    first = []

    def look_after_another_push(*args):
        monkeypatch.setattr(push_service, "hanging_on", looking)
        first.extend(at_once(lambda: push(api(operator), item)))
        return looking(*args)

    monkeypatch.setattr(push_service, "hanging_on", look_after_another_push)
    (told,) = results(push(api(operator), item))
    assert told["status"] == "unchanged"
    assert told["id"] == results(first[0])[0]["id"]
    assert (Kol.objects.count(), ExternalId.objects.count()) == (1, 1)
