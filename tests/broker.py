"""Where the suite's broker is: nowhere. Every page, door and job of every test is asked while it is away."""

import socket
from contextlib import contextmanager

from kol_crm.celery import app


def closed_port() -> int:
    """One at which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def broker(url: str):
    """Celery's broker is that one."""
    before = app.conf.broker_url, app.conf.broker_transport_options
    app.conf.broker_url = url
    app.conf.broker_transport_options = before[1] if url.startswith("filesystem") else {}
    try:
        yield
    finally:
        app.conf.broker_url, app.conf.broker_transport_options = before


def away():
    return broker(f"redis://127.0.0.1:{closed_port()}/0")
