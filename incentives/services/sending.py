"""How the outbox sends a greeting: is it still wanted, what does it say, and what follows (RELIABILITY 1)."""

from datetime import datetime
from email.utils import format_datetime, formataddr, parseaddr

from django.conf import settings
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import override

from incentives.models import Greeting
from incentives.services import greetable, opt_out
from incentives.services import greeting as greetings
from kol_crm.core import history, policy
from kol_crm.core.actor import Actor
from kol_crm.core.mail import Letter, new_message
from kol_crm.core.models import Send, User
from kol_crm.core.outbox import TOO_LATE, Kind
from profiles.models import ContactPoint, Touch, TouchChannel
from profiles.services import contact, touch

State = Greeting.State


def _of(send: Send) -> Greeting | None:
    return Greeting.objects.select_related("kol__owner", "done_by").filter(send=send).first()


def _deliverable(send: Send) -> tuple[Greeting, User, ContactPoint]:
    """The greeting, who sends it and where to. Raises ``LookupError`` when something of it is gone."""
    greeting = _of(send)
    if greeting is None:
        raise LookupError("The greeting is gone.")
    operator, address = greeting.done_by or greeting.kol.owner, contact.living_mail(greeting.kol)
    if operator is None or address is None:
        raise LookupError("Nobody to sign it, or no living mail address.")
    return greeting, operator, address


def wanted(send: Send, now: datetime) -> str:
    """Empty, or why it must not go now: everything is asked again at the moment of sending."""
    greeting = _of(send)
    if greeting is None:
        return "the greeting is gone"
    if greeting.state == State.QUEUED:
        return greetable.why_not_by_mail(greeting)
    if greeting.state == State.DRAFT:
        return greetable.why_not_by_itself(greeting, now, policy.current())
    return f"already {greeting.state}"


def render(send: Send) -> Letter:
    """The mail from current data: the operator's name, replies to them, one-click opt-out (RFC 8058)."""
    greeting, operator, address = _deliverable(send)
    sender = parseaddr(settings.MAIL_FROM)[1]
    link = opt_out.link(greeting.kol_id)
    recipient = contact.value_of(address)
    with override(greeting.language):
        footer = _("If you would rather not get such mail: %(link)s") % {"link": link}
    message = new_message()
    message["Message-ID"] = send.message_id
    message["Date"] = format_datetime(send.created_at)
    message["From"] = formataddr((str(operator), sender))
    message["To"] = recipient
    message["Subject"] = greeting.subject
    if operator.email:
        message["Reply-To"] = formataddr((str(operator), operator.email))
    message["List-Unsubscribe"] = f"<{link}>"
    message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(f"{greetings.text_of(greeting)}\n\n--\n{footer}\n")
    return Letter(sender, recipient, message, context=address)


def settled(send: Send, letter: Letter | None, now: datetime, *, address_is_dead: bool) -> None:
    """What follows: the greeting's state, a touch for what an operator sent, a dead address marked so."""
    greeting = _of(send)
    if greeting is None:
        return
    actor = Actor.job(now)
    if address_is_dead and letter is not None and isinstance(letter.context, ContactPoint):
        contact.mark_dead(actor, letter.context, localdate(now))
    match send.state:
        case Send.State.SENT:
            by_operator = greeting.state == State.QUEUED
            _set(actor, greeting, State.SENT, channel="mail", done_at=now, outcome="")
            if by_operator:
                author = Actor(greeting.done_by, "job", now)
                text = greetings.text_of(greeting)
                touch.log(author, greeting.kol, channel=TouchChannel.MAIL, began=Touch.Began.US, text=text)
        case Send.State.SKIPPED if send.outcome == TOO_LATE:
            _set(actor, greeting, State.SKIPPED, outcome=str(_("too late")), done_at=now)
        case Send.State.SKIPPED if greeting.state == State.QUEUED:
            _set(actor, greeting, State.FAILED, outcome=send.outcome)
        case Send.State.SKIPPED:
            Greeting.objects.filter(pk=greeting.pk).update(outcome=send.outcome)  # the operator's draft stays
        case Send.State.FAILED:
            _set(actor, greeting, State.FAILED, outcome=send.outcome)
        case Send.State.UNCERTAIN:
            _set(
                actor,
                greeting,
                State.FAILED,
                outcome=str(_("no reply from the mail server: it may have arrived")),
            )


def _set(actor: Actor, greeting: Greeting, state: str, **columns) -> None:
    history.save(actor, greeting, {"state": state}, None, derive=lambda _row: columns)


GREETING = Kind(wanted=wanted, render=render, settled=settled)
