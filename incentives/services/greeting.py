"""The verbs of a greeting: edit, send by mail, mark sent by hand, skip (DOMAIN 7.3)."""

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from incentives.models import Greeting
from incentives.services import greetable, occasion
from kol_crm.core import history, outbox, policy
from kol_crm.core.actor import Actor
from kol_crm.core.errors import Refused
from kol_crm.core.models import Send
from profiles.models import Kol, Touch, TouchChannel
from profiles.services import touch

KIND = "greeting"
TIME_TO_UNDO = timedelta(seconds=8)
State = Greeting.State
OPEN = (State.DRAFT, State.FAILED)


def key(kol_id, kind: str, year: int) -> str:
    """The natural key: one occasion of one KOL in one (lunar) year."""
    return f"greeting:{kind}:{kol_id}:{year}"


def key_of(greeting: Greeting) -> str:
    return key(greeting.kol_id, greeting.occasion, greeting.year)


def draft_for(kol: Kol, kind: str, rules: policy.Policy) -> dict[str, str]:
    """Language, subject and text of a new draft, in the KOL's language."""
    language = kol.language or occasion.LANGUAGES[1 if kol.pinyin else 0]
    words = occasion.words(kind, language, rules)
    name = kol.alias or kol.name
    return {
        "language": language,
        "subject": occasion.filled(words["subject"], name=name),
        "body": occasion.filled(words["body"], name=name, operator=str(kol.owner)),
    }


def text_of(greeting: Greeting) -> str:
    """What is sent: the personal line stands as a paragraph of its own before the signature."""
    *text, signature = greeting.body.split("\n\n")
    line = greeting.personal_line.strip()
    return "\n\n".join([*text, line, signature] if line else [*text, signature])


def edit(actor: Actor, greeting: Greeting, changes: dict[str, str], version: int | None = None) -> Greeting:
    """Change words; an edited draft waits for its operator.

    Raises ``Conflict``, ``Refused``, ``ValidationError``.
    """
    with transaction.atomic():
        current = _open(greeting, version)
        saved = history.save(actor, current, changes, None, derive=lambda _row: {"edited": True})
        if saved.state == State.DRAFT:
            outbox.withdraw(saved.send_id, "edited")
    return saved


def send_by_mail(actor: Actor, greeting: Greeting, version: int | None = None) -> Greeting:
    """Put it into the outbox; it leaves after 8 seconds, in which it can be called back.

    Raises ``Refused`` (``cannot_greet``) where the KOL may not be written to or has no living mail address.
    """
    with transaction.atomic():
        current = _open(greeting, version)
        reason = greetable.why_not_by_mail(current)
        if reason:
            raise Refused("cannot_greet", _("Not by mail: %(reason)s.") % {"reason": reason})
        send = outbox.enqueue(
            key_of(current),
            KIND,
            subject=current.kol_id,
            not_before=actor.at + TIME_TO_UNDO,
            give_up_after=actor.at + timedelta(hours=occasion.LATE_HOURS),
            at=actor.at,
        )
        again = Send.objects.filter(pk=send.pk).exclude(
            state__in=(Send.State.SENT, Send.State.SENDING, Send.State.UNCERTAIN)
        )
        if not again.update(
            state=Send.State.PENDING,
            not_before=actor.at + TIME_TO_UNDO,
            give_up_after=actor.at + timedelta(hours=occasion.LATE_HOURS),
            fence=None,
        ):
            raise Refused("already_sent", _("This greeting is on its way already."))
        return _set(
            actor, current, state=State.QUEUED, channel="mail", done_by=actor.user, send=send, outcome=""
        )


def call_back(actor: Actor, greeting: Greeting) -> Greeting:
    """Within the 8 seconds: back to a draft. Raises ``Refused`` once a worker has it."""
    with transaction.atomic():
        current = history.locked(greeting, None)
        waiting = Send.objects.filter(pk=current.send_id, state=Send.State.PENDING)
        if current.state != State.QUEUED or not waiting.update(
            state=Send.State.SKIPPED, outcome="called back"
        ):
            raise Refused("too_late", _("It has left already."))
        return _set(actor, current, state=State.DRAFT, edited=True, done_by=None, channel="")


def mark_by_hand(actor: Actor, greeting: Greeting, channel: str, version: int | None = None) -> Greeting:
    """Sent by WeChat or phone by the operator: kept with the greeting, and a touch."""
    if channel not in TouchChannel.values:
        raise ValidationError({"channel": _("Choose how you sent it.")})
    with transaction.atomic():
        current = _open(greeting, version)
        outbox.withdraw(current.send_id, "sent by hand")
        saved = _set(
            actor,
            current,
            state=State.BY_HAND,
            channel=channel,
            done_at=actor.at,
            done_by=actor.user,
            outcome="",
        )
        touch.log(actor, saved.kol, channel=channel, began=Touch.Began.US, text=text_of(saved))
    return saved


def skip(actor: Actor, greeting: Greeting, reason: str, version: int | None = None) -> Greeting:
    """Not this year, with a reason. Raises ``ValidationError`` keyed ``reason``."""
    if not reason.strip():
        raise ValidationError({"reason": _("Say why it is skipped.")})
    with transaction.atomic():
        current = _open(greeting, version)
        outbox.withdraw(current.send_id, "skipped")
        return _set(
            actor,
            current,
            state=State.SKIPPED,
            outcome=reason.strip()[:200],
            done_at=actor.at,
            done_by=actor.user,
        )


def _open(greeting: Greeting, version: int | None) -> Greeting:
    current = history.locked(greeting, version)
    if current.state not in OPEN:
        raise Refused(
            "already_done", _("This greeting is settled: %(state)s.") % {"state": current.get_state_display()}
        )
    return current


def _set(actor: Actor, greeting: Greeting, **columns) -> Greeting:
    """Write state columns: the state has a history, the rest follows from it."""
    state = columns.pop("state")
    return history.save(actor, greeting, {"state": state}, None, derive=lambda _row: columns)
