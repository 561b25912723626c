"""/healthz and /readyz: open to strangers, one word per part."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone
from kombu import Connection

from kol_crm import health
from kol_crm.core import generation
from kol_crm.core.models import JobRun, Send
from tests import broker

ALL_OK = dict.fromkeys(("database", "migrations", "broker", "beat", "horizon", "outbox"), "ok")


@pytest.fixture(autouse=True)
def _a_broker():
    with broker.broker("filesystem://localhost//"):
        yield


ON_POSTGRES = connection.vendor == "postgresql"


def ticked(minutes_ago: float) -> None:
    JobRun.objects.create(job="tick", started_at=timezone.now() - timedelta(minutes=minutes_ago))


def test_healthz_answers_a_stranger_without_asking_the_database(client):
    """Without the database fixture every query would be refused by pytest-django."""
    answer = client.get("/healthz")
    assert answer.status_code == 200
    assert answer.json() == {"status": "ok"}
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.django_db
def test_readyz_is_ready_when_every_part_is(client):
    ticked(minutes_ago=1)
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json() == {"status": "ok", **ALL_OK}


@pytest.mark.django_db
def test_readyz_misses_a_beat_that_never_came(client):
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json() == {"status": "unready", **ALL_OK, "beat": "silent"}


@pytest.mark.django_db
@pytest.mark.parametrize(("minutes", "state"), [(2.9, "ok"), (3.1, "silent")])
def test_a_tick_may_be_three_minutes_late(minutes, state):
    ticked(minutes_ago=minutes)
    assert health.beat_state(timezone.now()) == state


@pytest.mark.django_db
def test_another_job_is_no_tick():
    JobRun.objects.create(job="nightly", started_at=timezone.now())
    assert health.beat_state(timezone.now()) == "silent"


@pytest.mark.django_db
def test_readyz_sees_a_missing_migration(client):
    ticked(minutes_ago=1)
    MigrationRecorder.Migration.objects.filter(app="sessions").delete()
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["migrations"] == "behind"


@pytest.mark.django_db
def test_readyz_sees_a_broker_that_is_away(client, monkeypatch):
    ticked(minutes_ago=1)
    nobody = Connection("redis://127.0.0.1:1/0", connect_timeout=1)
    monkeypatch.setattr(health.celery_app, "connection_for_write", lambda **options: nobody)
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json() == {"status": "unready", **ALL_OK, "broker": "away"}


@pytest.mark.django_db
def test_readyz_sees_a_database_that_is_away_and_says_nothing_about_it(client, monkeypatch):
    def refuse(*args, **options):
        raise DatabaseError("could not connect to host db.internal")

    monkeypatch.setattr(health.connection, "ensure_connection", refuse)
    monkeypatch.setattr(health.MigrationExecutor, "__init__", refuse)
    monkeypatch.setattr(health.JobRun.objects, "filter", refuse)
    monkeypatch.setattr(health.generation, "latest", refuse)
    answer = client.get("/readyz")
    assert answer.status_code == 503
    expected = {
        "database": "away",
        "migrations": "unknown",
        "broker": "ok",
        "beat": "unknown",
        "outbox": "unknown",
    }
    expected["horizon"] = "unknown" if ON_POSTGRES else "ok"
    assert answer.json() == {"status": "unready", **expected}
    assert b"internal" not in answer.content


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_health_is_read_only(client, path):
    assert client.post(path).status_code == 405


@pytest.mark.django_db
def test_the_command_answers_for_the_named_parts(capsys):
    call_command("ready", "database", "migrations")
    assert capsys.readouterr().out == "database ok, migrations ok\n"
    with pytest.raises(CommandError, match="beat silent"):
        call_command("ready", "beat")
    with pytest.raises(CommandError, match="Unknown: bea"):
        call_command("ready", "bea")


@pytest.mark.skipif(not ON_POSTGRES, reason="on SQLite writers are served one after the other")
@pytest.mark.django_db(transaction=True)
def test_a_transaction_that_writes_for_too_long_is_told(client, monkeypatch):
    """It holds back what REST clients are told (docs/sync.md)."""
    assert health.horizon_state() == "ok"
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("BEGIN")
            cursor.execute("SELECT pg_current_xact_id()")
            assert health.horizon_state() == "ok"
            monkeypatch.setattr(health, "HORIZON_MAY_BE_OLD", timedelta(0))
            assert health.horizon_state() == "held"
    finally:
        other.close()


@pytest.mark.django_db
@pytest.mark.parametrize(("columns", "state"), [({}, "late"), ({"state": "uncertain"}, "uncertain")])
def test_readyz_tells_of_the_outbox_and_stays_ready(client, columns, state):
    ticked(minutes_ago=1)
    due = timezone.now() - timedelta(minutes=4)
    Send.objects.create(
        key="a", kind="k", not_before=due, give_up_after=due, message_id="m", created_at=due, **columns
    )
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["outbox"]) == (200, state)


@pytest.mark.django_db
def test_readyz_says_that_everything_outbound_is_held_since_a_restore(client):
    ticked(minutes_ago=1)
    generation.restored(timezone.now())
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["outbox"]) == (200, "held")
    with pytest.raises(CommandError, match="outbox held"):
        call_command("ready", "outbox")
