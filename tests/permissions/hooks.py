"""Webhooks: whoever has one sees it, and nobody else."""

from kol_crm.core.actor import Actor
from kol_crm.core.models import Delivery, Send, Webhook
from kol_crm.core.services import webhook
from tests.factories import NOW
from tests.permissions.rows import OWNER, STAFF, Row

ANY = (("If-Match", "*"),)
NEW = {"name": "New", "url": "https://hook.example"}


def build(owner) -> None:
    """The owner's webhook, switched off, with a test that failed."""
    by = Actor(owner, "page", NOW)
    made, _secret = webhook.create(by, {"name": "eastmark hook", "url": "https://eastmark.example"})
    webhook.test(by.again(), made)
    Send.objects.filter(kind="webhook").update(state=Send.State.FAILED)
    Webhook.objects.update(active=False)


def webhook_ids(_world) -> dict:
    return {"pk": Webhook.objects.get().pk}


def delivery_ids(world) -> dict:
    return webhook_ids(world) | {"delivery": Delivery.objects.get().pk}


HOOKS = [
    Row("settings:webhooks", "GET", STAFF),
    Row("settings:webhook-add", "GET", STAFF),
    Row("settings:webhook-add", "POST", STAFF, ok=422),
    *(
        Row(f"settings:webhook{name}", method, OWNER, ok=ok, ids=webhook_ids)
        for name, method, ok in (
            ("", "GET", 200),
            ("", "POST", 422),
            ("-deliveries", "GET", 200),
            ("-rotate", "POST", 200),
            ("-on", "POST", 302),
            ("-test", "POST", 302),
            ("-remove", "POST", 302),
        )
    ),
    Row("settings:webhook-replay", "POST", OWNER, ok=302, ids=delivery_ids),
]
HOOKS_API = [
    Row("api:webhook-list", "GET", STAFF),
    Row("api:webhook-list", "POST", STAFF, ok=201, data=NEW),
    Row("api:webhook-detail", "GET", OWNER, ids=webhook_ids),
    Row("api:webhook-detail", "PATCH", OWNER, ids=webhook_ids, data={"name": "Other"}, headers=ANY),
    Row("api:webhook-detail", "DELETE", OWNER, ok=204, ids=webhook_ids, headers=ANY),
    Row("api:webhook-rotate", "POST", OWNER, ids=webhook_ids),
    Row("api:webhook-test", "POST", OWNER, ok=409, ids=webhook_ids),  # it is off
    Row("api:webhook-deliveries", "GET", OWNER, ids=webhook_ids),
    Row("api:webhook-replay", "POST", OWNER, ok=202, ids=delivery_ids),
]
