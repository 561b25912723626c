"""``Idempotency-Key`` (RELIABILITY 2): the same request sent again has one effect, whatever became of it."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from kol_crm.core import idempotency, tidying
from kol_crm.core.actor import Actor
from kol_crm.core.api import idempotency as door
from kol_crm.core.models import Change, IdempotencyKey
from profiles.models import Kol, Snapshot
from profiles.services import push as pushing
from profiles.services import push_births
from tests.factories import make_account, make_kol
from tests.profiles.pushing import BULK, push, results, source_of

pytestmark = pytest.mark.django_db
KOLS = "/api/v1/kols/"
SNAPSHOTS = "/api/v1/snapshots/bulk/"
ITEM = {"external_id": "1", "name": "王思雨", "contacts": [{"channel": "phone", "value": "13800138000"}]}


def keyed(client, body, key="a-key", url=KOLS, **headers):
    return client.post(url, body, headers={"Idempotency-Key": key, **headers})


def test_a_single_post_sent_again_makes_nothing_twice_and_answers_the_file_as_it_stands(api, operator):
    client = api(operator)
    first = keyed(client, {"name": "王思雨"})
    again = keyed(client, {"name": "王思雨"})
    assert (first.status_code, again.status_code) == (201, 201)
    assert (first.json()["id"], first["Location"]) == (again.json()["id"], again["Location"])
    assert ("Idempotency-Replayed" in first, again["Idempotency-Replayed"]) == (False, "true")
    client.patch(first["Location"], {"city": "上海"}, headers={"If-Match": '"1"'})
    third = keyed(client, {"name": "王思雨"})
    assert (third.json()["city"], third.json()["version"]) == ("上海", 2)
    assert Kol.objects.count() == 1


def test_without_a_key_a_single_post_is_what_it_was(api, operator):
    client = api(operator)
    assert [client.post(KOLS, {"name": "A"}).status_code for _time in range(2)] == [201, 201]
    assert not IdempotencyKey.objects.exists()


@pytest.mark.parametrize("headers", [{"Insist-On-Twin": "true"}, {}])
def test_another_request_under_the_same_key_is_refused(api, operator, headers):
    client = api(operator)
    keyed(client, {"name": "A"})
    answer = keyed(client, {"name": "A" if headers else "B"}, **headers)
    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_key_reused")
    assert answer["Content-Type"] == "application/problem+json"
    assert Kol.objects.count() == 1


def test_keys_are_each_users_own(api, operator, colleague):
    keyed(api(operator), {"name": "A"})
    assert keyed(api(colleague), {"name": "B"}).status_code == 201
    assert Kol.objects.count() == 2


def test_what_was_refused_leaves_no_key_and_may_be_sent_again(api, operator):
    client = api(operator)
    assert keyed(client, {"name": ""}).status_code == 400
    assert not IdempotencyKey.objects.exists()
    assert keyed(client, {"name": "A"}).status_code == 201


@pytest.mark.parametrize("url", [BULK, SNAPSHOTS])
def test_a_bulk_call_asks_for_a_key(api, operator, url):
    answer = api(operator).post(url, {"rows": [], "source": "x", "items": []})
    assert (answer.status_code, answer.json()["code"]) == (400, "idempotency_key_missing")
    assert answer["Content-Type"] == "application/problem+json"


def test_a_key_makes_no_way_of_sending_that_there_is_not(api, operator):
    answer = keyed(api(operator), {}, "k", "/api/v1/duplicates/")
    assert (answer.status_code, answer.json()["code"]) == (405, "method_not_allowed")
    assert not IdempotencyKey.objects.exists()


@pytest.mark.parametrize("key", ["", "x" * 256, "钥匙"])
def test_a_key_is_short_and_plain(api, operator, key):
    answer = keyed(api(operator), {"name": "A"}, key.encode().decode("latin-1"))
    assert (answer.status_code, answer.json()["code"]) == (400, "idempotency_key_malformed")
    assert re.fullmatch(door.PRINTABLE["pattern"], key) is None, "the document forbids it too"
    assert not Kol.objects.exists()


@pytest.mark.parametrize("key", ["1", "a key", "x" * 255, "0d1e4f6a-1f0c-4a52-9d5e-6f1f0f6f8f21"])
def test_a_key_that_the_document_takes_is_taken(api, operator, key):
    assert re.fullmatch(door.PRINTABLE["pattern"], key)
    assert keyed(api(operator), {"name": "A"}, key).status_code == 201


def test_a_push_sent_again_answers_the_same_statuses_and_ids_and_keeps_no_personal_data(api, operator):
    source_of(operator)
    client, bad = api(operator), {"external_id": "2", "name": "坏人", "city": "x" * 99}
    first, again = (push(client, ITEM, bad, key="k") for _time in range(2))
    assert again["Idempotency-Replayed"] == "true"
    shape = [
        [(one["status"], one["id"], one["code"], sorted(one["errors"])) for one in results(answer)]
        for answer in (first, again)
    ]
    assert shape[0] == shape[1]
    assert again.json()["counts"] == first.json()["counts"]
    kept = repr(IdempotencyKey.objects.values().get())
    assert not [word for word in ("思雨", "138", "坏人", "xxx") if word in kept]


def test_figures_sent_again_change_nothing(api, operator):
    account = make_account(make_kol(operator), "weibo", external_id="w1")
    row = {"platform": "weibo", "external_id": "w1", "end": "2026-11-23", "figures": {"followers": 12}}
    unknown = row | {"external_id": "w2"}
    client = api(operator)
    first, again = (keyed(client, {"rows": [row, unknown]}, "k", SNAPSHOTS) for _time in range(2))
    assert first.json()["results"][0]["figures"] == {"followers": "new"}
    assert first.json()["results"][1]["errors"] == {"account": ["There is no such row."]}
    assert again.json()["results"][0] == first.json()["results"][0]
    assert list(again.json()["results"][1]["errors"]) == ["account"]
    assert Snapshot.objects.get().account == account


def test_keys_are_kept_for_seven_days(api, operator):
    client = api(operator)
    keyed(client, {"name": "A"})
    with time_machine.travel(timezone.now() + timedelta(days=6), tick=False):
        tidying.tidy(Actor.job(timezone.now()))
        assert IdempotencyKey.objects.count() == 1
    with time_machine.travel(timezone.now() + timedelta(days=8), tick=False):
        assert "Idempotency-Replayed" not in keyed(client, {"name": "A"})
        IdempotencyKey.objects.update(at=timezone.now() - timedelta(days=8))
        tidying.tidy(Actor.job(timezone.now()))
    assert not IdempotencyKey.objects.exists()


class Killed(BaseException):
    """The process ends here."""


STAGES = [
    (idempotency, "_claimed"),
    (pushing, "_find"),
    (pushing, "hanging_on"),
    (push_births, "_judge"),
    (push_births, "_tell"),
    (push_births, "_write"),
    (push_births, "_keep_ids"),
    (idempotency.IdempotencyKey.objects, "create"),
    (door, "_kept"),
]


@pytest.mark.parametrize(("where", "name"), STAGES, ids=lambda one: getattr(one, "__name__", str(one)))
@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
def test_a_client_that_dies_at_any_point_and_sends_again_ends_equal(
    api, operator, monkeypatch, where, name, after
):
    source_of(operator)
    client, act = api(operator), getattr(where, name)

    def dies(*given, **more):
        if after:
            act(*given, **more)
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(where, name, dies)
        with pytest.raises(Killed):
            push(client, ITEM, key="k")
    assert (Kol.objects.count(), IdempotencyKey.objects.count(), Change.objects.count()) == (0, 0, 0)
    (made,) = results(push(client, ITEM, key="k"))
    (again,) = results(push(client, ITEM, key="k"))
    assert (made["status"], again["status"], again["id"]) == ("created", "created", made["id"])
    assert Kol.objects.count() == 1


def test_an_answer_that_was_lost_is_answered_again(api, operator, monkeypatch):
    """The effect stands, the client never heard of it."""
    source_of(operator)
    client = api(operator)
    client.raise_request_exception = False
    with monkeypatch.context() as patch:
        patch.setattr(door, "answer", _and_then_fail(door.answer))
        assert push(client, ITEM, key="k").status_code == 500
    assert Kol.objects.count() == 1
    answer = push(client, ITEM, key="k")
    assert (results(answer)[0]["status"], answer["Idempotency-Replayed"]) == ("created", "true")
    assert Kol.objects.count() == 1


def _and_then_fail(act):
    def failing(*given, **more):
        act(*given, **more)
        raise RuntimeError("the connection is gone")

    return failing
