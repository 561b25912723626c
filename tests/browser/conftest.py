"""Chromium against a running server.

Each test has a team of its own, so nothing has to be emptied between tests. Every page is watched: an error
on its console (a broken content policy is one) or a request to another host fails the test that opened it.
"""

import os

# Playwright's loop runs in the thread that also asks the ORM.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")

import pytest
from django.db import connection
from django.test.utils import setup_databases, teardown_databases
from django.utils import timezone
from pytest_django.live_server_helper import LiveServer

from kol_crm.core.actor import Actor
from kol_crm.core.models import Team
from tests import migrated
from tests.browser.chromium import chromium
from tests.browser.desk import Desk
from tests.browser.visitor import Visitors
from tests.factories import TeamFactory
from tests.policies import allow_everything


def pytest_collection_modifyitems(items):
    for item in items:
        if "tests/browser" in item.path.as_posix():
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def server(django_test_environment, django_db_blocker, tmp_path_factory):
    """The address of the running server; tests and its threads see each other's rows.

    The database is made here: pytest-django makes one only for tests that it empties it after. On SQLite it
    is a file, for in memory all threads of the server would share one connection.
    """
    if connection.vendor == "sqlite":
        connection.settings_dict["TEST"]["NAME"] = str(tmp_path_factory.mktemp("browser") / "test.sqlite3")
    with django_db_blocker.unblock():
        migrated.begin_as_copy(connection)
        made = setup_databases(verbosity=0, interactive=False, aliases={"default"})
        allow_everything()
        live = LiveServer("127.0.0.1")
        yield live.url
        live.stop()
        teardown_databases(made, verbosity=0)


@pytest.fixture(scope="session")
def browser():
    with chromium() as browser:
        yield browser


@pytest.fixture
def visitors(browser, server):
    """``visitors.open(user, "/kols/")`` is a page in that user's own browser; watched until the end."""
    visitors = Visitors(browser, server)
    yield visitors
    visitors.leave()


@pytest.fixture
def desk(server):
    """An operator with their files."""
    return Desk(TeamFactory(parent=Team.objects.get(parent=None)))


@pytest.fixture
def actor(desk):
    """What stood on the page before the test, done by the operator."""
    return Actor(desk.operator, "page", timezone.now())
