"""Is this installation alive? ``/healthz`` for who restarts it, ``/readyz`` for who sends it traffic.

Both are open to strangers and therefore say what is wrong in one word, never a name, an address or a count.
"""

from datetime import datetime, timedelta

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from kombu.exceptions import OperationalError as BrokerError

from kol_crm.celery import app as celery_app
from kol_crm.core import generation, job_board
from kol_crm.core.jobs import TICK
from kol_crm.core.models import JobRun, Send

TICK_MAY_BE_LATE = timedelta(minutes=3)
BROKER_PATIENCE_SECONDS = 3
HORIZON_MAY_BE_OLD = timedelta(seconds=60)
HELD = """
SELECT EXISTS (
    SELECT 1 FROM pg_stat_activity
    WHERE backend_xid IS NOT NULL AND xact_start < now() - %s AND datname = current_database()
) OR EXISTS (SELECT 1 FROM pg_prepared_xacts)
"""


def database_state() -> str:
    try:
        connection.ensure_connection()
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return "away"
    return "ok"


def migrations_state() -> str:
    try:
        executor = MigrationExecutor(connection)
        behind = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError:
        return "unknown"
    return "behind" if behind else "ok"


def broker_state() -> str:
    try:
        with celery_app.connection_for_write(connect_timeout=BROKER_PATIENCE_SECONDS) as broker:
            broker.ensure_connection(max_retries=1, interval_start=0, timeout=BROKER_PATIENCE_SECONDS)
            broker.default_channel.close()  # opening a channel is what speaks to Redis
    except (BrokerError, OSError):
        return "away"
    return "ok"


def beat_state(now: datetime) -> str:
    """Whether the tick, which beat asks for twice a minute and a worker runs, has come lately."""
    try:
        ticked = JobRun.objects.filter(job=TICK, started_at__gt=now - TICK_MAY_BE_LATE).exists()
    except DatabaseError:
        return "unknown"
    return "ok" if ticked else "silent"


def horizon_state() -> str:
    """Whether a transaction holds back what REST clients are told: one that writes longer than a minute."""
    if connection.vendor != "postgresql":
        return "ok"
    try:
        with connection.cursor() as cursor:
            cursor.execute(HELD, [HORIZON_MAY_BE_OLD])
            held = cursor.fetchone()[0]
    except DatabaseError:
        return "unknown"
    return "held" if held else "ok"


def outbox_state(now: datetime) -> str:
    """Whether what is due goes: ``held`` since a restore, ``late``, ``uncertain`` where somebody looks."""
    try:
        life = generation.latest()
        if life is not None and life.is_held:
            return "held"
        if job_board.oldest_late(now) is not None:
            return "late"
        return "uncertain" if Send.objects.filter(state=Send.State.UNCERTAIN).exists() else "ok"
    except DatabaseError:
        return "unknown"


def readiness(now: datetime) -> dict[str, str]:
    """The state of each thing that a request or a job needs: ``ok``, or in one word what is wrong."""
    return {
        "database": database_state(),
        "migrations": migrations_state(),
        "broker": broker_state(),
        "beat": beat_state(now),
        "horizon": horizon_state(),
        "outbox": outbox_state(now),
    }


@login_not_required
@require_safe
@never_cache
def healthz(_request: HttpRequest) -> JsonResponse:
    """200 as long as the process answers at all; asks nothing of database or broker."""
    return JsonResponse({"status": "ok"})


@login_not_required
@require_safe
@never_cache
def readyz(_request: HttpRequest) -> JsonResponse:
    """200 if everything that pages need is ``ok``, otherwise 503 with the same parts.

    The outbox is told and decides nothing: an admin sets it right on a page.
    """
    parts = readiness(timezone.now())
    ready = all(state == "ok" for name, state in parts.items() if name != "outbox")
    return JsonResponse({"status": "ok" if ready else "unready", **parts}, status=200 if ready else 503)
