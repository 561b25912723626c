"""What PostgreSQL keeps nowhere, in a row of a bulk call: it spoils its own row and no other."""

import json

import pytest

from kol_crm.core.models import uuid7
from profiles.models import Kol, Snapshot
from tests.factories import make_account, make_kol
from tests.profiles.pushing import source_of

pytestmark = pytest.mark.django_db
UNKEPT = pytest.mark.parametrize("sign", ["\0", "\ud800"], ids=["null", "half"])


def posted(client, url, body):
    """Twice under one key: what is kept of the answer is in the database too. The first answer."""
    headers = {"Idempotency-Key": str(uuid7())}
    first, again = (
        client.post(url, json.dumps(body), content_type="application/json", headers=headers) for _ in range(2)
    )
    assert (first.status_code, again.status_code) == (200, 200), first.content
    assert again.json()["counts"] == first.json()["counts"]
    return first.json()


@UNKEPT
@pytest.mark.parametrize(
    ("change", "at"),
    [
        ({"platform": "own", "external_id": "a{}"}, "account"),
        ({"platform": "own", "file": {"source": "a{}", "external_id": "1"}}, "file.source"),
        ({"platform": "own", "file": {"source": "mailer", "external_id": "a{}"}}, "file.external_id"),
        ({"account": "a{}"}, "account"),
        ({"source": "a{}"}, "source"),
        ({"end": "2026-11-2{}"}, "end"),
        ({"figures": {"followers": "1{}"}}, "figures.followers"),
        ({"figures": {"a{}": 1}}, "figures.a{}"),
        ({"a{}": 1}, "a{}"),
    ],
)
def test_a_row_of_figures(api, operator, sign, change, at):
    source_of(operator)
    wrong, right = (make_account(make_kol(operator, name), handle=name) for name in "ab")
    named = {} if "platform" in change else {"account": str(wrong.pk)}
    row = {"end": "2026-11-23", "figures": {"followers": 1}}
    bad = named | row | json.loads(json.dumps(change).replace("{}", json.dumps(sign)[1:-1]))
    told = posted(api(operator), "/api/v1/snapshots/bulk/", {"rows": [bad, row | {"account": str(right.pk)}]})
    assert told["counts"] == {"new": 1, "changed": 0, "unchanged": 0, "refused": 1}
    assert len(told["results"][0]["errors"]) == 1
    if sign == "\0":  # half a character is told back by a sign of replacement
        assert list(told["results"][0]["errors"]) == [at.replace("{}", sign)]
    assert list(Snapshot.objects.values_list("account", flat=True)) == [right.pk]


@UNKEPT
@pytest.mark.parametrize(
    "change",
    [
        {"external_id": "a{}"},
        {"name": "a{}"},
        {"tags": ["a{}"]},
        {"type": "a{}"},
        {"fields": [{"field": "a{}"}]},
        {"attributes": {"a{}": 1}},
        {"contacts": [{"channel": "mail", "value": "a{}"}]},
        {"a{}": 1},
    ],
)
def test_an_item_of_a_source(api, operator, sign, change):
    source_of(operator)
    change = json.loads(json.dumps(change).replace("{}", json.dumps(sign)[1:-1]))
    items = [{"external_id": "1", "name": "Bad"} | change, {"external_id": "2", "name": "Good"}]
    told = posted(api(operator), "/api/v1/kols/bulk/", {"source": "mailer", "items": items})
    assert [one["status"] for one in told["results"]] == ["rejected", "created"]
    assert list(Kol.objects.values_list("name", flat=True)) == ["Good"]


@UNKEPT
def test_an_attribute_of_a_single_file(api, operator, sign):
    body = json.dumps({"name": "A", "attributes": {sign: 1}})
    answer = api(operator).post("/api/v1/kols/", body, content_type="application/json")
    assert answer.status_code == 400
    assert not Kol.objects.exists()
