"""Mails to staff: in their language, from the installation, with the Message-ID that follows from the key."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from email.utils import format_datetime, formataddr, parseaddr
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone
from django.utils.translation import override

from kol_crm.core import clock, installation
from kol_crm.core.mail import Letter, new_message, on_the_wire
from kol_crm.core.models import Send, User


def reader(send: Send) -> User:
    """Whose mail it is: none is written to the outbox without."""
    if send.recipient is None:
        raise ValueError("A mail to staff has its person.")
    return send.recipient


def zone_of(user: User) -> str:
    return user.zone or installation.zone()


def day_of(send: Send) -> date:
    """The day that it is for its reader when the mail is due."""
    return clock.local_day(send.not_before, zone_of(reader(send)))


def unreachable(send: Send) -> str:
    """Why nothing can be mailed to them; empty where it can."""
    user = reader(send)
    if not user.is_active:
        return "the person has left"
    return "" if user.email else "no mail address"


@contextmanager
def words_of(user: User) -> Iterator[None]:
    """Within, words and times are the user's."""
    with override(user.language or settings.LANGUAGE_CODE), timezone.override(ZoneInfo(zone_of(user))):
        yield


def letter(send: Send, subject: str, lines: list[str]) -> Letter:
    """The mail itself; under its lines stands where the software is."""
    sender, recipient = parseaddr(settings.MAIL_FROM)[1], on_the_wire(reader(send).email)
    message = new_message()
    message["Message-ID"] = send.message_id
    message["Date"] = format_datetime(send.not_before)
    message["From"] = formataddr((installation.name() or "KOL CRM", sender))
    message["To"] = recipient
    message["Subject"] = subject
    message.set_content("\n".join([*lines, "", settings.BASE_URL]))
    return Letter(sender, recipient, message)
