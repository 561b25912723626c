"""Webhooks: whoever asked is told what changed, once it is committed, at least once (Standard Webhooks).

A trigger notes each act (``Dirty`` rows of ``PLANNER``) in its own transaction while somebody wants to be
told: none can be missed, and none costs a statement. A planner turns what was noted into deliveries, which
the outbox sends (``webhook_sending``).
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from kol_crm.core import copying, sparing, webhook_facts
from kol_crm.core.actor import Actor
from kol_crm.core.extension import ExtensionPoint
from kol_crm.core.making import make
from kol_crm.core.models import Change, ChangeSet, Delivery, Dirty, Send, User, Webhook
from kol_crm.core.outbox import Tally

KIND = PLANNER = "webhook"
A_DAY = timedelta(days=1)
KEEP = timedelta(days=30)
ACTS_AT_ONCE = 200
BATCH = 500


@dataclass(frozen=True)
class Subject:
    """What an app lets webhooks tell. ``visible(user, roots)``: of these files those that the user sees.

    ``entities``: by model (``profiles.contactpoint``) the name that events have (``contact``).
    ``hidden``: fields that are never told, for they say something of another file.
    """

    entities: Mapping[str, str]
    visible: Callable[[User, Collection[UUID]], set[UUID]]
    hidden: frozenset[str] = frozenset()


subjects: ExtensionPoint[Subject] = ExtensionPoint("webhook subjects")


def entities() -> list[str]:
    """The names of everything that is told, by alphabet."""
    return sorted({name for subject in subjects for name in subject.entities.values()})


def events() -> list[str]:
    """All that can be told, each by its name and by ``*``."""
    acts = ("*", "created", "updated", "deleted")
    of_rows = [f"{name}.{act}" for name in entities() for act in acts]
    return sorted(
        {*of_rows, *webhook_facts.events(), *(f"{_entity(one)}.*" for one in webhook_facts.events())}
    )


def _entity(event: str) -> str:
    return event.partition(".")[0]


def event_of(change: Change) -> str | None:
    """``contact.created``, ``.updated``, ``.deleted``; None for what is told to nobody."""
    name = next((one.entities[change.model] for one in subjects if change.model in one.entities), None)
    if name is None:
        return None
    act = "updated" if change.field else "created" if change.before is None else "deleted"
    return f"{name}.{act}"


def wants(webhook: Webhook, event: str, fields: Collection[str], change_set: ChangeSet) -> bool:
    """Whether this address is to be told. ``fields``: the changed ones; none where the row came or went."""
    if webhook.skip_own and change_set.door == "api" and change_set.user_id == webhook.user_id:
        return False
    entity = event.partition(".")[0]
    if webhook.events and not {event, f"{entity}.*"} & set(webhook.events):
        return False
    return not (webhook.fields and fields) or bool(set(webhook.fields) & set(fields))


def plan(actor: Actor) -> Tally:
    """One tick: what was noted becomes deliveries, a few hundred acts a transaction.

    An act of which no delivery can be made stays noted, and is tried again by the next tick.
    """
    tally = Tally()

    def tell(acts: Sequence[tuple[UUID, UUID]]) -> int:
        made = _deliver(actor, [change_set for _pk, change_set in acts])
        Dirty.objects.filter(pk__in=[pk for pk, _change_set in acts]).delete()
        return made

    def tell_facts(rows: Sequence[tuple[UUID, str]]) -> int:
        still = set(Dirty.objects.filter(pk__in=[pk for pk, _note in rows]).values_list("pk", flat=True))
        told, done = webhook_facts.read([row for row in rows if row[0] in still])
        made = _deliver_facts(actor, told, {pk for pk, note in rows if note.endswith(webhook_facts.BY_API)})
        Dirty.objects.filter(pk__in=done).delete()
        return made

    last: UUID | None = None
    while noted := _noted(last):
        tally.seen += len(noted)
        tally.done += sparing.one_chunk(tally, "act", noted, tell)
        last = noted[-1][0]
    last = None
    while rows := webhook_facts.noted(last):
        tally.seen += len(rows)
        tally.done += sparing.one_chunk(tally, "fact", rows, tell_facts)
        last = rows[-1][0]
    return tally


def _noted(after: UUID | None) -> list[tuple[UUID, UUID]]:
    rows = Dirty.objects.filter(planner=PLANNER).order_by("pk")
    if after is not None:
        rows = rows.filter(pk__gt=after)
    return list(rows.values_list("pk", "subject")[:ACTS_AT_ONCE])


def _standing() -> list[Webhook]:
    return list(Webhook.objects.filter(active=True, user__is_active=True).select_related("user__team"))


def _deliver_facts(actor: Actor, told: Collection[webhook_facts.Told], by_api: Collection[UUID]) -> int:
    deliveries = []
    for webhook in _standing() if told else ():
        wanted = [one for one in told if webhook_facts.wants(webhook, one, by_api=one.row in by_api)]
        seen = visible(webhook.user, {one.root for one in wanted})
        deliveries += [
            Delivery(webhook=webhook, root=one.root, row=one.row, event=one.event, created_at=actor.at)
            for one in wanted
            if one.root in seen
        ]
    return enqueue(deliveries, actor.at)


def _deliver(actor: Actor, change_sets: Collection[UUID]) -> int:
    webhooks = _standing()
    if not webhooks:
        return 0
    told: dict[tuple[UUID, UUID], list[Change]] = {}
    rows = Change.objects.filter(change_set__in=list(change_sets)).select_related("change_set")
    for change in rows.order_by("change_set_id", "at", "id"):
        if event_of(change):
            told.setdefault((change.change_set_id, change.row), []).append(change)
    messages = [(_event(changes), changes) for changes in told.values()]
    deliveries = []
    for webhook in webhooks:
        wanted = [
            (event, changes[0])
            for event, changes in messages
            if wants(webhook, event, [one.field for one in changes if one.field], changes[0].change_set)
        ]
        seen = visible(webhook.user, {change.root for _event, change in wanted})
        deliveries += [
            Delivery(
                webhook=webhook,
                change_set_id=change.change_set_id,
                root=change.root,
                row=change.row,
                event=event,
                created_at=actor.at,
            )
            for event, change in wanted
            if change.root in seen
        ]
    return enqueue(deliveries, actor.at)


def _event(changes: Iterable[Change]) -> str:
    """Of a row that came and was changed in one act, that it came."""
    events = [event for change in changes if (event := event_of(change))]
    return next((event for event in events if not event.endswith(".updated")), events[0])


def visible(user: User, roots: set[UUID]) -> set[UUID]:
    return {pk for subject in subjects for pk in subject.visible(user, roots)} if roots else set()


def enqueue(deliveries: list[Delivery], at: datetime) -> int:
    """Deliveries and their rows of the outbox, in the transaction that is open; how many."""
    sends = [
        make(
            Send,
            key=f"{KIND}:{one.pk}",
            kind=KIND,
            subject=one.pk,
            not_before=at,
            give_up_after=at + A_DAY,
            message_id=f"msg_{one.pk.hex}",
            created_at=at,
        )
        for one in deliveries
    ]
    for one, send in zip(deliveries, sends, strict=True):
        one.send = send
    copying.insert(sends)
    copying.insert(deliveries)
    return len(deliveries)


def forget_old(actor: Actor) -> int:
    """Nightly: what was delivered, or was not, more than thirty days ago goes; how many."""
    old = Delivery.objects.filter(created_at__lt=actor.at - KEEP)
    sends = list(old.exclude(send=None).values_list("send", flat=True))
    gone, _by_model = old.delete()
    for start in range(0, len(sends), BATCH):
        Send.objects.filter(pk__in=sends[start : start + BATCH]).delete()
    return gone
