"""What the tests of races share: acts that start at the same moment, each in a thread of its own."""

import time
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.conf import settings
from django.db import connection, transaction

from kol_crm.core.errors import Conflict, Refused

RACING = [
    pytest.mark.process,
    pytest.mark.usefixtures("_top_team"),
    # Naming the apps lets the tables be emptied in a cascade: knox keeps one that no model of ours knows.
    pytest.mark.django_db(transaction=True, available_apps=list(settings.INSTALLED_APPS)),
]


def at_once(*acts) -> list:
    """Run the acts in threads that start together; what each returned or raised."""
    start = Barrier(len(acts))

    def run(act):
        start.wait()
        try:
            return act()
        except (Conflict, Refused) as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def one_behind_the_other(ahead, behind, then) -> list:
    """``ahead`` and ``then`` in one transaction; between them ``behind`` comes, as far as it gets without.

    Where the two lock in different orders PostgreSQL ends one, every time. What ``then`` and ``behind``
    returned or raised.
    """

    def follow():
        try:
            return behind()
        except (Conflict, Refused) as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            ahead()
            following = pool.submit(follow)
            while not (following.done() or _waited_for()):
                time.sleep(0.01)
            first = then()
        return [first, following.result(timeout=30)]


def _waited_for() -> bool:
    """Somebody waits for this transaction."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM pg_locks "
            "WHERE NOT granted AND pg_backend_pid() = ANY (pg_blocking_pids(pid)))"
        )
        return cursor.fetchone()[0]
