"""A real SMTP server for tests: keeps what arrived, and answers as it is told to."""

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes

from aiosmtpd.controller import Controller
from django.test import override_settings


class Sink:
    """``rcpt_reply``/``data_reply`` empty: accept. ``silent``: take the text and close without a reply.

    While it is ``holding("RCPT")`` or ``holding("DATA")`` it says nothing there; a text is taken before.
    """

    def __init__(self):
        self.held_at = ""
        self.reached = threading.Event()
        self.arrived: list = []
        self.lines: set = set()  # who connected from where
        self.hangs_up = False  # after each text it took
        self.rcpt_reply = ""
        self.data_reply = ""
        self.silent = False

    async def handle_RCPT(self, server, session, envelope, address, rcpt_options):
        self.lines.add(session.peer)
        await self._hold("RCPT")
        if self.rcpt_reply:
            return self.rcpt_reply
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        if self.data_reply:
            return self.data_reply
        self.arrived.append(message_from_bytes(envelope.content))
        await self._hold("DATA")
        if self.silent:
            server.transport.close()
        if self.hangs_up:
            asyncio.get_running_loop().call_later(0.01, server.transport.close)
        return "250 2.0.0 taken"

    @contextmanager
    def holding(self, at: str) -> Iterator[threading.Event]:
        """The event says that somebody waits there."""
        self.held_at = at
        self.reached.clear()
        try:
            yield self.reached
        finally:
            self.held_at = ""

    async def _hold(self, at: str) -> None:
        while self.held_at == at:
            self.reached.set()
            await asyncio.sleep(0.02)

    @property
    def ids(self) -> list[str]:
        return [message["Message-ID"] for message in self.arrived]


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def sink_at_free_port() -> Iterator[tuple[Sink, int]]:
    sink, port = Sink(), free_port()
    controller = Controller(sink, hostname="127.0.0.1", port=port, ready_timeout=10)
    controller.start()
    try:
        yield sink, port
    finally:
        controller.stop()


@contextmanager
def smtp_sink() -> Iterator[Sink]:
    """The sink, and settings that send to it."""
    with (
        sink_at_free_port() as (sink, port),
        override_settings(
            EMAIL_URL=f"smtp://127.0.0.1:{port}",
            EMAIL_HOST="127.0.0.1",
            EMAIL_PORT=port,
            EMAIL_HOST_USER="",
            SMTP_TIMEOUT_SECONDS=5,
        ),
    ):
        yield sink
