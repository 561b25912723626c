"""One's own webhooks: made with a secret that is shown once, changed, tried, taken off."""

import base64
import os
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from kol_crm.core import history, vault, webhook_sending, webhooks
from kol_crm.core.actor import Actor
from kol_crm.core.errors import Refused
from kol_crm.core.models import Delivery, Webhook

FACTS = ("name", "url", "events", "fields", "skip_own", "active")
MOST = 20
BOTH_SIGN = timedelta(days=1)
TEST = "webhook.test"


def create(actor: Actor, facts: Mapping[str, Any]) -> tuple[Webhook, str]:
    """The webhook and its secret, which is not shown again. Raises ``ValidationError`` keyed by field."""
    history.only_facts(facts, FACTS)
    with transaction.atomic():
        if Webhook.objects.filter(user=actor.person).count() >= MOST:
            raise ValidationError(
                {"name": _("You have %(most)d webhooks, which is the most.") % {"most": MOST}}
            )
        _check(facts)
        secret, kept = _new_secret()
        row = Webhook(user=actor.person, created_at=actor.at, secrets=[kept], **facts)
        return history.create(actor, row), secret


def edit(actor: Actor, webhook: Webhook, facts: Mapping[str, Any], version: int | None) -> Webhook:
    """Change what it is told, or where. Switched on again it starts anew, also after it was gone.

    Raises ``Conflict``, ``ValidationError`` keyed by field.
    """
    history.only_facts(facts, FACTS)
    _check(facts)
    return history.save(actor, webhook, facts, version, derive=_begin_anew)


def rotate(actor: Actor, webhook: Webhook, version: int | None = None) -> tuple[Webhook, str]:
    """A new secret, shown once; for a day the old one signs beside it. Raises ``Conflict``."""
    with transaction.atomic():
        current = history.touch_version(webhook, version)
        secret, kept = _new_secret()
        end = (actor.at + BOTH_SIGN).isoformat()
        current.secrets = [kept, {**current.secrets[0], "until": end}]
        current.save(update_fields=["secrets"])
        history.record(actor, current.pk, current, {"secret": (None, _("new"))})
    return current, secret


def remove(actor: Actor, webhook: Webhook) -> None:
    """It is told nothing from now on; what waited does not go."""
    with transaction.atomic():
        history.remove(actor, webhook, root=webhook.pk)


def test(actor: Actor, webhook: Webhook) -> Delivery:
    """A message without content, to see whether it arrives. Raises ``Refused`` where the webhook is off."""
    if not webhook.active:
        raise Refused("webhook_off", _("The webhook is off."))
    delivery = Delivery(webhook=webhook, row=uuid4(), event=TEST, created_at=actor.at)
    with transaction.atomic():
        webhooks.enqueue([delivery], actor.at)
        history.record(actor, webhook.pk, webhook, {"test": (None, str(delivery.pk))})
    return delivery


def replay(actor: Actor, delivery: Delivery) -> None:
    """Send a message once more, under the same id. Raises ``Refused`` while it is on its way."""
    with transaction.atomic():
        if not webhook_sending.again(delivery, actor.at):
            raise Refused("on_its_way", _("It is on its way already."))
        history.record(actor, delivery.webhook_id, delivery, {"replay": (None, delivery.event)})


def _check(facts: Mapping[str, Any]) -> None:
    """Raise ``ValidationError`` for events that there are not."""
    if "events" not in facts:
        return
    known = set(webhooks.events())
    wrong = [event for event in facts["events"] if event not in known]
    if wrong:
        raise ValidationError({"events": _("There is no event %(name)s.") % {"name": wrong[0]}})


def _begin_anew(row: Webhook) -> dict[str, Any]:
    return (
        {"gone_at": None, "stopped_at": None, "failing_since": None, "failures": 0, "retry_at": None}
        if row.active
        else {}
    )


def _new_secret() -> tuple[str, dict[str, Any]]:
    secret = f"whsec_{base64.b64encode(os.urandom(32)).decode()}"
    until: datetime | None = None
    return secret, {"sealed": vault.seal_secret(webhook_sending.PURPOSE, secret), "until": until}
