"""A real SMTP server for tests: keeps what arrived, and answers as it is told to."""

import socket
from contextlib import contextmanager
from email import message_from_bytes

from aiosmtpd.controller import Controller
from django.test import override_settings


class Sink:
    """``rcpt_reply``/``data_reply`` empty: accept. ``silent``: take the text and close without a reply."""

    def __init__(self):
        self.arrived: list = []
        self.rcpt_reply = ""
        self.data_reply = ""
        self.silent = False
        self.before_data = None

    async def handle_RCPT(self, server, session, envelope, address, rcpt_options):
        if self.rcpt_reply:
            return self.rcpt_reply
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        if self.before_data:
            self.before_data()
        if self.data_reply:
            return self.data_reply
        self.arrived.append(message_from_bytes(envelope.content))
        if self.silent:
            server.transport.close()
        return "250 2.0.0 taken"

    @property
    def ids(self) -> list[str]:
        return [message["Message-ID"] for message in self.arrived]


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def smtp_sink():
    """The sink, and settings that send to it."""
    sink = Sink()
    port = free_port()
    controller = Controller(sink, hostname="127.0.0.1", port=port, ready_timeout=10)
    controller.start()
    try:
        with override_settings(
            EMAIL_URL=f"smtp://127.0.0.1:{port}",
            EMAIL_HOST="127.0.0.1",
            EMAIL_PORT=port,
            EMAIL_HOST_USER="",
            SMTP_TIMEOUT_SECONDS=5,
        ):
            yield sink
    finally:
        controller.stop()
