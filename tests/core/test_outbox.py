"""The outbox against a real SMTP server (RELIABILITY 1)."""

from datetime import timedelta
from email.message import EmailMessage

import pytest

from kol_crm.core import dispatcher, outbox
from kol_crm.core.mail import Letter
from kol_crm.core.models import Send
from tests.factories import NOW
from tests.sink import smtp_sink

pytestmark = pytest.mark.django_db


class Probe:
    """A kind of mail for these tests: what it was asked, and what it heard in the end."""

    def __init__(self):
        self.reason = ""
        self.broken = False
        self.deaf = False
        self.until = None
        self.heard: list[tuple[str, bool]] = []

    def wanted(self, _send, _now):
        return self.reason

    def render(self, send):
        if self.broken:
            raise ValueError("no words")
        message = EmailMessage()
        message["Message-ID"] = send.message_id
        message["Subject"] = "Hello"
        message.set_content("one\n.two\n")
        return Letter("crm@crm.example", "kol@mail.example", message)

    def wait(self, _send, now):
        return self.until if self.until and now < self.until else None

    def settled(self, send, _letter, _now, *, address_is_dead):
        if self.deaf:
            raise ValueError("not now")
        self.heard.append((send.state, address_is_dead))


@pytest.fixture
def sink():
    with smtp_sink() as sink:
        yield sink


@pytest.fixture
def probe(monkeypatch):
    probe = Probe()
    kind = outbox.Kind(wanted=probe.wanted, render=probe.render, settled=probe.settled, wait=probe.wait)
    again = outbox.Kind(probe.wanted, probe.render, probe.settled, resend_uncertain=True)
    monkeypatch.setattr(outbox.kinds, "_providers", {"probe": kind, "staff": again})
    return probe


def queue(key="probe:1", kind="probe", **more) -> Send:
    times = {"not_before": NOW, "give_up_after": NOW + timedelta(hours=24), "at": NOW}
    return outbox.enqueue(outbox.new(key, kind, **{**times, **more}))[key]


def run(now=NOW) -> outbox.Tally:
    return dispatcher.dispatch(lambda: now)


def state() -> str:
    return Send.objects.get().state


def test_one_occurrence_is_one_row_however_often_it_is_queued(probe):
    assert queue().pk == queue().pk
    assert Send.objects.count() == 1


def test_a_due_row_is_sent_once_with_the_id_of_its_natural_key(probe, sink):
    send = queue()
    assert (run().done, run().seen) == (1, 0)
    assert sink.ids == [outbox.message_id("probe:1")]
    assert sink.arrived[0].get_payload() == "one\r\n.two\r\n"
    send.refresh_from_db()
    assert (send.state, send.attempts, send.sent_at, probe.heard) == ("sent", 1, NOW, [("sent", False)])


def test_a_row_is_not_sent_before_its_time(probe, sink):
    queue(not_before=NOW + timedelta(seconds=1))
    assert (run().seen, sink.ids, state()) == (0, [], "pending")


def test_what_is_no_longer_wanted_is_skipped_at_the_moment_of_sending(probe, sink):
    queue()
    probe.reason = "quiet mark"
    run()
    assert (sink.ids, Send.objects.get().outcome, probe.heard) == ([], "quiet mark", [("skipped", False)])


def test_past_its_last_moment_it_is_skipped_too_late(probe, sink):
    queue(give_up_after=NOW - timedelta(seconds=1))
    run()
    assert (sink.ids, state(), Send.objects.get().outcome) == ([], "skipped", "too late")


def test_the_sending_mark_is_committed_before_the_text_is_transmitted(probe, sink, monkeypatch):
    seen = []
    queue()
    transmit = dispatcher.mail.SmtpHandover.transmit
    monkeypatch.setattr(
        dispatcher.mail.SmtpHandover,
        "transmit",
        lambda self: (seen.append(state()), transmit(self))[1],
    )
    run()
    assert seen == ["sending"]


def test_who_lost_the_lease_transmits_nothing(probe, sink):
    queue()
    (row,) = dispatcher.claim(NOW, 1)
    dispatcher.recover(NOW + timedelta(hours=1))
    (other,) = dispatcher.claim(NOW + timedelta(hours=1), 1)
    dispatcher.deliver(row, lambda: NOW)
    assert sink.ids == []
    dispatcher.deliver(other, lambda: NOW)
    assert len(sink.ids) == 1


def test_a_claimed_row_is_taken_by_nobody_else(probe):
    queue()
    assert (len(dispatcher.claim(NOW, 10)), len(dispatcher.claim(NOW, 10))) == (1, 0)


@pytest.mark.parametrize(("reply", "dead"), [("550 5.1.1 no such user", True), ("553 bad name", True)])
def test_a_refused_address_fails_for_good_and_is_said_to_be_dead(probe, sink, reply, dead):
    sink.rcpt_reply = reply
    queue()
    run()
    assert (state(), probe.heard, sink.ids) == ("failed", [("failed", dead)], [])


def test_a_refused_text_fails_but_says_nothing_of_the_address(probe, sink):
    sink.data_reply = "554 5.7.1 spam"
    queue()
    run()
    assert (state(), probe.heard) == ("failed", [("failed", False)])


def test_a_passing_refusal_is_tried_again_later_and_then_arrives_once(probe, sink):
    sink.rcpt_reply = "451 try later"
    queue()
    run()
    row = Send.objects.get()
    assert (row.state, row.not_before, row.attempts) == ("pending", NOW + timedelta(minutes=1), 1)
    sink.rcpt_reply = ""
    run(NOW + timedelta(minutes=2))
    assert (state(), len(sink.ids)) == ("sent", 1)


def test_no_reply_after_the_text_is_uncertain_and_never_sent_again(probe, sink):
    sink.silent = True
    queue()
    run()
    sink.silent = False
    dispatcher.recover(NOW + timedelta(days=1))
    run(NOW + timedelta(days=1))
    assert (state(), len(sink.ids), probe.heard) == ("uncertain", 1, [("uncertain", False)])


def test_a_server_that_is_away_costs_nothing_but_time(probe, settings):
    settings.EMAIL_URL, settings.EMAIL_HOST, settings.EMAIL_PORT = "smtp://127.0.0.1:1", "127.0.0.1", 1
    queue()
    run()
    assert (state(), probe.heard) == ("pending", [])


def test_a_worker_that_died_before_the_mark_leaves_its_row_to_the_next(probe, sink):
    queue()
    dispatcher.claim(NOW, 1)
    later = NOW + timedelta(seconds=121)
    assert (dispatcher.recover(NOW), dispatcher.recover(later)) == (0, 1)
    run(later)
    assert (state(), len(sink.ids)) == ("sent", 1)


def test_a_worker_that_died_after_the_mark_leaves_an_uncertain_row(probe, sink):
    queue()
    (row,) = dispatcher.claim(NOW, 1)
    dispatcher._mark_sending(row, NOW)
    dispatcher.recover(NOW + timedelta(hours=1))
    run(NOW + timedelta(hours=1))
    assert (state(), sink.ids, probe.heard) == ("uncertain", [], [("uncertain", False)])


def test_a_reminder_to_staff_may_go_again_with_the_same_id(probe, sink):
    queue(kind="staff")
    (row,) = dispatcher.claim(NOW, 1)
    dispatcher._mark_sending(row, NOW)
    later = NOW + timedelta(hours=1)
    dispatcher.recover(later)
    run(later)
    assert (state(), sink.ids) == ("sent", [outbox.message_id("probe:1")])


def test_a_slow_worker_turns_its_own_uncertain_row_into_sent(probe, sink):
    queue()
    (row,) = dispatcher.claim(NOW, 1)
    dispatcher._mark_sending(row, NOW)
    dispatcher.recover(NOW + timedelta(hours=1))
    assert state() == "uncertain"
    kind = outbox.kinds.get("probe")
    dispatcher._settle(row, kind, probe.render(row), "sent", "250", lambda: NOW)
    assert state() == "sent"


def test_a_row_that_cannot_be_rendered_is_pushed_ahead_and_stops_no_other(probe, sink):
    queue("probe:bad")
    probe.broken = True
    run()
    row = Send.objects.get()
    assert (row.state, row.outcome, row.not_before > NOW) == ("pending", "ValueError", True)
    probe.broken = False
    queue("probe:good")
    run()
    assert sink.ids == [outbox.message_id("probe:good")]


def test_what_follows_may_fail_but_what_happened_stands(probe, sink):
    probe.deaf = True
    queue()
    run()
    assert (state(), len(sink.ids)) == ("sent", 1)


def test_a_dead_worker_is_recovered_also_where_what_follows_fails(probe, sink):
    probe.deaf = True
    queue()
    (row,) = dispatcher.claim(NOW, 1)
    dispatcher._mark_sending(row, NOW)
    assert dispatcher.recover(NOW + timedelta(hours=1)) == 1
    assert state() == "uncertain"


def test_whatever_breaks_for_one_row_the_next_is_sent(probe, sink, monkeypatch):
    deliver = dispatcher.deliver

    def breaks_once(row, clock):
        if row.key == "probe:bad":
            raise RuntimeError
        return deliver(row, clock)

    monkeypatch.setattr(dispatcher, "deliver", breaks_once)
    queue("probe:bad")
    queue("probe:good")
    tally = run()
    assert (tally.done, tally.failed, len(tally.errors)) == (1, 1, 1)
    assert sink.ids == [outbox.message_id("probe:good")]


def test_a_row_that_must_wait_goes_when_the_wait_is_over(probe, sink):
    probe.until = NOW + timedelta(hours=12)
    queue()
    run()
    assert (state(), Send.objects.get().not_before, sink.ids) == ("pending", probe.until, [])
    run(probe.until)
    assert state() == "sent"


def test_a_row_taken_back_from_a_worker_is_not_transmitted(probe, sink):
    send = queue()
    (row,) = dispatcher.claim(NOW, 1)
    assert outbox.withdraw([send.pk], "sent by hand")
    dispatcher.deliver(row, lambda: NOW)
    assert (state(), Send.objects.get().outcome, sink.ids) == ("skipped", "sent by hand", [])
    assert probe.heard == []


def test_what_is_being_transmitted_can_no_longer_be_taken_back(probe, sink):
    send = queue()
    (row,) = dispatcher.claim(NOW, 1)
    dispatcher._mark_sending(row, NOW)
    assert not outbox.withdraw([send.pk], "sent by hand")
    assert state() == "sending"


def test_the_file_adapter_writes_one_file_a_message(probe, settings, tmp_path):
    settings.EMAIL_URL = f"file://{tmp_path}"
    queue()
    run()
    (file,) = tmp_path.iterdir()
    assert (state(), file.suffix, b"Subject: Hello" in file.read_bytes()) == ("sent", ".eml", True)


def test_of_a_process_one_thread_at_a_time_hands_mail_over(probe, sink):
    """Who kills a worker of four threads leaves one letter in doubt: RELIABILITY 1, at most one a kill."""
    queue()
    with dispatcher._at_it:
        assert run().seen == 0
    assert (state(), sink.arrived) == ("pending", [])
    assert run().done == 1
    assert run().seen == 0, "and it was let go"
    assert len(sink.arrived) == 1
