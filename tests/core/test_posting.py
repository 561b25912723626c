"""Handing over by HTTP, against a real server on this machine (RELIABILITY 1, address guard)."""

import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from kol_crm.core import mail, posting


class Receiver(BaseHTTPRequestHandler):
    """Answers as its server is told, and keeps what came."""

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.came.append((self.path, dict(self.headers), body))
        if self.server.answer is None:
            time.sleep(2)
            return
        status, headers, text = self.server.answer
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_words):
        """Quiet."""


@contextmanager
def http_receiver():
    """A server on 127.0.0.1; ``came`` is what it got, ``answer`` what it says (None: nothing)."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    server.came, server.answer = [], (200, {}, b"ok")
    server.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture
def receiver(settings):
    settings.OUTGOING_ALLOW = ["127.0.0.1/32"]
    settings.OUTGOING_TIMEOUT_SECONDS = 0.5
    with http_receiver() as server:
        yield server


def handed_over(url):
    handover = posting.open_post(posting.Post(url, {"Content-Type": "text/plain"}, b"words"))
    try:
        return handover.transmit()
    finally:
        handover.close()


def test_a_post_arrives_and_the_answer_comes_back(receiver):
    assert handed_over(f"{receiver.url}/hook?a=1") == "200 ok"
    ((path, headers, body),) = receiver.came
    assert (path, body) == ("/hook?a=1", b"words")
    assert headers["Host"] == receiver.url.removeprefix("http://")
    assert headers["Content-Type"] == "text/plain"


@pytest.mark.parametrize("status", [302, 400, 404, 429, 500, 503])
def test_every_no_but_gone_may_be_a_yes_tomorrow(receiver, status):
    receiver.answer = (status, {}, b"no")
    with pytest.raises(posting.Declined) as declined:
        handed_over(receiver.url)
    assert not declined.value.permanent
    assert not declined.value.address_is_dead


def test_gone_is_for_good(receiver):
    receiver.answer = (410, {}, b"")
    with pytest.raises(posting.Declined) as declined:
        handed_over(receiver.url)
    assert declined.value.permanent
    assert declined.value.address_is_dead


def test_a_redirect_is_not_followed(receiver):
    receiver.answer = (307, {"Location": f"{receiver.url}/elsewhere"}, b"")
    with pytest.raises(posting.Declined, match="307"):
        handed_over(receiver.url)
    assert [path for path, _headers, _body in receiver.came] == ["/"]


def test_no_answer_is_not_a_no(receiver):
    receiver.answer = None
    with pytest.raises(mail.NoAnswer):
        handed_over(receiver.url)
    assert len(receiver.came) == 1


def test_nobody_there_is_unreachable(receiver):
    receiver.shutdown()
    receiver.server_close()
    with pytest.raises(mail.Unreachable):
        handed_over(receiver.url)


def test_an_internal_address_is_refused_before_anything_is_said(receiver, settings):
    settings.OUTGOING_ALLOW = []
    with pytest.raises(posting.Declined, match=r"not called|internal"):
        handed_over(receiver.url)
    assert receiver.came == []


def test_other_schemes_are_refused(receiver):
    with pytest.raises(posting.Declined, match="only http") as declined:
        posting.open_post(posting.Post("ftp://files.example/x", {}, b""))
    assert declined.value.permanent
    assert receiver.came == []
