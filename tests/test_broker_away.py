"""Redis being down delays jobs and breaks no page (RELIABILITY 1; issue 7).

The whole suite runs without a broker (``tests/broker.py``), so each address of the matrix of rights is asked
while it is away; here are the doors that tell it of work, and that what was put in is done later.
"""

import socket
from datetime import timedelta
from threading import Thread
from urllib.parse import urlsplit

import kombu.utils.functional as kombu
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from kol_crm.celery import app
from kol_crm.core import dispatcher, jobs, outbox, work
from kol_crm.core.actor import Actor
from kol_crm.core.models import Send, Work
from kol_crm.core.tasks import waiting_work
from profiles.models import Import
from tests.broker import broker
from tests.core.test_outbox import Probe, queue
from tests.factories import NOW, make_kol
from tests.profiles.test_import_pages import TABLE, columns_of, upload
from tests.sink import smtp_sink

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def told(django_capture_on_commit_callbacks, monkeypatch, caplog):
    """Runs what is to be done after the commit, and fails where somebody sits waiting for the broker."""

    def sleep(seconds):
        raise AssertionError(f"a page waits {seconds} s for the broker")

    monkeypatch.setattr(kombu, "sleep", sleep)

    def run(door):
        with django_capture_on_commit_callbacks(execute=True) as ran:
            answer = door()
        assert ran, "this door tells nobody of its work"
        assert "no broker to tell of new work" in caplog.text
        caplog.clear()
        return answer

    return run


def test_the_suite_has_no_broker():
    where = urlsplit(app.connection_for_write().as_uri())
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((where.hostname, where.port), timeout=2)


def url_of(listening: socket.socket) -> str:
    return f"redis://127.0.0.1:{listening.getsockname()[1]}/0"


def test_a_broker_that_takes_the_call_and_says_nothing_holds_nobody_up(caplog):
    with socket.create_server(("127.0.0.1", 0)) as silent, broker(url_of(silent)):
        asking = Thread(target=work.poke, daemon=True)
        asking.start()
        asking.join(timeout=30)  # it would wait for ever
        assert not asking.is_alive()
    assert "no broker to tell of new work" in caplog.text


def test_every_door_that_starts_work_answers_at_once_and_the_work_waits(told, operator, as_user, api):
    kol, browser, client = make_kol(operator, name="a"), as_user(operator), api(operator)
    chosen = {"start": "1", "ids": str(kol.pk), "city": "上海"}
    exported = {"start": "1", "format": "csv", "all": "1"}
    bulk = {"ids": [str(kol.pk)], "changes": {"city": "杭州"}}
    doors = {
        "export": (lambda: browser.post("/exports/new/?columns=kol", exported, headers=HTMX), 200),
        "bulk": (lambda: browser.post("/kols/bulk/", chosen, headers=HTMX), 200),
        "export by API": (lambda: client.post("/api/v1/exports/", {"format": "csv"}, format="json"), 202),
        "bulk by API": (lambda: client.post("/api/v1/kols/bulk-edit/", bulk, format="json"), 202),
    }
    for number, (name, (door, status)) in enumerate(doors.items(), 1):
        assert told(door).status_code == status, name
        assert Work.objects.filter(state="waiting").count() == number, name


def test_the_doors_of_an_import_answer_at_once(told, operator, as_user, api):
    browser, client = as_user(operator), api(operator)
    upload(browser)
    pages = {name: columns_of(browser) if name == "columns" else {} for name in ("columns", "run", "undo")}
    for name, data in pages.items():
        address = reverse(f"profiles:import-{name}", args=[Import.objects.get().pk])
        assert told(lambda to=address, said=data: browser.post(to, said)).status_code == 302
        assert work.run_waiting().done == 1, name
    file = {"file": SimpleUploadedFile("again.csv", TABLE.encode())}
    made = told(lambda: client.post("/api/v1/imports/", file, format="multipart"))
    assert (made.status_code, work.run_waiting().done) == (201, 1)
    for name in ("run", "undo"):
        address = f"{made.headers['Location']}{name}/"
        assert told(lambda to=address: client.post(to)).status_code == 200
        assert work.run_waiting().done == 1, name


def test_what_waited_is_done_when_beat_asks_again(told, operator, as_user):
    kol = make_kol(operator, name="a")
    chosen = {"start": "1", "ids": str(kol.pk), "city": "上海"}
    told(lambda: as_user(operator).post("/kols/bulk/", chosen, headers=HTMX))
    waiting_work()
    kol.refresh_from_db()
    assert (Work.objects.get().state, kol.city) == ("done", "上海")


def test_what_was_put_into_the_outbox_meanwhile_is_sent_by_the_next_tick(monkeypatch):
    probe = Probe()
    kind = outbox.Kind(wanted=probe.wanted, render=probe.render, settled=probe.settled, wait=probe.wait)
    monkeypatch.setattr(outbox.kinds, "_providers", {"probe": kind})
    monkeypatch.setattr(jobs.planners, "_providers", {})
    now = dispatcher.database_clock()
    queue(not_before=now, give_up_after=now + timedelta(hours=1))
    work.poke()
    with smtp_sink() as sink:
        jobs.tick(Actor.job(NOW))
        assert (Send.objects.get().state, len(sink.arrived)) == ("sent", 1)
