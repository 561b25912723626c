"""Handing mail over in two steps, and what a server's reply says (RELIABILITY 1)."""

import smtplib
import time

import pytest

from kol_crm.core import mail
from kol_crm.core.mail import Letter, Rejected
from tests.sink import smtp_sink


def letter(recipient="kol@mail.example", **headers) -> Letter:
    message = mail.new_message()
    message["Message-ID"] = "<1@crm.example>"
    message["To"] = recipient
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content("第一行\n.second\n")
    return Letter("crm@crm.example", recipient, message)


@pytest.fixture
def sink():
    with smtp_sink() as sink:
        yield sink


def test_nothing_is_handed_over_before_the_second_step(sink):
    handover = mail.open_handover(letter())
    assert sink.ids == []
    handover.transmit()
    handover.close()
    assert sink.arrived[0].get_payload(decode=True).decode() == "第一行\r\n.second\r\n"


def test_a_long_link_in_a_header_stays_one_word(sink):
    link = "<https://crm.example/o/" + "a" * 150 + "/>"
    mail.open_handover(letter(List_Unsubscribe=link)).transmit()
    assert sink.arrived[0]["List-Unsubscribe"] == link


def test_a_domain_in_another_script_is_written_as_the_wire_wants_it(sink):
    address = mail.on_the_wire("si.yu@例子.公司")
    assert address == "si.yu@xn--fsqu00a.xn--55qx5d"
    mail.open_handover(letter(address)).transmit()
    assert sink.arrived[0]["To"] == address


@pytest.mark.parametrize(
    ("code", "text", "at_recipient", "dead"),
    [
        (550, "5.1.1 no such user", True, True),
        (550, "5.1.1 no such user", False, True),  # some servers say it only after DATA
        (550, "no such user", True, True),
        (553, "mailbox name not allowed", True, True),
        (550, "5.2.1 mailbox disabled", True, True),
        (552, "5.2.2 mailbox full", True, False),
        (550, "5.7.1 relaying denied", True, False),
        (530, "5.7.0 log in first", True, False),
        (554, "no", True, False),
        (550, "looks like spam", False, False),
        (450, "4.1.1 try later", True, False),
    ],
)
def test_only_a_refusal_of_the_address_says_that_nobody_is_there(code, text, at_recipient, dead):
    assert Rejected(code, text, at_recipient=at_recipient).address_is_dead is dead


def test_what_is_kept_of_a_reply_names_no_address(sink):
    sink.rcpt_reply = "550 5.1.1 <siyu@mail.example>: siyu@mail.example is unknown"
    with pytest.raises(Rejected) as refusal:
        mail.open_handover(letter("siyu@mail.example"))
    assert str(refusal.value) == "550 5.1.1 <…>: … is unknown"


def test_a_login_that_is_refused_says_nothing_of_the_letter(sink, settings):
    settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "crm", "wrong"
    with pytest.raises(mail.Unreachable):
        mail.open_handover(letter())


def test_a_reply_that_is_none_is_no_answer(sink, monkeypatch):
    handover = mail.open_handover(letter())
    replies = iter([(354, b"go on"), (-1, b"")])
    monkeypatch.setattr(smtplib.SMTP, "getreply", lambda self: next(replies))
    with pytest.raises(mail.NoAnswer):
        handover.transmit()


def send(number: int) -> None:
    one = letter()
    one.message.replace_header("Message-ID", f"<{number}@crm.example>")
    handover = mail.open_handover(one)
    try:
        handover.transmit()
    finally:
        handover.close()


def test_letters_that_follow_each_other_go_in_one_conversation(sink):
    with mail.one_line():
        send(1)
        send(2)
    assert (len(sink.lines), sink.ids) == (1, ["<1@crm.example>", "<2@crm.example>"])
    send(3)
    assert len(sink.lines) == 2, "the conversation ended with the run"


def test_a_conversation_that_the_server_ended_is_begun_again(sink):
    sink.hangs_up = True
    with mail.one_line():
        send(1)
        time.sleep(0.3)
        send(2)
    assert (len(sink.lines), sink.ids) == (2, ["<1@crm.example>", "<2@crm.example>"])


def test_after_trouble_of_any_kind_the_next_letter_has_a_conversation_of_its_own(sink):
    with mail.one_line():
        send(1)
        sink.data_reply = "451 4.3.0 later, please"
        with pytest.raises(Rejected):
            send(2)
        sink.data_reply = ""
        send(3)
    assert (len(sink.lines), sink.ids) == (2, ["<1@crm.example>", "<3@crm.example>"])


def test_a_folder_that_cannot_be_written_took_nothing(settings, tmp_path):
    (tmp_path / "file").write_text("")
    settings.EMAIL_URL = f"file://{tmp_path}/file"
    with pytest.raises(mail.Unreachable):
        mail.open_handover(letter()).transmit()
