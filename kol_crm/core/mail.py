"""Handing mail over in two steps, with the "sending" mark between them (RELIABILITY 1, STACK 7).

``open_handover(letter)`` does everything up to and with RCPT; ``Handover.transmit`` does DATA. Django's own backend
does both in one call, which leaves no place for the mark. Adapters by ``EMAIL_URL``: ``smtp:`` and ``file:``.
"""

import os
import re
import smtplib
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from typing import Protocol

from django.conf import settings

PERMANENT = 500


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


class Unreachable(Exception):
    """Nothing was handed over: it is safe to try again."""


class Rejected(Exception):
    """The server said no, before or at DATA: nothing was taken."""

    def __init__(self, code: int, text: str, *, at_recipient: bool = False):
        super().__init__(f"{code} {text}")
        self.code = code
        self.at_recipient = at_recipient

    @property
    def permanent(self) -> bool:
        return self.code >= PERMANENT

    @property
    def address_is_dead(self) -> bool:
        """The server knows for good that nobody is there (5xx to RCPT, or an enhanced code 5.1.x)."""
        return self.permanent and (self.at_recipient or " 5.1." in f" {self.args[0].split(' ', 1)[-1]}")


class NoAnswer(Exception):
    """The text was transmitted and no reply came: it may have arrived, and must not be sent again blindly."""


class Handover(Protocol):
    def transmit(self, message: EmailMessage) -> str:
        """DATA; the server's reply. Raises ``Rejected``, ``NoAnswer`` or (nothing was transmitted) ``Unreachable``."""

    def close(self) -> None: ...


def open_handover(letter: Letter) -> Handover:
    """Everything before DATA. Raises ``Unreachable`` or ``Rejected``."""
    if settings.EMAIL_URL.startswith("file://"):
        return FileHandover(Path(settings.EMAIL_URL.removeprefix("file://")))
    return SmtpHandover(letter)


class FileHandover:
    """One file a message, named by its Message-ID: written twice it is still one."""

    def __init__(self, folder: Path):
        self.folder = folder

    def transmit(self, message: EmailMessage) -> str:
        self.folder.mkdir(parents=True, exist_ok=True)
        name = re.sub(r"[^\w.-]", "_", message["Message-ID"].strip("<>")) + ".eml"
        draft = self.folder / f".{name}.{os.getpid()}"
        draft.write_bytes(message.as_bytes())
        draft.replace(self.folder / name)
        return name

    def close(self) -> None:
        """Nothing stays open."""


class SmtpHandover:
    """One SMTP conversation for one message."""

    def __init__(self, letter: Letter):
        timeout = settings.SMTP_TIMEOUT_SECONDS
        server = smtplib.SMTP_SSL if getattr(settings, "EMAIL_USE_SSL", False) else smtplib.SMTP
        try:
            self.smtp = server(settings.EMAIL_HOST, settings.EMAIL_PORT, timeout=timeout)
            self._introduce()
            self._expect(self.smtp.mail(letter.sender))
            self._expect(self.smtp.rcpt(letter.recipient), at_recipient=True)
        except smtplib.SMTPResponseException as error:
            raise Rejected(error.smtp_code, _text(error.smtp_error)) from error
        except (OSError, smtplib.SMTPException) as error:
            raise Unreachable(str(error)) from error

    def _introduce(self) -> None:
        self.smtp.ehlo_or_helo_if_needed()
        if getattr(settings, "EMAIL_USE_TLS", False):
            self.smtp.starttls()
            self.smtp.ehlo()
        if settings.EMAIL_HOST_USER:
            self.smtp.login(settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD)

    def _expect(self, reply: tuple[int, bytes], *, at_recipient: bool = False) -> None:
        code, text = reply
        if not 200 <= code < 300:
            self.close()
            raise Rejected(code, _text(text), at_recipient=at_recipient)

    def transmit(self, message: EmailMessage) -> str:
        try:
            self.smtp.putcmd("data")
            code, text = self.smtp.getreply()
        except (OSError, smtplib.SMTPException) as error:
            raise Unreachable(str(error)) from error
        if code != 354:
            raise Rejected(code, _text(text))
        try:
            self.smtp.send(_dot_stuffed(message.as_bytes()))
            code, text = self.smtp.getreply()
        except (OSError, smtplib.SMTPException) as error:
            raise NoAnswer(str(error)) from error
        if code != 250:
            raise Rejected(code, _text(text))
        return _text(text)

    def close(self) -> None:
        self.smtp.close()


def _dot_stuffed(text: bytes) -> bytes:
    lines = re.sub(rb"\r\n|\r|\n", b"\r\n", text)
    stuffed = re.sub(rb"(?m)^\.", b"..", lines)
    return stuffed + (b"" if stuffed.endswith(b"\r\n") else b"\r\n") + b".\r\n"


def _text(reply: bytes | str) -> str:
    return reply.decode(errors="replace") if isinstance(reply, bytes) else reply
