"""What the tests of races share: acts that start at the same moment, each in a thread of its own."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.conf import settings
from django.db import connection

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
