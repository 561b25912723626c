"""The verbs of a greeting: edit, send by mail, mark sent by hand, skip (DOMAIN 7.3).

A verb locks the row in the outbox before the greeting, as the worker that settles it does. What a worker has
claimed is taken back from it; what it is transmitting can no longer be changed.
"""

from datetime import date, timedelta
from uuid import UUID, uuid4

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from incentives.models import Greeting
from incentives.models.greeting import ONCE
from incentives.services import greetable, occasion
from kol_crm.core import history, outbox, policy
from kol_crm.core.actor import Actor
from kol_crm.core.clock import local_day
from kol_crm.core.errors import Refused
from kol_crm.core.models import Send
from profiles.models import ImportantDate, Kol, Touch, TouchChannel
from profiles.services import birthday, next_due, touch
from profiles.services import date as dates

KIND = "greeting"
SUBJECT = 160  # characters
TIME_TO_UNDO = timedelta(seconds=8)
State, Occasion = Greeting.State, Greeting.Occasion
OPEN = (State.DRAFT, State.FAILED)
UNDONE = (State.DRAFT, State.SKIPPED)


def key_of(greeting: Greeting) -> str:
    """The natural key: one occasion of one KOL in one (lunar) year."""
    about = f"{greeting.about}:" if greeting.about else ""
    return f"greeting:{greeting.occasion}:{greeting.kol_id}:{about}{greeting.year}"


def language_of(kol: Kol) -> str:
    """The language in which one writes to them."""
    return kol.language or occasion.LANGUAGES[1 if kol.pinyin else 0]


def draft_for(kol: Kol, kind: str, rules: policy.Policy, what: str = "") -> dict[str, str]:
    """Language, subject and text of a new draft, in the KOL's language; ``what`` it is about, in it too."""
    language = language_of(kol)
    words = occasion.words(kind, language, rules)
    places = {"name": kol.alias or kol.name, "what": what, "operator": str(kol.owner)}
    return {
        "language": language,
        "what": what,
        "subject": occasion.filled(words["subject"], **places)[:SUBJECT],
        "body": occasion.filled(words["body"], **places),
    }


def text_of(greeting: Greeting) -> str:
    """What is sent: the personal line stands as a paragraph of its own before the signature."""
    *text, signature = greeting.body.split("\n\n")
    line = greeting.personal_line.strip()
    return "\n\n".join([*text, line, signature] if line else [*text, signature])


def why_a_second_voice(greeting: Greeting) -> str:
    """The occasion is the reason why somebody else of us writes within days (DOMAIN 4.9)."""
    return _("Greeting: %(occasion)s") % {"occasion": greeting.get_occasion_display()}


def begin(actor: Actor, kol: Kol, what: str, on: date | None = None, token: UUID | None = None) -> Greeting:
    """A draft for an occasion in the operator's own words, for ``on`` or their today; ``token``: made once.

    Raises ``Refused`` (``cannot_greet``) where nobody greets this KOL, ``ValidationError`` keyed by field.
    """
    today = local_day(actor.at, birthday.zone_of(kol))
    on, words = on or today, " ".join(what.split())
    if on < today:
        raise ValidationError({"on": _("Give a day from today on.")})
    about = (token or uuid4()).hex
    with transaction.atomic():
        kol = Kol.objects.select_for_update(no_key=True, of=("self",)).select_related("owner").get(pk=kol.pk)
        made = Greeting.objects.filter(kol=kol, occasion=Occasion.OWN, about=about).first()
        if made is not None:
            return made
        reason = greetable.why_not(kol, on)
        if reason:
            raise Refused(
                "cannot_greet", _("Nobody greets this KOL now: %(reason)s.") % {"reason": _(reason)}
            )
        row = Greeting(kol=kol, occasion=Occasion.OWN, about=about, year=ONCE, on=on)
        if not words:
            raise ValidationError({"what": _("Say what you greet for.")})
        for name, value in draft_for(kol, Occasion.OWN, policy.current(), words).items():
            setattr(row, name, value)
        history.create(actor, row, root=kol.pk, derive=lambda _row: {"edited": True})
        next_due.refresh([kol.pk])
    return row


def edit(actor: Actor, greeting: Greeting, changes: dict[str, str], version: int | None = None) -> Greeting:
    """Change words; an edited draft waits for its operator.

    Raises ``Conflict``, ``Refused``, ``ValidationError``.
    """
    with transaction.atomic():
        current = _open(greeting, version)
        saved = history.save(actor, current, changes, None, derive=lambda _row: {"edited": True})
        if saved.edited:
            outbox.withdraw([saved.send_id], gettext_noop("edited: the operator sends"))
    return saved


def send_by_mail(actor: Actor, greeting: Greeting, version: int | None = None) -> Greeting:
    """Put it into the outbox; it leaves after 8 seconds, in which it can be called back.

    Where it is uncertain whether an earlier mail arrived, this is the operator's decision to send it again.
    Raises ``Refused`` (``cannot_greet``) where the KOL may not be written to or has no living mail address.
    """
    with transaction.atomic():
        current = _open(greeting, version)
        reason = greetable.why_not_by_mail(current)
        if reason:
            raise Refused("cannot_greet", _("Not by mail: %(reason)s.") % {"reason": _(reason)})
        soon, end = actor.at + TIME_TO_UNDO, actor.at + timedelta(hours=occasion.LATE_HOURS)
        new = outbox.new(
            key_of(current), KIND, subject=current.kol_id, not_before=soon, give_up_after=end, at=actor.at
        )
        send = outbox.enqueue(new)[new.key]
        again = Send.objects.filter(pk=send.pk).exclude(state__in=(Send.State.SENT, Send.State.SENDING))
        if not again.update(
            state=Send.State.PENDING,
            not_before=soon,
            give_up_after=end,
            fence=None,
            attempts=0,
            outcome="",
        ):
            raise _on_its_way()
        return settle(actor, current, State.QUEUED, channel="mail", done_by=actor.user, send=send, outcome="")


def call_back(actor: Actor, greeting: Greeting) -> Greeting:
    """Within the 8 seconds: back to a draft. Raises ``Refused`` once a worker hands it over."""
    with transaction.atomic():
        current = _locked(greeting, None)
        if current.state != State.QUEUED or not outbox.withdraw(
            [current.send_id], gettext_noop("called back")
        ):
            raise Refused("too_late", _("It has left already."))
        return settle(actor, current, State.DRAFT, edited=True, done_by=None, channel="")


def mark_by_hand(actor: Actor, greeting: Greeting, channel: str, version: int | None = None) -> Greeting:
    """Sent by WeChat or phone by the operator: kept with the greeting, and a touch."""
    if channel not in TouchChannel.values:
        raise ValidationError({"channel": _("Choose how you sent it.")})
    with transaction.atomic():
        current = _open(greeting, version)
        outbox.withdraw([current.send_id], gettext_noop("sent by hand"))
        done = {"done_at": actor.at, "done_by": actor.user, "outcome": ""}
        saved = settle(actor, current, State.BY_HAND, channel=channel, **done)
        touch.log(
            actor,
            saved.kol,
            channel=channel,
            began=Touch.Began.US,
            text=text_of(saved),
            voice_reason=why_a_second_voice(saved),
        )
    return saved


def mark_arrived(actor: Actor, greeting: Greeting, version: int | None = None) -> Greeting:
    """A mail without reply arrived, as its operator found out.

    Raises ``Refused`` where nothing is uncertain.
    """
    with transaction.atomic():
        current = _open(greeting, version)
        uncertain = _mail_of(current).filter(state=Send.State.UNCERTAIN)
        if not uncertain.update(
            state=Send.State.SENT, fence=None, outcome=gettext_noop("arrived, says the operator")
        ):
            raise Refused("not_uncertain", _("Nothing is uncertain about this greeting."))
        done = {"done_at": actor.at, "done_by": actor.user, "outcome": ""}
        return settle(actor, current, State.SENT, channel="mail", **done)


def skip(actor: Actor, greeting: Greeting, reason: str, version: int | None = None) -> Greeting:
    """Not this year, with a reason. Raises ``ValidationError`` keyed ``reason``."""
    if not reason.strip():
        raise ValidationError({"reason": _("Say why it is skipped.")})
    with transaction.atomic():
        current = _open(greeting, version)
        outbox.withdraw([current.send_id], gettext_noop("skipped"))
        done = {"done_at": actor.at, "done_by": actor.user, "outcome": reason.strip()[:200]}
        return settle(actor, current, State.SKIPPED, **done)


def settle_merged(actor: Actor, survivor: Kol, merged: Kol) -> None:
    """Of two files made one: for what one was greeted, the other's draft goes out no more (DOMAIN 7.3)."""
    settled = Greeting.objects.filter(kol=merged).exclude(state__in=UNDONE)
    done = set(settled.values_list("occasion", "about", "year"))
    for draft in Greeting.objects.filter(kol=survivor, state=State.DRAFT):
        if draft.key in done:
            skipped = {"done_at": actor.at, "done_by": actor.user, "outcome": gettext_noop("skipped")}
            settle(actor, draft, State.SKIPPED, **skipped)


def settle(actor: Actor, greeting: Greeting, state: str, **columns) -> Greeting:
    """Write the state, which has a history, the columns that follow from it, and next due (DOMAIN 3.13)."""
    saved = history.save(actor, greeting, {"state": state}, None, derive=lambda _row: columns)
    if saved.occasion == Occasion.DATE and state in (State.SENT, State.BY_HAND):
        _attend(actor, saved)
    next_due.refresh([greeting.kol_id])
    return saved


def _attend(actor: Actor, greeting: Greeting) -> None:
    """Who was greeted on an important date was attended to: it leaves Today until it comes round again."""
    row = ImportantDate.objects.filter(pk=greeting.about, next_on=greeting.on).first()
    if row is not None and row.seen_for != row.next_on:
        dates.attend(actor, row)


def _mail_of(greeting: Greeting) -> QuerySet[Send]:
    return Send.objects.filter(pk=greeting.send_id) if greeting.send_id else Send.objects.none()


def _locked(greeting: Greeting, version: int | None) -> Greeting:
    _mail_of(greeting).select_for_update().first()
    return history.locked(greeting, version)


def _open(greeting: Greeting, version: int | None) -> Greeting:
    current = _locked(greeting, version)
    if current.state not in OPEN:
        raise Refused(
            "already_done", _("This greeting is settled: %(state)s.") % {"state": current.get_state_display()}
        )
    if _mail_of(current).filter(state=Send.State.SENDING).exists():
        raise _on_its_way()
    return current


def _on_its_way() -> Refused:
    return Refused("already_sent", _("This greeting is on its way already."))
