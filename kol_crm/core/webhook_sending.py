"""How the outbox sends what webhooks are told: signed, at least once, never inside the house (RELIABILITY 1).

Signatures are those of Standard Webhooks. What a message says is read from the history when it goes, with the
rights of its reader at that moment.
"""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

import orjson
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from standardwebhooks import Webhook as Signer

from kol_crm.core import history, mail, notices, posting, vault, webhook_facts
from kol_crm.core.actor import Actor
from kol_crm.core.models import Change, Delivery, Send, Webhook
from kol_crm.core.outbox import Kind
from kol_crm.core.webhooks import A_DAY, subjects, visible

PURPOSE = "webhook"  # of the sealed secrets
STOPS_AFTER, STOPS_AT = timedelta(days=5), 5  # nothing arrived for so long, and so many attempts were made
NOTICE = "webhook"
STOPPED, GONE = "stopped", "gone"
PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60))


def body_of(delivery: Delivery) -> bytes:
    """What is told: the changed attributes only, contact data only ever as its mask."""
    told: dict[str, Any] = {"type": delivery.event, "timestamp": delivery.created_at.isoformat()}
    if delivery.change_set is None or delivery.row is None:
        row, root = delivery.row, delivery.root
        facts = webhook_facts.data_of(delivery.event, row, root) if row else {}
        return orjson.dumps(told | {"data": facts})
    act, changes = delivery.change_set, {}
    hidden = {name for subject in subjects for name in subject.hidden}
    for change in Change.objects.filter(change_set=act, row=delivery.row).order_by("id"):
        if change.field not in hidden:
            changes[change.field] = {
                "before": shown(change.before, hidden),
                "after": shown(change.after, hidden),
            }
    whole = changes.pop("", None)
    data = {
        "file": delivery.root,
        "id": delivery.row,
        "act": act.pk,
        "at": act.at.isoformat(),
        "door": act.door,
        "by": act.user.username if act.user else None,
        "before": whole and whole["before"],
        "after": whole and whole["after"],
        "changes": changes,
    }
    return orjson.dumps(told | {"data": data})


def shown(value: Any, hidden: Collection[str] = ()) -> Any:
    """A kept value for machines: masks instead of what is sealed, ids of linked rows without their names."""
    match value:
        case {"masked": masked}:
            return masked
        case {"id": pk, "label": _label}:
            return {"id": pk}
        case dict():
            return {name: shown(part, hidden) for name, part in value.items() if name not in hidden}
        case list():
            return [shown(part, hidden) for part in value]
    return value


def secrets_of(webhook: Webhook, now: datetime) -> list[str]:
    """The secrets that sign now, the newest first."""
    standing = [
        one for one in webhook.secrets if not one["until"] or datetime.fromisoformat(one["until"]) > now
    ]
    return [vault.open_secret(PURPOSE, one["sealed"]) for one in standing]


def signed(webhook: Webhook, message_id: str, body: bytes, now: datetime) -> dict[str, str]:
    """The three headers of Standard Webhooks; each standing secret signs."""
    signatures = [Signer(secret).sign(message_id, now, body.decode()) for secret in secrets_of(webhook, now)]
    return {
        "Content-Type": "application/json",
        "webhook-id": message_id,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": " ".join(signatures),
    }


def _of(send: Send) -> Delivery | None:
    rows = Delivery.objects.select_related("webhook__user__team", "change_set__user")
    return rows.filter(send=send).first()


def wanted(send: Send, _now: datetime) -> str:
    """Empty, or why it must not go: asked again each time."""
    delivery = _of(send)
    if delivery is None:
        return "the webhook is gone"
    webhook = delivery.webhook
    if not webhook.user.is_active:
        return "its user has left"
    if not webhook.active:
        return "the webhook is off"
    if delivery.root and not visible(webhook.user, {delivery.root}):
        return "no longer visible to its user"
    return ""


def wait(send: Send, now: datetime) -> datetime | None:
    """An address that does not answer is left alone for a while by everything that goes there."""
    delivery = _of(send)
    until = delivery and delivery.webhook.retry_at
    return until if until and until > now else None


def render(send: Send) -> posting.Post:
    """The request, signed for this attempt."""
    delivery = _of(send)
    if delivery is None:
        raise LookupError("The delivery is gone.")
    body = body_of(delivery)
    headers = signed(delivery.webhook, send.message_id, body, timezone.now())
    return posting.Post(delivery.webhook.url, headers, body, _by_status, context=delivery.webhook)


def _by_status(answer: posting.Answer) -> str:
    """2xx is a yes. What else a stranger's machine says is not kept."""
    if not 200 <= answer.status < 300:
        raise posting.Declined(answer.status, "")
    return str(answer.status)


def open_noted(post: posting.Post) -> mail.Handover:
    """As ``posting.open_post``; remembers of the address whether it works."""
    webhook: Any = post.context
    try:
        return _Noting(posting.open_post(post), webhook)
    except (mail.Unreachable, mail.Rejected):
        failed(webhook, timezone.now())
        raise


class _Noting:
    def __init__(self, handover: mail.Handover, webhook: Webhook):
        self.handover, self.webhook = handover, webhook

    def transmit(self) -> str:
        try:
            reply = self.handover.transmit()
        except (mail.Unreachable, mail.Rejected, mail.NoAnswer):
            failed(self.webhook, timezone.now())
            raise
        if self.webhook.failures:
            Webhook.objects.filter(pk=self.webhook.pk).update(failures=0, failing_since=None, retry_at=None)
        return reply

    def close(self) -> None:
        self.handover.close()


def failed(webhook: Webhook, now: datetime) -> None:
    """It did not take what it was sent: the next attempt is a while away, for each message."""
    pause = PAUSES[min(webhook.failures, len(PAUSES) - 1)]
    since, times = webhook.failing_since or now, webhook.failures + 1
    Webhook.objects.filter(pk=webhook.pk).update(failures=times, failing_since=since, retry_at=now + pause)
    if now - since >= STOPS_AFTER and times >= STOPS_AT:
        switch_off(webhook, now, STOPPED)


def switch_off(webhook: Webhook, now: datetime, why: str) -> None:
    """It is told nothing more until somebody switches it on again, and its user hears of it; once."""
    actor = Actor.job(now)
    moment = {STOPPED: "stopped_at", GONE: "gone_at"}[why]
    with transaction.atomic():
        standing = Webhook.objects.filter(pk=webhook.pk, active=True)
        if standing.update(active=False, retry_at=None, version=F("version") + 1, **{moment: now}):
            history.record(actor, webhook.pk, webhook, {"active": (True, False)})
            notices.notify(
                actor, [webhook.user], NOTICE, subject=webhook.pk, data={"why": why, "name": webhook.name}
            )


def settled(send: Send, _post: Any, now: datetime, *, address_is_dead: bool) -> None:
    """410: the address asks to be left alone for good."""
    if address_is_dead and (delivery := _of(send)):
        switch_off(delivery.webhook, now, GONE)


OUTBOX = Kind(
    wanted=wanted,
    render=render,
    settled=settled,
    resend_uncertain=True,
    wait=wait,
    open=open_noted,
)


def again(delivery: Delivery, now: datetime) -> bool:
    """Send it once more, under the same id; False while it is on its way."""
    ended = (Send.State.SENT, Send.State.FAILED, Send.State.SKIPPED, Send.State.UNCERTAIN)
    if delivery.send_id is None:
        return False
    return bool(
        Send.objects.filter(pk=delivery.send_id, state__in=ended).update(
            state=Send.State.PENDING,
            not_before=now,
            give_up_after=now + A_DAY,
            attempts=0,
            outcome="",
            fence=None,
            lease_until=None,
        )
    )
