"""A push does what the single doors do, item by item (HOUSE, 5): both are sent the same and compared."""

import random
from typing import Any

import pytest
from django.db import transaction

from kol_crm.core.models import Change
from profiles.models import Account, ContactPoint, ExternalId, Kol
from profiles.services import contact_values
from tests.profiles.pushing import push, results, source_of

pytestmark = pytest.mark.django_db
KOLS = "/api/v1/kols/"
UNLIKE = {"id", "version", "created_at", "stage_since", "handle", "external_ids"}
CITIES = ("杭州", "上海", "", None, "x" * 99)
FACTS: dict[str, tuple[Any, ...]] = {
    "city": CITIES,
    "alias": ("Sisi", None),
    "gender": ("female", "male", "cat"),
    "birth_month": (5, 13),
    "likes": (["tea"], ["tea", "running"], None),
    "type": ("creator", None, "nothing"),
    "agency": ("Star  Media", "star media", None),
    "minor": (True, False),
    "tags": (["VIP"], ["vip", "new"], [], None),
    "fields": (
        [{"field": "tea"}],
        [{"field": "tea", "strength": 2}, {"field": "running", "strength": 5}],
        None,
    ),
    "colour": ("red",),
}


def random_items(seed: int, count: int) -> list[dict[str, Any]]:
    """Items of a few people, some of them wrong, some of them told again."""
    dice = random.Random(seed)
    items = []
    for _place in range(count):
        n = dice.randrange(6)
        item: dict[str, Any] = {"external_id": str(n)}
        if dice.random() < 0.8:
            item["name"] = f"Person {'abcdef'[n] * 5}"
        for name in dice.sample(sorted(FACTS), dice.randrange(4)):
            item[name] = dice.choice(FACTS[name])
        if dice.random() < 0.4:
            item["contacts"] = [{"channel": "phone", "value": f"1390000{n}{dice.randrange(2)}00"}]
        if dice.random() < 0.4:
            item["accounts"] = [
                {"platform": "weibo", "external_id": f"w{n}", "handle": f"h{n}{dice.randrange(2)}"}
            ]
        items.append(item)
    return items


def singly(client, item: dict[str, Any]) -> str:
    """What the single doors make of the item: found by its id, made or patched, and tied to the id."""
    body = {name: value for name, value in item.items() if name != "external_id"}
    found = client.get(KOLS, {"source": "mailer", "external_id": item["external_id"]}).json()["results"]
    for name, value in body.items():  # null clears; the single doors say so in words of their own
        if value is None and name in ("city", "alias"):
            body[name] = ""
        elif value is None and name in ("likes", "tags", "fields"):
            body[name] = []
    if not found:
        answer = client.post(KOLS, body)
        if answer.status_code != 201:
            return "conflict" if answer.status_code == 409 else "rejected"
        sent = {"source": "mailer", "external_id": item["external_id"]}
        tied = client.post(f"{answer['Location']}external-ids/", sent, headers={"If-Match": '"1"'})
        assert tied.status_code == 201, tied.content
        return "created"
    (row,) = found
    kol = Kol.objects.get(pk=row["id"])
    if "contacts" in body:
        body["contacts"] = [one for one in body["contacts"] if not _on_file(kol, one)]
    if "accounts" in body:
        body["accounts"] = _with_ids(kol, body["accounts"])
    if "fields" in body:
        held = {one["field"]: one["strength"] for one in row["fields"]}
        body["fields"] = [{"strength": held.get(one["field"], 3), **one} for one in body["fields"]]
    path = f"{KOLS}{kol.pk}/"
    answer = client.patch(path, body, headers={"If-Match": f'"{kol.version}"'})
    if answer.status_code != 200:
        assert answer.status_code == 400, answer.content
        return "rejected"
    return "updated" if answer.json()["version"] != kol.version else "unchanged"


def _on_file(kol: Kol, entry: dict[str, Any]) -> bool:
    digest = contact_values.digests(entry["channel"], entry["value"])["digest"]
    return kol.contacts.filter(digest=digest).exists()


def _with_ids(kol: Kol, entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    rows = {row.external_id: row for row in kol.accounts.all()}
    named = [
        {**one, "id": str(rows[one["external_id"]].pk)} if one["external_id"] in rows else one
        for one in entries
    ]
    kept = [
        {"id": str(row.pk)} for key, row in rows.items() if key not in {one["external_id"] for one in entries}
    ]
    return [*kept, *named]


def state(client) -> dict[str, Any]:
    """All that the files consist of, and what the history says, without ids and sealed values."""
    files = client.get(KOLS, {"sort": "name"}).json()["results"]
    names = {row["id"]: row["name"] for row in files}
    shown = []
    for row in files:
        one = {key: value for key, value in row.items() if key not in UNLIKE}
        for part in ("contacts", "accounts"):
            rows = ({key: value for key, value in entry.items() if key != "id"} for entry in one[part])
            one[part] = sorted(map(repr, rows))
        one["known"] = sorted(entry["external_id"] for entry in row["external_ids"])
        shown.append(one)
    told = [
        repr((names.get(str(one.root)), one.model, one.field, _plain(one.before), _plain(one.after)))
        for one in Change.objects.all()
    ]
    counts = [model.objects.count() for model in (Kol, ContactPoint, Account, ExternalId)]
    return {"files": shown, "history": sorted(told), "counts": counts}


def _plain(value: Any) -> Any:
    """Without what is another one each time."""
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items() if key not in ("id", "sealed", "stage_since")}
    return [_plain(one) for one in value] if isinstance(value, list) else value


@pytest.mark.parametrize("seed", range(8))
def test_a_push_ends_as_its_items_one_by_one(api, operator, seed):
    source_of(operator)
    client = api(operator)
    batches = [random_items(seed * 10 + n, 10) for n in range(3)]
    found = []
    for by_push in (True, False):
        mark = transaction.savepoint()
        became = []
        for items in batches:
            if by_push:
                became.append([one["status"] for one in results(push(client, *items))])
            else:
                became.append([singly(client, item) for item in items])
        found.append((became, state(client)))
        transaction.savepoint_rollback(mark)
    (pushed, left), (one_by_one, wanted) = found
    assert pushed == one_by_one
    assert left["files"] == wanted["files"]
    assert left["counts"] == wanted["counts"]
    assert left["history"] == wanted["history"]
