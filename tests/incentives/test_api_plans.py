"""``/api/v1/incentive-plans/`` (DOMAIN 6.2)."""

import pytest

from incentives.models import IncentivePlan, PlanItem

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("all_is_allowed")]
URL = "/api/v1/incentive-plans/"
SHOES = {"kind": "material", "what": "Shoes", "amount": "860.00", "currency": "CNY", "due_on": "2026-12-01"}


def make(client, kol, **more):
    return client.post(URL, {"kol": str(kol.pk), "title": "Autumn", "items": [SHOES], **more})


def test_a_plan_is_made_read_and_carried_through_its_states(api, operator, kol):
    client = api(operator)
    made = make(client, kol)
    assert (made.status_code, made["ETag"], made.json()["state"]) == (201, '"1"', "draft")
    item = made.json()["items"][0]
    assert item | SHOES == item
    assert item["pay"] == "buyout"
    url = f"{URL}{made.json()['id']}/"
    assert client.get(url).json() == made.json()
    assert client.post(f"{url}activate/").json()["state"] == "active"
    assert client.post(f"{url}finish/").json()["state"] == "done"
    refused = client.post(f"{url}stop/")
    assert (refused.status_code, IncentivePlan.objects.get().state) == (409, "done")


def test_an_edit_needs_the_version_and_replaces_the_items(api, operator, kol):
    client = api(operator)
    made = make(client, kol)
    url = f"{URL}{made.json()['id']}/"
    assert client.patch(url, {"title": "x"}).status_code == 428
    answer = client.patch(
        url, {"items": [{"kind": "spiritual", "what": "Badge"}]}, headers={"If-Match": '"1"'}
    )
    assert (answer.status_code, answer["ETag"]) == (200, '"2"')
    assert list(PlanItem.objects.values_list("what", flat=True)) == ["Badge"]
    assert client.patch(url, {"title": "x"}, headers={"If-Match": '"1"'}).status_code == 412
    assert IncentivePlan.objects.get().title == "Autumn"


def test_a_bad_amount_is_refused_at_its_item(api, operator, kol):
    answer = make(api(operator), kol, items=[SHOES | {"amount": "-1"}])
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["items.0.amount"])
    assert not IncentivePlan.objects.exists()


def test_finance_reads_every_plan_and_writes_none(api, operator, finance, kol):
    made = make(api(operator), kol)
    url = f"{URL}{made.json()['id']}/"
    client = api(finance)
    assert [row["id"] for row in client.get(URL).json()["results"]] == [made.json()["id"]]
    assert client.post(f"{url}activate/").status_code == 403
    assert client.get(f"/api/v1/kols/{kol.pk}/").status_code == 404
    assert IncentivePlan.objects.get().state == "draft"


def test_a_stranger_sees_no_plan(api, operator, stranger, kol):
    made = make(api(operator), kol)
    assert api(stranger).get(f"{URL}{made.json()['id']}/").status_code == 404
    assert make(api(stranger), kol).status_code == 400
    assert IncentivePlan.objects.count() == 1
