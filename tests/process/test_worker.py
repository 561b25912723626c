"""Real processes: a Celery worker with beat on the embedded broker, a real SMTP server, and kills.

The oracle is the server's own log against the outbox: each Message-ID arrived at most once; each arrived, or
its row is uncertain, failed or skipped; no row says sent without an arrival. On SQLite, and where
``DATABASE_URL`` names PostgreSQL, there.
"""

import threading
import time

import pytest

from tests.process.stage import CELERY, DISPATCH, Stage, kill, stopped, wait_until

pytestmark = pytest.mark.process


def test_a_real_worker_with_beat_sends_what_is_due(stage: Stage):
    stage.ask("greetings_due", "3")
    with stage.running(*CELERY):
        wait_until(lambda: len(stage.sink.ids) == 3, 90)
        wait_until(lambda: stage.states() == {"sent": 3}, 30)
    assert stage.arrived_at_most_once()


def test_two_dispatchers_at_once_send_each_greeting_once(stage: Stage):
    stage.ask("greetings_due", "12")
    both = [stage.start(*DISPATCH) for _ in range(2)]
    for process in both:
        process.wait(timeout=120)
    stage.dispatch()
    assert stage.arrived_at_most_once()
    assert (len(stage.sink.ids), stage.states()) == (12, {"sent": 12})


def test_killed_before_the_text_left_everything_is_sent_once(stage: Stage):
    """The worker is killed between RCPT and DATA: nothing was handed over, so nothing is uncertain."""
    stage.ask("greetings_due", "3")
    with stage.sink.holding("RCPT") as reached:
        worker = stage.start(*DISPATCH)
        assert reached.wait(60)
        kill(worker)
    stage.ask("leases_run_out")
    stage.dispatch()
    assert stage.arrived_at_most_once()
    assert (len(stage.sink.ids), stage.states()) == (3, {"sent": 3})


def test_killed_after_the_text_left_it_is_shown_as_uncertain_and_never_sent_again(stage: Stage):
    """The server takes the text and the worker is killed before it hears so."""
    stage.ask("greetings_due", "4")
    with stage.sink.holding("DATA") as reached:
        worker = stage.start(*DISPATCH)
        assert reached.wait(60)
        kill(worker)
    stage.ask("leases_run_out")
    stage.dispatch()
    stage.dispatch()
    assert stage.arrived_at_most_once()
    assert (len(stage.sink.ids), stage.states()) == (4, {"sent": 3, "uncertain": 1})
    assert stage.ask("due_words") == ["No reply: it may have arrived"]


def test_killed_again_and_again_nothing_is_sent_twice_or_lost_silently(stage: Stage):
    stage.ask("greetings_due", "40")
    for arrived in (2, 7, 15, 16, 28):
        worker = stage.start(*DISPATCH)
        wait_until(lambda arrived=arrived: len(stage.sink.ids) >= arrived, 60)
        kill(worker)
        stage.ask("leases_run_out")
    stage.dispatch()
    states = stage.states()
    assert stage.arrived_at_most_once()
    assert states.get("sent", 0) + states.get("uncertain", 0) == 40
    assert states["sent"] <= len(stage.sink.ids) <= 40
    assert states.get("uncertain", 0) <= 5


def test_a_worker_that_slept_through_its_lease_still_says_what_happened(stage: Stage):
    """Stopped while it transmits; another one calls it uncertain; it wakes up and knows better."""
    stage.ask("greetings_due", "1")
    with stage.sink.holding("DATA") as reached:
        worker = stage.start(*DISPATCH)
        assert reached.wait(60)
        with stopped(worker):
            stage.ask("leases_run_out")
            stage.dispatch()
            assert stage.states() == {"uncertain": 1}
    worker.wait(timeout=60)
    assert (len(stage.sink.ids), stage.states()) == (1, {"sent": 1})


def test_a_refused_address_is_dead_and_the_greeting_waits_for_its_operator(stage: Stage):
    stage.ask("greetings_due", "1")
    stage.sink.rcpt_reply = "550 5.1.1 <k0@mail.example>: no such user"
    stage.dispatch()
    stage.dispatch()
    assert (stage.sink.ids, stage.states()) == ([], {"failed": 1})
    assert stage.ask("dead_contacts") == 1
    assert stage.ask("due_words") == ["Mail did not go: 550 5.1.1 <…>: no such user"]


def test_a_server_that_answers_later_gets_each_greeting_once(stage: Stage):
    stage.ask("greetings_due", "2")
    stage.sink.data_reply = "451 4.3.0 try later"
    stage.dispatch()
    assert stage.states() == {"pending": 2}
    stage.sink.data_reply = ""
    stage.ask("time_passes")
    stage.dispatch()
    assert stage.arrived_at_most_once()
    assert stage.states() == {"sent": 2}


def test_two_planners_at_once_plan_each_occasion_once(stage: Stage):
    """Many processes at the same moment, as with two workers by mistake."""
    stage.ask("greetings_due", "20")
    ready = threading.Barrier(4)

    def plan():
        ready.wait()
        stage.dispatch()

    threads = [threading.Thread(target=plan) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=180)
    assert stage.ask("counts") == {"greetings": 20, "sends": 20}
    assert stage.arrived_at_most_once()
    assert stage.states() == {"sent": 20}


def test_no_address_is_left_in_the_broker_or_the_log(stage: Stage):
    stage.ask("greetings_due", "1")
    with stage.running(*CELERY):
        wait_until(lambda: len(stage.sink.ids) == 1, 90)
        time.sleep(1)
    assert b"k0@mail.example" not in stage.everything_written()
