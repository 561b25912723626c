"""What changed is told to whoever asked, signed, at least once (Standard Webhooks; RELIABILITY 1)."""

import json
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from standardwebhooks import Webhook as Verifier
from standardwebhooks import WebhookVerificationError

from kol_crm.core import jobs, webhooks
from kol_crm.core.actor import Actor
from kol_crm.core.models import ApiToken, Delivery, Dirty, Send, Webhook
from kol_crm.core.services import webhook as verbs
from profiles.services import contact
from profiles.services import kol as files
from tests.factories import make_kol
from tests.webhooks import acting, hooked, told

pytestmark = pytest.mark.django_db


@pytest.fixture
def hook(receiver, operator):
    """``hook(**facts)``: a webhook of the operator at the receiver, and its secret."""

    def _hook(user=operator, **facts):
        return hooked(user, receiver, **facts)

    return _hook


def test_a_change_is_told_with_the_changed_attributes_only(receiver, operator, hook):
    kol = make_kol(operator)
    hook()
    files.edit(acting(operator), kol, {"city": "Berlin"}, kol.version)
    (message,) = told(receiver)
    assert message["type"] == "kol.updated"
    data = message["data"]
    assert (data["file"], data["id"]) == (str(kol.pk), str(kol.pk))
    assert (data["by"], data["door"]) == ("operator", "page")
    assert data["changes"] == {"city": {"before": "", "after": "Berlin"}}
    assert (data["before"], data["after"]) == (None, None)


def test_a_message_is_signed_by_the_secret_that_was_shown_once(receiver, operator, hook):
    kol = make_kol(operator)
    webhook, secret = hook()
    files.edit(acting(operator), kol, {"city": "Berlin"}, kol.version)
    webhooks.plan(Actor.job(timezone.now()))
    jobs.web(Actor.job(timezone.now()))
    ((_path, headers, body),) = receiver.came
    Verifier(secret).verify(body, headers)
    assert secret not in json.dumps(Webhook.objects.get(pk=webhook.pk).secrets)
    with pytest.raises(WebhookVerificationError):
        Verifier(secret).verify(body.replace(b"Berlin", b"Munich"), headers)


def test_after_a_rotation_both_secrets_sign_for_a_day(receiver, operator, hook):
    kol = make_kol(operator)
    webhook, old = hook()
    _webhook, new = verbs.rotate(acting(operator), webhook)
    files.edit(acting(operator), kol, {"city": "Berlin"}, kol.version)
    webhooks.plan(Actor.job(timezone.now()))
    jobs.web(Actor.job(timezone.now()))
    ((_path, headers, body),) = receiver.came
    for secret in (old, new):
        Verifier(secret).verify(body, headers)
    webhook.refresh_from_db()
    kept = webhook.secrets[1]
    webhook.secrets[1] = {**kept, "until": (timezone.now() - timedelta(seconds=1)).isoformat()}
    webhook.save()
    receiver.came.clear()
    verbs.replay(acting(operator), Delivery.objects.get())
    jobs.web(Actor.job(timezone.now()))
    ((_path, headers, body),) = receiver.came
    Verifier(new).verify(body, headers)
    with pytest.raises(WebhookVerificationError):
        Verifier(old).verify(body, headers)


def test_contact_data_is_told_only_as_its_mask(receiver, operator, hook):
    kol = make_kol(operator)
    hook()
    contact.add(acting(operator), kol, {"channel": "phone", "value": "+8613812345678"})
    (message,) = [one for one in told(receiver) if one["type"] == "contact.created"]
    assert "+86****5678" in json.dumps(message)
    assert "13812345678" not in json.dumps(message)
    assert "sealed" not in json.dumps(message)


def test_what_was_rolled_back_is_not_told(receiver, operator, hook):
    kol = make_kol(operator)
    hook()

    with transaction.atomic():
        files.edit(acting(operator), kol, {"city": "Berlin"}, kol.version)
        assert Dirty.objects.filter(planner=webhooks.PLANNER).exists()
        transaction.set_rollback(True)
    assert told(receiver) == []
    assert not Dirty.objects.filter(planner=webhooks.PLANNER).exists()


def test_files_out_of_sight_are_not_told(receiver, operator, stranger, hook):
    kol = make_kol(operator)
    hook(stranger)
    files.edit(acting(operator), kol, {"city": "Berlin"}, kol.version)
    assert told(receiver) == []
    assert not Delivery.objects.exists()


def test_a_file_that_goes_out_of_sight_before_the_sending_is_not_told(receiver, operator, stranger, hook):
    kol = make_kol(operator)
    hook()
    files.edit(acting(operator), kol, {"city": "Berlin"}, kol.version)
    webhooks.plan(Actor.job(timezone.now()))
    type(kol).objects.filter(pk=kol.pk).update(team=stranger.team)
    jobs.web(Actor.job(timezone.now()))
    assert receiver.came == []
    assert Send.objects.get().outcome == "no longer visible to its user"


def test_events_and_fields_choose_what_is_told(receiver, operator, hook):
    kol = make_kol(operator)
    hook(events=["kol.updated"], fields=["city"])
    contact.add(acting(operator), kol, {"channel": "mail", "value": "si@mail.example"})
    kol.refresh_from_db()
    kol = files.edit(acting(operator), kol, {"alias": "Si"}, kol.version)
    assert told(receiver) == []
    files.edit(acting(operator), kol, {"city": "Berlin"}, kol.version)
    assert [one["type"] for one in told(receiver)] == ["kol.updated"]


def test_what_i_did_myself_by_the_api_is_skipped_unless_i_want_it(receiver, operator, colleague, hook):
    kol = make_kol(operator)
    hook()
    kol = files.edit(acting(operator, "api"), kol, {"city": "Berlin"}, kol.version)
    assert told(receiver) == []
    kol = files.edit(acting(operator, "page"), kol, {"city": "Munich"}, kol.version)
    assert len(told(receiver)) == 1
    webhook = Webhook.objects.get()
    verbs.edit(acting(operator), webhook, {"skip_own": False}, webhook.version)
    files.edit(acting(operator, "api"), kol, {"city": "Bonn"}, kol.version)
    assert len(told(receiver)) == 1


def test_nothing_is_noted_while_nobody_wants_to_be_told(operator, receiver, hook):
    kol = make_kol(operator)
    assert not Dirty.objects.filter(planner=webhooks.PLANNER).exists()
    hook(active=False)
    files.edit(acting(operator), kol, {"city": "Berlin"}, kol.version)
    assert not Dirty.objects.filter(planner=webhooks.PLANNER).exists()


def test_a_receiver_that_fails_is_tried_again_later_and_holds_up_nobody_else(receiver, operator, hook):
    kol = make_kol(operator)
    hook()
    receiver.answer = (500, {}, b"")
    for city in ("Berlin", "Munich", "Bonn"):
        kol = files.edit(acting(operator), kol, {"city": city}, kol.version)
    assert len(told(receiver)) == 1  # the others wait for the pause of the address
    webhook = Webhook.objects.get()
    assert webhook.failing_since
    assert webhook.failures == 1
    assert set(Send.objects.values_list("state", flat=True)) == {"pending"}
    receiver.answer = (200, {}, b"")
    Webhook.objects.update(retry_at=None)
    Send.objects.update(not_before=timezone.now() - timedelta(seconds=1))
    assert len(told(receiver)) == 3
    webhook.refresh_from_db()
    assert (webhook.failing_since, webhook.failures) == (None, 0)


def test_410_takes_the_address_off(receiver, operator, hook):
    kol = make_kol(operator)
    hook()
    receiver.answer = (410, {}, b"")
    kol = files.edit(acting(operator), kol, {"city": "Berlin"}, kol.version)
    assert len(told(receiver)) == 1
    webhook = Webhook.objects.get()
    assert webhook.gone_at
    assert not webhook.active
    files.edit(acting(operator), kol, {"city": "Munich"}, kol.version)
    assert told(receiver) == []


def test_an_internal_address_is_not_called(receiver, operator, hook, settings):
    kol = make_kol(operator)
    hook()
    settings.OUTGOING_ALLOW = []
    files.edit(acting(operator), kol, {"city": "Berlin"}, kol.version)
    assert told(receiver) == []
    assert "not called" in Send.objects.get().outcome


def test_a_message_goes_once_more_under_its_id(receiver, operator, hook):
    kol = make_kol(operator)
    hook()
    files.edit(acting(operator), kol, {"city": "Berlin"}, kol.version)
    webhooks.plan(Actor.job(timezone.now()))
    jobs.web(Actor.job(timezone.now()))
    verbs.replay(acting(operator), Delivery.objects.get())
    jobs.web(Actor.job(timezone.now()))
    first, second = receiver.came
    assert first[1]["webhook-id"] == second[1]["webhook-id"]
    assert first[2] == second[2]


def test_a_test_arrives(receiver, operator, hook):
    webhook, _secret = hook()
    verbs.test(acting(operator), webhook)
    (message,) = told(receiver)
    assert (message["type"], message["data"]) == ("webhook.test", {})


def test_events_that_there_are_not_are_refused(operator):
    with pytest.raises(ValidationError) as refused:
        verbs.create(acting(operator), {"name": "x", "url": "https://x.example", "events": ["kol.eaten"]})
    assert "events" in refused.value.message_dict
    assert not Webhook.objects.exists()


def test_addresses_that_are_none_are_refused(operator):
    with pytest.raises(ValidationError) as refused:
        verbs.create(acting(operator), {"name": "x", "url": "ftp://x.example"})
    assert "url" in refused.value.message_dict
    assert not Webhook.objects.exists()


def test_what_was_told_long_ago_goes_with_its_rows_of_the_outbox(receiver, operator, hook):
    kol = make_kol(operator)
    hook()
    files.edit(acting(operator), kol, {"city": "Berlin"}, kol.version)
    told(receiver)
    Delivery.objects.update(created_at=timezone.now() - webhooks.KEEP - timedelta(hours=1))
    webhooks.forget_old(Actor.job(timezone.now()))
    assert not Delivery.objects.exists()
    assert not Send.objects.exists()


def test_planning_asks_the_same_for_many(operator, hook, django_assert_max_num_queries):
    kols = [make_kol(operator, name=f"K{number}") for number in range(6)]
    hook()
    for kol in kols:
        files.edit(acting(operator), kol, {"city": "Berlin"}, kol.version)
    with django_assert_max_num_queries(12):
        webhooks.plan(Actor.job(timezone.now()))
    assert Delivery.objects.count() == 6


def test_the_page_shows_the_secret_once(client, operator, receiver):
    client.force_login(operator)
    answer = client.post("/settings/me/webhooks/new/", {"name": "sync", "url": receiver.url, "active": "on"})
    webhook = Webhook.objects.get()
    assert "whsec_" in answer.content.decode()
    page = client.get(f"/settings/me/webhooks/{webhook.pk}/").content.decode()
    assert "whsec_" not in page
    assert receiver.url in page


def test_what_was_typed_stays_where_it_is_refused(client, operator):
    client.force_login(operator)
    answer = client.post("/settings/me/webhooks/new/", {"name": "sync", "url": "nowhere", "events": "a.b"})
    assert answer.status_code == 422
    assert 'value="nowhere"' in answer.content.decode()
    assert not Webhook.objects.exists()


def test_webhooks_of_others_are_not_found(client, api, operator, colleague, hook):
    webhook, _secret = hook()
    client.force_login(colleague)
    for end in ("", "deliveries/"):
        assert client.get(f"/settings/me/webhooks/{webhook.pk}/{end}").status_code == 404
    for end in ("rotate/", "test/", "remove/"):
        assert client.post(f"/settings/me/webhooks/{webhook.pk}/{end}").status_code == 404
    assert api(colleague).get(f"/api/v1/webhooks/{webhook.pk}/").status_code == 404
    assert Webhook.objects.get().version == 1


def test_the_api_makes_changes_tries_and_removes_one(api, operator, receiver):
    client = api(operator)
    made = client.post("/api/v1/webhooks/", {"name": "sync", "url": receiver.url}, format="json")
    assert made.status_code == 201
    assert made.json()["secret"].startswith("whsec_")
    address = f"/api/v1/webhooks/{made.json()['id']}/"
    assert "secret" not in client.get(address).json()
    assert client.patch(address, {"name": "x"}, format="json").status_code == 428
    changed = client.patch(address, {"fields_told": ["city"]}, format="json", headers={"If-Match": '"1"'})
    assert changed.json()["fields_told"] == ["city"]
    assert client.post(f"{address}test/").status_code == 202
    assert len(told(receiver)) == 1
    (delivery,) = client.get(f"{address}deliveries/").json()["results"]
    assert (delivery["state"], delivery["event"]) == ("sent", "webhook.test")
    assert client.post(f"{address}deliveries/{delivery['id']}/replay/").status_code == 202
    assert client.delete(address, headers={"If-Match": '"2"'}).status_code == 204
    assert not Webhook.objects.exists()


def test_a_token_without_the_scope_writes_no_webhook(api, operator):
    client = api(operator, "kols:read")
    assert client.post("/api/v1/webhooks/", {"name": "x", "url": "https://x.example"}).status_code == 403
    assert not Webhook.objects.exists()
    assert ApiToken.objects.exists()
