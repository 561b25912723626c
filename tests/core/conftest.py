"""A real server that listens for what is handed over by HTTP."""

import pytest

from tests.receiver import http_receiver


@pytest.fixture
def receiver(settings):
    settings.OUTGOING_ALLOW = ["127.0.0.1/32"]
    settings.OUTGOING_TIMEOUT_SECONDS = 0.5
    with http_receiver() as server:
        yield server
