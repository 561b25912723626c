"""Handing over by HTTP, against a real server on this machine (RELIABILITY 1, address guard)."""

import pytest

from kol_crm.core import mail, posting


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
