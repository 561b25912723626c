"""Handing mail over in two steps, with the "sending" mark between them (RELIABILITY 1, STACK 7).

``open_handover(letter)`` does everything up to and with RCPT; ``Handover.transmit`` does DATA. Django's own
backend does both in one call, which leaves no place for the mark. Adapters (``EMAIL_URL``): smtp and file.
"""

import os
import re
import smtplib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from typing import Protocol

from django.conf import settings

PERMANENT = 500
NOBODY_THERE = (550, 551, 553)  # to RCPT, from a server that gives no enhanced code (RFC 3463)
ENHANCED = re.compile(r"^5\.\d+\.\d+\b")
NO_MAILBOX = re.compile(r"^5\.(1\.\d+|2\.1)\b")
ADDRESS = re.compile(r"[^\s<>\"'(),;:]+@[^\s<>\"'(),;:]+")


@dataclass(frozen=True)
class Letter:
    """What goes to whom. ``context`` is whatever the kind that rendered it wants back when it is settled."""

    sender: str
    recipient: str
    message: EmailMessage
    context: object = None


def new_message() -> EmailMessage:
    """An empty message in seven bits whose long addresses in headers stay whole.

    Folded at 78, Python writes an address of a link as an encoded word, which no mail program follows.
    """
    return EmailMessage(policy=SMTP.clone(cte_type="7bit", max_line_length=900))


def on_the_wire(address: str) -> str:
    """The address as SMTP writes it: a domain in other scripts in its ASCII form. Raises ``UnicodeError``."""
    name, _at, host = address.rpartition("@")
    return f"{name}@{host.encode('idna').decode()}"


class Unreachable(Exception):
    """Nothing was handed over: it is safe to try again."""


class Rejected(Exception):
    """The server said no, before or at DATA: nothing was taken."""

    def __init__(self, code: int, text: str, *, at_recipient: bool = False):
        super().__init__(f"{code} {text}")
        self.code = code
        self.text = text
        self.at_recipient = at_recipient

    @property
    def permanent(self) -> bool:
        return self.code >= PERMANENT

    @property
    def address_is_dead(self) -> bool:
        """The server knows for good that nobody is there.

        A refusal for other reasons (no login, no relaying, spam) says nothing of the address: read as if it
        did, one wrong setting would mark every contact dead.
        """
        if not self.permanent:
            return False
        if ENHANCED.match(self.text):
            return bool(NO_MAILBOX.match(self.text))
        return self.at_recipient and self.code in NOBODY_THERE


class NoAnswer(Exception):
    """The text was transmitted and no reply came: it may have arrived, and must not be sent again blindly."""


class Handover(Protocol):
    def transmit(self) -> str:
        """DATA; the server's reply. Raises ``Rejected``, ``NoAnswer``, ``Unreachable`` (nothing taken)."""

    def close(self) -> None: ...


def open_handover(letter: Letter) -> Handover:
    """Everything before DATA. Raises ``Unreachable`` or ``Rejected``.

    The text is built first: a letter that cannot be written fails here, with nothing under way.
    """
    if settings.EMAIL_URL.startswith("file://"):
        return FileHandover(Path(settings.EMAIL_URL.removeprefix("file://")), letter.message)
    return SmtpHandover(letter)


class FileHandover:
    """One file a message, named by its Message-ID: written twice it is still one."""

    def __init__(self, folder: Path, message: EmailMessage):
        self.folder = folder
        self.name = re.sub(r"[^\w.-]", "_", message["Message-ID"].strip("<>")) + ".eml"
        self.text = message.as_bytes()

    def transmit(self) -> str:
        draft = self.folder / f".{self.name}.{os.getpid()}"
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            draft.write_bytes(self.text)
            draft.replace(self.folder / self.name)
        except OSError as error:
            raise Unreachable(str(error)) from error
        return self.name

    def close(self) -> None:
        """Nothing stays open."""


# Of a thread that sends one letter after the other: the conversation that the last one left in order.
_line = threading.local()


@contextmanager
def one_line() -> Iterator[None]:
    """Within, letters follow each other in one conversation: to log in costs more than a letter."""
    _line.kept, _line.free = True, None
    try:
        yield
    finally:
        _line.kept = False
        _hang_up()


def _hang_up() -> None:
    free, _line.free = getattr(_line, "free", None), None
    if free is not None:
        free.close()


class SmtpHandover:
    """One message in an SMTP conversation, which the next may go on with where this one ended well."""

    def __init__(self, letter: Letter):
        self.text = _dot_stuffed(letter.message.as_bytes())
        self.in_order = False
        self.smtp, begun = _begun(letter.sender)
        try:
            self._expect(begun)
            self._expect(self.smtp.rcpt(letter.recipient), at_recipient=True)
        except (OSError, smtplib.SMTPException) as error:
            self.close()
            raise Unreachable(_words(error)) from error

    def _expect(self, reply: tuple[int, bytes], *, at_recipient: bool = False) -> None:
        code, text = reply
        if not 200 <= code < 300:
            self.close()
            raise Rejected(code, _words(text), at_recipient=at_recipient)

    def transmit(self) -> str:
        try:
            self.smtp.putcmd("data")
            code, text = self.smtp.getreply()
        except (OSError, smtplib.SMTPException) as error:
            raise Unreachable(_words(error)) from error
        if code != 354:
            raise Rejected(code, _words(text))
        try:
            self.smtp.send(self.text)
            code, text = self.smtp.getreply()
        except (OSError, smtplib.SMTPException) as error:
            raise NoAnswer(_words(error)) from error
        if 400 <= code < 600:
            raise Rejected(code, _words(text))
        if not 200 <= code < 300:
            raise NoAnswer(_words(text))
        self.in_order = True
        return _words(text)

    def close(self) -> None:
        """Whatever went otherwise than well ends the conversation: nothing of it reaches the next letter."""
        if self.in_order and getattr(_line, "kept", False):
            _line.free = self.smtp
        else:
            self.smtp.close()


def _begun(sender: str) -> tuple[smtplib.SMTP, tuple[int, bytes]]:
    """A conversation with its reply to MAIL: the one left in order, or a new one if that has ended.

    Raises ``Unreachable``.
    """
    smtp, _line.free = getattr(_line, "free", None), None
    if smtp is not None:
        try:
            reply = smtp.mail(sender)
        except (OSError, smtplib.SMTPException):
            reply = (0, b"")
        if 200 <= reply[0] < 300:
            return smtp, reply
        smtp.close()
    smtp = _conversation()
    try:
        return smtp, smtp.mail(sender)
    except (OSError, smtplib.SMTPException) as error:
        smtp.close()
        raise Unreachable(_words(error)) from error


def _conversation() -> smtplib.SMTP:
    """Connected, secured and logged in. All trouble so far is with us or the server, not with the letter."""
    server = smtplib.SMTP_SSL if getattr(settings, "EMAIL_USE_SSL", False) else smtplib.SMTP
    try:
        smtp = server(settings.EMAIL_HOST, settings.EMAIL_PORT, timeout=settings.SMTP_TIMEOUT_SECONDS)
    except (OSError, smtplib.SMTPException) as error:
        raise Unreachable(_words(error)) from error
    try:
        smtp.ehlo_or_helo_if_needed()
        if getattr(settings, "EMAIL_USE_TLS", False):
            smtp.starttls()
            smtp.ehlo()
        if settings.EMAIL_HOST_USER:
            smtp.login(settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD)
    except (OSError, smtplib.SMTPException) as error:
        smtp.close()
        raise Unreachable(_words(error)) from error
    return smtp


def _dot_stuffed(text: bytes) -> bytes:
    lines = re.sub(rb"\r\n|\r|\n", b"\r\n", text)
    stuffed = re.sub(rb"(?m)^\.", b"..", lines)
    return stuffed + (b"" if stuffed.endswith(b"\r\n") else b"\r\n") + b".\r\n"


def _words(said: bytes | str | Exception) -> str:
    """What the server said, without the addresses that it repeats: they are kept only in protected form."""
    text = said.decode(errors="replace") if isinstance(said, bytes) else str(said)
    return ADDRESS.sub("…", text)
