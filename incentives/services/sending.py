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
from kol_crm.core import policy
from kol_crm.core.actor import Actor
from kol_crm.core.mail import Letter, new_message, on_the_wire
from kol_crm.core.models import Send, User
from kol_crm.core.outbox import TOO_LATE, Kind
from profiles.models import ContactPoint, Touch, TouchChannel
from profiles.services import contact, touch

State = Greeting.State
FOUND = "greeting_found"


def _of(send: Send) -> Greeting | None:
    return Greeting.objects.select_related("kol__owner", "done_by").filter(send=send).first()


def _looked_at(send: Send) -> Greeting | None:
    """The greeting as ``wanted`` found it: what is asked in one breath is read once."""
    return vars(send)[FOUND] if FOUND in vars(send) else _of(send)


def _deliverable(send: Send) -> tuple[Greeting, User, ContactPoint]:
    """The greeting, who sends it and where to. Raises ``LookupError`` when that is gone."""
    greeting = _looked_at(send)
    if greeting is None:
        raise LookupError("The greeting is gone.")
    operator, address = greeting.done_by or greeting.kol.owner, contact.living_mail(greeting.kol)
    if operator is None or address is None:
        raise LookupError("Nobody to sign it, or no living mail address.")
    return greeting, operator, address


def wanted(send: Send, _now: datetime) -> str:
    """Empty, or why it must not go now: everything is asked again at the moment of sending."""
    greeting = vars(send)[FOUND] = _of(send)
    if greeting is None:
        return "the greeting is gone"
    if greeting.state == State.QUEUED:
        return greetable.why_not_by_mail(greeting)
    if greeting.state == State.DRAFT:
        return greetable.why_not_by_itself(greeting, policy.current())
    return f"already {greeting.state}"


def render(send: Send) -> Letter:
    """The mail from current data: from and back to the operator, with a one-click opt-out (RFC 8058)."""
    greeting, operator, address = _deliverable(send)
    sender = parseaddr(settings.MAIL_FROM)[1]
    link = opt_out.link(greeting.kol_id)
    recipient = on_the_wire(contact.value_of(address))
    with override(greeting.language):
        footer = _("If you would rather not get such mail: %(link)s") % {"link": link}
    message = new_message()
    message["Message-ID"] = send.message_id
    message["Date"] = format_datetime(send.not_before)
    message["From"] = formataddr((str(operator), sender))
    message["To"] = recipient
    message["Subject"] = greeting.subject
    if operator.email:
        message["Reply-To"] = formataddr((str(operator), operator.email))
    message["List-Unsubscribe"] = f"<{link}>"
    message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    signed = f"{greetings.text_of(greeting)}\n\n{operator.signature}".rstrip()
    message.set_content(f"{signed}\n\n--\n{footer}\n")
    return Letter(sender, recipient, message, context=address)


def wait(send: Send, now: datetime) -> datetime | None:
    """Until when it waits: what goes by itself waits for the morning there."""
    greeting = _looked_at(send)
    if greeting is None or greeting.state != State.DRAFT:
        return None
    return greetable.night_until(greeting, now)


def settled(send: Send, letter: Letter | None, now: datetime, *, address_is_dead: bool) -> None:
    """What follows: the greeting's state, a touch for what an operator sent, a dead address marked so."""
    greeting = _of(send)
    if greeting is None:
        return
    actor = Actor.job(now)
    if address_is_dead and letter is not None and isinstance(letter.context, ContactPoint):
        contact.mark_dead(actor, letter.context, localdate(now))
    if _settled_by_its_operator(greeting):
        return  # while the outcome was uncertain
    match send.state:
        case Send.State.SENT:
            _sent(actor, greeting)
        case Send.State.SKIPPED if send.outcome == TOO_LATE:
            greetings.settle(actor, greeting, State.SKIPPED, outcome=TOO_LATE, done_at=now)
        case Send.State.SKIPPED if greeting.state != State.QUEUED:
            Greeting.objects.filter(pk=greeting.pk).update(outcome=send.outcome)  # the operator's draft stays
        case _:
            greetings.settle(actor, greeting, State.FAILED, outcome=send.outcome)


def _settled_by_its_operator(greeting: Greeting) -> bool:
    skipped = greeting.state == State.SKIPPED and greeting.done_by_id is not None
    return skipped or greeting.state in (State.BY_HAND, State.SENT)


def _sent(actor: Actor, greeting: Greeting) -> None:
    """A mail of the software is no touch of the operator; one that the operator sent is."""
    greetings.settle(actor, greeting, State.SENT, channel="mail", done_at=actor.at, outcome="")
    if greeting.done_by is not None:
        author = Actor(greeting.done_by, "job", actor.at)
        text = greetings.text_of(greeting)
        touch.log(
            author,
            greeting.kol,
            channel=TouchChannel.MAIL,
            began=Touch.Began.US,
            text=text,
            voice_reason=greetings.why_a_second_voice(greeting),
        )


GREETING = Kind(wanted=wanted, render=render, settled=settled, wait=wait)
