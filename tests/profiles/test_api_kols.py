"""``/api/v1/kols/``: the contract of the issue, refusal by refusal."""

from datetime import timedelta

import orjson
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from kol_crm.core.models import ApiToken, ChangeSet, Disclosure
from profiles.api import representation
from profiles.models import ContactPoint, Kol
from profiles.views.list import KOLS
from tests.factories import field, make_account, make_kol

pytestmark = pytest.mark.django_db
URL = "/api/v1/kols/"
PHONE = {"channel": "phone", "value": "13800138000"}


def url_of(kol) -> str:
    return f"{URL}{kol.pk}/"


def test_a_file_is_read_with_its_etag_owner_contacts_and_accounts(api, operator):
    kol = make_kol(operator, contacts=[PHONE], fields=[(field("tea"), 4)], tags=["VIP"])
    account = make_account(kol)
    answer = api(operator).get(url_of(kol))
    body = answer.json()
    assert (answer.status_code, answer["ETag"]) == (200, '"1"')
    assert (body["owner"], body["fields"], body["tags"]) == (
        "operator",
        [{"field": "tea", "strength": 4}],
        ["VIP"],
    )
    assert (body["contacts"][0]["value"], body["contacts"][0]["masked"]) == ("138****8000", True)
    assert body["accounts"][0]["id"] == str(account.pk)


def test_contacts_are_shown_with_the_scope_and_each_answer_is_one_audit_row(api, operator, manager):
    kol = make_kol(operator, contacts=[PHONE, {"channel": "wechat", "value": "siyu_run"}])
    client = api(operator, "kols:read", "contacts:read")
    values = {point["value"] for point in client.get(url_of(kol)).json()["contacts"]}
    assert values == {"13800138000", "siyu_run"}
    assert list(Disclosure.objects.values_list("action", "rows", "subject")) == [("api", 2, kol.pk)]


def test_a_colleague_sees_masks_even_with_the_scope(api, operator, colleague):
    kol = make_kol(operator, contacts=[PHONE])
    body = api(colleague, "kols:read", "contacts:read").get(url_of(kol)).json()
    assert body["contacts"][0]["value"] == "138****8000"
    assert not Disclosure.objects.exists()


def test_a_new_file_starts_at_version_1_and_says_where_it_is(api, operator):
    answer = api(operator).post(
        URL, {"name": "李健", "birth_month": 8, "contacts": [PHONE], "likes": ["tea"]}
    )
    kol = Kol.objects.get()
    assert (answer.status_code, answer["ETag"], answer["Location"]) == (201, '"1"', f"{URL}{kol.pk}/")
    assert (kol.owner, kol.version, ContactPoint.objects.get().masked) == (operator, 1, "138****8000")


@pytest.mark.parametrize(
    ("body", "at"),
    [
        ({}, "name"),
        ({"name": "x", "charm": 1}, "charm"),
        ({"name": "x", "birth_month": 13}, "birth_month"),
        ({"name": "x", "zone": "Mars/Base"}, "zone"),
        ({"name": "x", "owner": "nobody"}, "owner"),
        ({"name": "x", "contacts": [{"channel": "phone", "value": "138****8000"}]}, "contacts.0.value"),
        ({"name": "x", "type": "wizard"}, "type"),
        ({"name": "x", "stage": "late"}, "stage"),
    ],
)
def test_a_bad_body_is_refused_at_its_field_and_nothing_is_written(api, operator, body, at):
    answer = api(operator).post(URL, body)
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")
    assert at in answer.json()["errors"]
    assert not Kol.objects.exists()


def test_a_patch_changes_what_is_sent_and_raises_the_version(api, operator, kol):
    answer = api(operator).patch(url_of(kol), {"city": "杭州"}, headers={"If-Match": '"1"'})
    assert (answer.status_code, answer["ETag"], answer.json()["city"]) == (200, '"2"', "杭州")


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_writing_needs_if_match_and_a_fresh_one(api, operator, kol, method):
    client = api(operator)
    body = None if method == "delete" else {"name": "x"}
    without = getattr(client, method)(url_of(kol), body)
    assert (without.status_code, without.json()["code"]) == (428, "precondition_required")
    client.patch(url_of(kol), {"city": "杭州"}, headers={"If-Match": '"1"'})
    stale = getattr(client, method)(url_of(kol), body, headers={"If-Match": '"1"'})
    assert (stale.status_code, stale.json()["version"], stale.json()["changed"]) == (412, 2, ["city"])
    kol.refresh_from_db()
    assert (kol.name, kol.archived_at, kol.version) == ("王思雨", None, 2)


@pytest.mark.parametrize("etag", [f'"{"9" * 5000}"', f'"{"9" * 25}"', '"²"', 'W/"1"', "1"], ids=len)
def test_what_is_no_etag_of_ours_is_stale(api, operator, admin, kol, etag):
    headers = {"If-Match": etag}
    setting = "/api/v1/policy/trash_days/"
    answers = [
        api(operator).patch(url_of(kol), {"city": "杭州"}, headers=headers),
        api(admin, "kols:read", "policy:write").put(setting, {"value": 5, "reason": "x"}, headers=headers),
    ]
    assert [answer.status_code for answer in answers] == [412, 412]
    kol.refresh_from_db()
    assert kol.version == 1


def test_a_star_insists_and_is_recorded_so(api, operator, kol):
    answer = api(operator).patch(url_of(kol), {"city": "杭州"}, headers={"If-Match": "*"})
    assert answer.status_code == 200
    assert ChangeSet.objects.filter(insisted=True, door="api").count() == 1


def test_a_put_clears_the_facts_it_leaves_out_and_keeps_owner_and_lists(api, operator):
    kol = make_kol(operator, city="杭州", contacts=[PHONE])
    answer = api(operator).put(url_of(kol), {"name": "新名"}, headers={"If-Match": '"1"'})
    body = answer.json()
    assert (body["name"], body["city"], body["owner"], len(body["contacts"])) == ("新名", "", "operator", 1)


def test_what_was_read_can_be_put_back_unchanged(api, operator):
    kol = make_kol(operator, contacts=[PHONE], fields=[(field("tea"), 4)], tags=["VIP"], city="杭州")
    make_account(kol)
    client = api(operator)
    body = client.get(url_of(kol)).json()
    answer = client.put(url_of(kol), body, headers={"If-Match": '"1"'})
    assert (answer.status_code, answer.json()) == (200, body), answer.json().get("errors")
    assert answer["ETag"] == '"1"'


def test_a_put_without_contacts_read_deletes_no_contact_that_it_leaves_out(api, operator):
    kol = make_kol(operator, contacts=[PHONE])
    body = {"name": kol.name, "contacts": [{"channel": "wechat", "value": "siyu_run"}]}
    assert api(operator).put(url_of(kol), body, headers={"If-Match": '"1"'}).status_code == 200
    assert sorted(kol.contacts.values_list("channel", flat=True)) == ["phone", "wechat"]
    body["contacts"][0]["id"] = str(kol.contacts.get(channel="wechat").pk)
    seeing = api(operator, "kols:read", "kols:write", "contacts:read")
    assert seeing.put(url_of(kol), body, headers={"If-Match": '"2"'}).status_code == 200
    assert list(kol.contacts.values_list("channel", flat=True)) == ["wechat"]


def test_a_delete_archives(api, operator, kol):
    client = api(operator)
    assert client.delete(url_of(kol), headers={"If-Match": '"1"'}).status_code == 204
    assert client.get(url_of(kol)).status_code == 404
    assert client.post(f"{url_of(kol)}restore/").json()["archived_at"] is None


def test_refusals_come_in_their_order(api, operator, colleague, stranger, kol):
    bad = {"name": "", "charm": 1}
    assert api(stranger, "kols:read").patch(url_of(kol), bad).status_code == 404
    assert api(operator, "kols:read").patch(url_of(kol), bad).status_code == 403
    assert api(colleague).patch(url_of(kol), bad).status_code == 403
    assert api(operator).patch(url_of(kol), bad).status_code == 428
    assert api(operator).patch(url_of(kol), bad, headers={"If-Match": '"7"'}).status_code == 412
    assert api(operator).patch(url_of(kol), bad, headers={"If-Match": '"1"'}).status_code == 400
    assert Kol.objects.get().version == 1


def test_an_operator_cannot_give_a_file_to_another_team(api, operator, stranger, kol):
    answer = api(operator).patch(url_of(kol), {"owner": "stranger"}, headers={"If-Match": '"1"'})
    assert (answer.status_code, Kol.objects.get().owner) == (400, operator)


def test_without_a_token_there_is_a_401(api, kol, client):
    assert client.get(URL).status_code == 401


def test_asking_with_one_token_leaves_the_others_as_they_are(api, operator):
    """Knox by itself would delete, without a trace, what else of the user has run out."""
    api(operator)
    ApiToken.objects.update(expiry=timezone.now() - timedelta(seconds=1))
    assert api(operator).get(URL).status_code == 200
    assert ApiToken.objects.count() == 2


def test_the_list_takes_the_filters_of_the_page_and_refuses_others(api, operator):
    for name in ("甲", "乙", "丙"):
        make_kol(operator, name, city="x")
    client = api(operator)
    first = client.get(URL, {"limit": 2, "sort": "name"}).json()
    second = client.get(first["next"]).json()
    names = [row["name"] for page in (first, second) for row in page["results"]]
    assert names == ["丙", "甲", "乙"]  # by pinyin: bing, jia, yi
    assert (second["next"], client.get(second["previous"]).json()["results"]) == (None, first["results"])
    assert client.get(URL, {"q": "jia"}).json()["results"][0]["name"] == "甲"
    refused = client.get(URL, {"charm": "1"})
    assert (refused.status_code, list(refused.json()["errors"])) == (400, ["charm"])


def test_the_list_asks_as_often_for_twenty_files_as_for_two(api, operator, django_assert_num_queries):
    """The token, the page in two parts, its files; elsewhere than on PostgreSQL each by itself."""
    client, most = api(operator), 4 if connection.vendor == "postgresql" else 11
    client.get(URL)

    def fill(count):
        for number in range(count):
            make_account(make_kol(operator, contacts=[PHONE], tags=["VIP"]), handle=f"h{count}{number}")

    fill(2)
    with django_assert_num_queries(most):
        assert len(client.get(URL).json()["results"]) == 2
    fill(18)
    with django_assert_num_queries(most):
        assert len(client.get(URL).json()["results"]) == 20


@pytest.mark.skipif(connection.vendor != "postgresql", reason="statements are planned there")
def test_a_complete_file_is_planned_once_a_connection(operator):
    kols = [make_kol(operator, name=name, contacts=[PHONE], tags=["VIP"]) for name in "甲乙"]
    told = []
    for kol in kols:
        with CaptureQueriesContext(connection) as heard:
            told.append(representation.FILES.by_id([kol.pk])[kol.pk])
    assert [one["sql"].startswith("EXECUTE") for one in heard] == [True]
    for kol, one in zip(kols, told, strict=True):
        row = orjson.loads(orjson.dumps(one))
        assert (row["name"], row["tags"], len(row["contacts"])) == (kol.name, ["VIP"], 1)


def test_a_free_file_is_claimed_once(api, operator, colleague, team):
    kol = make_kol(operator, owner=None, team=team)
    assert api(operator).post(f"{url_of(kol)}claim/").json()["owner"] == "operator"
    again = api(colleague).post(f"{url_of(kol)}claim/")
    assert (again.status_code, again.json()["code"]) == (409, "already_owned")


def test_every_order_of_the_list_leads_on_to_its_next_page(api, operator):
    for number in range(3):
        make_kol(operator, f"k{number}", birth_month=number + 1, birth_day=5)
    client = api(operator)
    for sort in KOLS.sorts:
        first = client.get(URL, {"sort": sort.key, "limit": 2}).json()
        second = client.get(first["next"]).json()
        assert len({row["id"] for row in first["results"] + second["results"]}) == 3, sort.key


def test_a_token_that_has_run_out_opens_nothing_and_is_gone(api, operator, kol):
    client = api(operator)
    ApiToken.objects.update(expiry=timezone.now() - timedelta(seconds=1))
    assert client.get(URL).status_code == 401
    assert not ApiToken.objects.exists()


def test_a_token_of_the_same_beginning_opens_nothing(api, operator, kol):
    client = api(operator)
    assert client.get(URL).status_code == 200
    ApiToken.objects.update(digest="0" * len(ApiToken.objects.get().digest))
    assert client.get(URL).status_code == 401
