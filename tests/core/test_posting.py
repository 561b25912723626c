"""Handing over by HTTP, against a real server on this machine (RELIABILITY 1, address guard)."""

import time

import httpcore
import pytest

from kol_crm.core import guarded, mail, posting


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


def slowly(words, pause=0.04):
    """An answer a byte at a time, none of which is late."""

    def write(wfile):
        for byte in words:
            try:
                wfile.write(bytes([byte]))
            except OSError:
                return
            time.sleep(pause)

    return write


@pytest.mark.parametrize("before", [b"", b"HTTP/1.1 100 Continue\r\n\r\n"])
def test_an_answer_that_comes_a_byte_at_a_time_is_none(receiver, settings, before):
    settings.OUTGOING_TIMEOUT_SECONDS = 0.5
    receiver.answer = slowly(before + b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
    with pytest.raises(mail.NoAnswer):
        handed_over(receiver.url)


def test_of_words_that_never_come_to_their_end_the_status_counts(receiver, settings):
    settings.OUTGOING_TIMEOUT_SECONDS = 0.5
    start = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n"
    drip = slowly(b"0" * 20 + b"!")

    def write(wfile):
        wfile.write(start)
        drip(wfile)

    receiver.answer = write
    assert handed_over(receiver.url) == "200 ok"


def test_a_name_with_many_addresses_is_tried_no_longer_than_one(monkeypatch, settings):
    settings.OUTGOING_TIMEOUT_SECONDS = 9.0
    clock, waited = [0.0], []

    def unanswered(_network, _address, _port, timeout):
        waited.append(timeout)
        clock[0] += timeout / 2
        raise httpcore.ConnectTimeout

    monkeypatch.setattr(guarded, "checked", lambda _host, _port: [f"203.0.113.{n}" for n in range(200)])
    monkeypatch.setattr(httpcore.SyncBackend, "connect_tcp", unanswered)
    monkeypatch.setattr(posting.time, "monotonic", lambda: clock[0])
    with pytest.raises(mail.Unreachable):
        handed_over("http://many.example/")
    assert sum(waited) <= 18.0


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


@pytest.mark.parametrize("url", ["https://例子.example/", "https://hook.example/例", "http://a:99999/"])
def test_what_is_no_address_is_refused_for_good(url):
    with pytest.raises(posting.Declined, match="no address") as declined:
        handed_over(url)
    assert declined.value.permanent


def test_a_name_that_is_none_is_unreachable():
    with pytest.raises(mail.Unreachable):
        handed_over(f"http://{'a' * 64}.example/")
