"""Contact points: sealed, masked, found by keyed hash, revealed on record (DOMAIN 2.3; RELIABILITY 5)."""

import base64
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy

from kol_crm.core import audit, history, policy, vault
from kol_crm.core.actor import Actor
from kol_crm.core.errors import Refused
from kol_crm.core.making import make
from kol_crm.core.models import Disclosure
from kol_crm.core.said import said as _
from kol_crm.core.shapes import Number
from profiles.models import Agency, Channel, ContactPoint, Kol
from profiles.services import sharing
from profiles.services.contact_values import Checked, checked, digests, tail_digest, validate

TABLE, COLUMN = "profiles_contactpoint", "sealed"
REVEAL = "reveal"
REVEALS = policy.declare(
    "reveals_per_hour",
    60,
    gettext_lazy("Contacts one person may see in an hour"),
    section=policy.SAFETY,
    shape=Number(0, 10_000),
)
SEALED = ("sealed", "digest", "tail_digest")
ON_FILE = gettext_lazy("This contact is on the file already.")
KNOWN = ("verified_on", "dead_since")
KEPT = ("label", "preferred", "verified_on", "dead_since", "shared", "guardian", "position")


def lock(file: Kol | Agency | None, entries: Iterable[Mapping[str, Any]]) -> None:
    """Lock a file (None: it is only being made) with those that share one of the values it is to be given.

    Before anything is locked (``sharing.lock``). A value that will be refused, or is a mask, locks nothing.
    """
    sharing.lock(file, {digest for entry in entries for digest in _digest(entry)})


def _digest(entry: Mapping[str, Any]) -> list[str]:
    value = entry.get("value")
    if isinstance(value, Checked):
        return [value.digest]
    try:
        return [checked(entry.get("channel", ""), value or "").digest]
    except ValidationError:
        return []


def _seal(contact: ContactPoint, known: Checked, key: bytes | None = None) -> None:
    key = key or vault.keys_for([contact.holder], create=True)[contact.holder]
    contact.sealed = vault.seal(key, TABLE, COLUMN, contact.pk, known.value)
    contact.masked, contact.digest = known.mask, known.digest
    contact.tail_digest = tail_digest(contact.channel, known.normal)


def reseal(contact: ContactPoint, from_row: UUID, from_file: UUID, to_file: UUID) -> None:
    """Seal the value anew for this row on another file; it was sealed for ``from_row`` on ``from_file``.

    What cannot be read any more (the person was erased) stays unreadable.
    """
    known = vault.keys_for([from_file]).get(from_file)
    if known is None:
        return
    value = vault.unseal(known, TABLE, COLUMN, from_row, contact.sealed)
    key = vault.keys_for([to_file], create=True)[to_file]
    contact.sealed = vault.seal(key, TABLE, COLUMN, contact.pk, value)


def protected(contact: ContactPoint) -> dict[str, str]:
    """The value as the history keeps it."""
    return {"masked": contact.masked, "sealed": base64.b64encode(bytes(contact.sealed)).decode()}


def value_of(contact: ContactPoint) -> str:
    """The value in clear; whoever shows it to a person writes that down. Raises ``vault.Erased``."""
    return values_of([contact])[0]


def kept_value(contact: ContactPoint, kept: Mapping[str, str]) -> str:
    """An earlier value of this contact in clear, from what the history keeps. Raises ``vault.Erased``."""
    key = vault.keys_for([contact.holder]).get(contact.holder)
    if key is None:
        raise vault.Erased(str(contact.pk))
    return vault.unseal(key, TABLE, COLUMN, contact.pk, base64.b64decode(kept["sealed"]))


def values_of(contacts: list[ContactPoint]) -> list[str]:
    """Several values in clear with one query for the keys."""
    values = opened((contact.holder, contact.pk, contact.sealed) for contact in contacts)
    return [values[contact.pk] for contact in contacts]


def opened(sealed: Iterable[tuple[UUID, UUID, bytes | memoryview]]) -> dict[UUID, str]:
    """Values in clear by the id of the contact point, of (holder, id, sealed value); one query for the keys.

    Raises ``vault.Erased`` where the key of a holder is gone.
    """
    rows = list(sealed)
    keys = vault.keys_for({holder for holder, _pk, _value in rows})
    values = {}
    for holder, pk, value in rows:
        key = keys.get(holder)
        if key is None:
            raise vault.Erased(str(pk))
        values[pk] = vault.unseal(key, TABLE, COLUMN, pk, value)
    return values


def build(holder: Kol | Agency, values: Mapping[str, Any], key: bytes | None = None) -> ContactPoint:
    """A sealed contact point, not yet saved. Raises ``ValidationError`` keyed by field.

    ``key``: the holder's data key, where the caller has it already. The value may be ``Checked`` already.
    """
    channel, value = values.get("channel", ""), values.get("value", "")
    known = value if isinstance(value, Checked) else checked(channel, value)
    contact = make(
        ContactPoint,
        kol=holder if isinstance(holder, Kol) else None,
        agency=holder if isinstance(holder, Agency) else None,
        channel=channel,
        **{name: values[name] for name in KEPT if name in values},
    )
    _seal(contact, known, key)
    return contact


def born(contact: ContactPoint) -> dict[str, Any]:
    """A new contact point as the history keeps it."""
    kept = history.snapshot(contact, ("channel", "label", "preferred", "guardian", "shared"))
    return {**kept, "value": protected(contact)}


def insert(actor: Actor, contact: ContactPoint) -> ContactPoint:
    """Save a built contact point and record it; the first of its channel is the preferred one."""
    siblings = _siblings(contact)
    if siblings.filter(digest=contact.digest).exists():
        raise ValidationError({"value": ON_FILE})
    if contact.preferred:
        _prefer(actor, contact)
    elif not siblings.exists():
        contact.preferred = True
    contact.full_clean(exclude=SEALED)
    contact.save(force_insert=True)
    history.record(actor, contact.holder, contact, {"": (None, born(contact))})
    sharing.mark(actor, contact)
    return contact


def add(
    actor: Actor, holder: Kol | Agency, values: Mapping[str, Any], version: int | None = None
) -> ContactPoint:
    """One more contact point. Raises ``ValidationError`` keyed by field, ``Conflict``."""
    with transaction.atomic():
        lock(holder, [values])
        history.touch_version(holder, version)
        return insert(actor, build(holder, values))


def change(
    actor: Actor, contact: ContactPoint, values: Mapping[str, Any], version: int | None = None
) -> ContactPoint:
    """Change a contact point. A value equal to its mask leaves it as it is (DOMAIN 2.3).

    Raises ``ValidationError`` keyed by field, ``Conflict``.
    """
    with transaction.atomic():
        lock(contact.file, [{"channel": contact.channel, **values}])
        history.locked(contact.file, version)
        if apply(actor, contact, values):
            history.touch_version(contact.file, None)
    return contact


def apply(actor: Actor, contact: ContactPoint, values: Mapping[str, Any]) -> bool:
    """The change itself, for callers that see to the file's version; whether anything differed."""
    if values.get("channel", contact.channel) != contact.channel:
        raise ValidationError({"channel": _("A contact keeps its channel. Remove it and add another.")})
    kept = {name: values[name] for name in KEPT if name in values}
    value = values.get("value")
    moved = False
    with transaction.atomic():
        if value is not None and value.strip() != contact.masked:
            moved = _revalue(actor, contact, validate(contact.channel, value), kept)
        if kept.get("preferred"):
            _prefer(actor, contact)
        elif contact.preferred and "preferred" in kept:
            contact.refresh_from_db(fields=["preferred"])  # another may just have taken its place
        moved |= any(getattr(contact, name) != now for name, now in kept.items())
        history.save_child(actor, contact, kept, root=contact.holder)
    return moved


def _revalue(actor: Actor, contact: ContactPoint, value: str, kept: dict[str, Any]) -> bool:
    """Seal another value; what was known of the old one (verified, dead) is forgotten."""
    if digests(contact.channel, value)["digest"] == contact.digest and value == value_of(contact):
        return False
    before = protected(contact)
    _seal(contact, checked(contact.channel, value))
    if _siblings(contact).filter(digest=contact.digest).exclude(pk=contact.pk).exists():
        raise ValidationError({"value": _("This contact is on the file already.")})
    contact.save(update_fields=["sealed", "masked", "digest", "tail_digest"])
    history.record(actor, contact.holder, contact, {"value": (before, protected(contact))})
    for name in KNOWN:
        if kept.get(name, getattr(contact, name)) == getattr(contact, name):
            kept[name] = None
    sharing.mark(actor, contact)
    return True


def _siblings(contact: ContactPoint) -> QuerySet[ContactPoint]:
    """The contacts of its channel on the same file or agency, itself among them once it is saved."""
    return ContactPoint.objects.filter(kol=contact.kol_id, agency=contact.agency_id, channel=contact.channel)


def _prefer(actor: Actor, contact: ContactPoint) -> None:
    """Make room: only one of a channel is preferred."""
    for other in _siblings(contact).filter(preferred=True).exclude(pk=contact.pk):
        history.save_child(actor, other, {"preferred": False}, root=contact.holder)


def remove(actor: Actor, contact: ContactPoint, version: int | None = None) -> None:
    """Take a contact point off the file; its sealed value stays in the history."""
    with transaction.atomic():
        history.touch_version(contact.file, version)
        drop(actor, contact)


def drop(actor: Actor, contact: ContactPoint) -> None:
    """The removal itself, for callers that see to the file's version."""
    kept = {"channel": contact.channel, "value": protected(contact)}
    history.record(actor, contact.holder, contact, {"": (kept, None)})
    contact.delete()


def reveal(actor: Actor, contact: ContactPoint, *, own: bool, reason: str = "") -> str:
    """The value in clear, recorded. On another's file a reason is asked (DOMAIN 2.3).

    Raises ``ValidationError`` keyed ``reason``, ``Refused`` (``too_many``) beyond the hour's limit; who may
    ask at all is the caller's visibility check (edit).
    """
    if not own and not reason.strip():
        raise ValidationError({"reason": _("Say why you need this contact.")})
    with transaction.atomic():
        _within_limit(actor)
        value = value_of(contact)
        audit.disclosed(actor, REVEAL, subject=contact.holder, detail=contact.channel, reason=reason.strip())
    return value


def _within_limit(actor: Actor) -> None:
    most = policy.current().get(REVEALS)
    lately = Disclosure.objects.filter(user=actor.user, action=REVEAL, at__gt=actor.at - timedelta(hours=1))
    if lately.count() >= most:
        raise Refused(
            "too_many",
            _("You have seen %(most)d contacts within an hour. Go on a little later.") % {"most": most},
        )


def living_mail(kol: Kol) -> ContactPoint | None:
    """The mail address to write to: alive, the preferred one first."""
    mails = kol.contacts.filter(channel=Channel.MAIL, dead_since=None)
    return mails.order_by("-preferred", "position", "id").first()


def mark_dead(actor: Actor, contact: ContactPoint, on: date) -> ContactPoint:
    """A bounce says nobody is there (DOMAIN 7.3)."""
    with transaction.atomic():
        history.touch_version(contact.file, None)
        return history.save_child(actor, contact, {"dead_since": on}, root=contact.holder)
