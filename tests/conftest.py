"""What every test may ask for: an operator and a colleague, a stranger elsewhere, and who is above."""

import gc
from contextlib import contextmanager
from pathlib import Path

import pytest
import time_machine
from django.db import connection, transaction
from django.test import Client, override_settings
from django.utils import translation
from hypothesis import settings as hypothesis
from knox.settings import knox_settings
from rest_framework.test import APIClient

from kol_crm.core import installation, installation_memo
from kol_crm.core.actor import Actor
from kol_crm.core.api.auth import DEFAULT_SCOPES
from kol_crm.core.models import ApiToken, Team, User, uuid7
from lifecycle import gates
from tests import broker, emptying, migrated, quick
from tests.factories import NOW, TeamFactory, UserFactory, make_kol
from tests.permissions.asking import Askers
from tests.permissions.world import World, build

# They take minutes; at the end of a suite one worker would be alone with them.
LONGEST = frozenset({"test_permissions.py", "test_canary.py", "test_id_swap.py", "test_templates.py"})
WITH_WORLD: set[Path] = set()
HELD_WORLD = pytest.StashKey[quick.Held]()
QUICK_PASSWORDS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
gc.disable()  # until all is imported
# How long an example takes is the machine's business; all else is as hypothesis has it, here or in CI.
hypothesis.register_profile("unhurried", parent=hypothesis(), deadline=None)
hypothesis.load_profile("unhurried")


def pytest_collection_modifyitems(items):
    WITH_WORLD.update(item.path for item in items if "world" in item.fixturenames)
    items.sort(key=lambda item: (not _of_the_world(item), item.path.name not in LONGEST))


def _of_the_world(item) -> bool:
    """Whether its module begins with the world.

    What has transactions of its own empties the tables, and stays where pytest-django puts it: last.
    """
    marked = item.get_closest_marker("django_db")
    return item.path in WITH_WORLD and not (marked and marked.kwargs.get("transaction"))


def pytest_collection_finish():
    quick.collect_garbage_seldom()


@pytest.fixture(scope="session", autouse=True)
def _no_widgets(django_test_environment):
    quick.remember_no_widgets()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix, django_db_blocker):
    """Of pytest-django, which makes the database after it."""
    with django_db_blocker.unblock():
        migrated.begin_as_copy(connection)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """Of pytest-django, which empties the database after each test with transactions of its own."""
    with django_db_blocker.unblock():
        emptying.empty_quickly(connection)


@pytest.fixture(scope="session", autouse=True)
def _no_broker():
    with broker.away():
        yield


@pytest.fixture(autouse=True)
def _quick_passwords(settings):
    settings.PASSWORD_HASHERS = QUICK_PASSWORDS


@pytest.fixture(scope="session", autouse=True)
def _gates_open():
    """A test walks through open gates unless it asks for ``standing_gates``."""
    delivered = dict(gates.kinds.items())
    gates.kinds._providers.clear()
    return delivered


@pytest.fixture(autouse=True)
def _own_gates(monkeypatch):
    """What a test registers is gone with it."""
    monkeypatch.setattr(gates.kinds, "_providers", {})


@pytest.fixture
def standing_gates(_own_gates, _gates_open, monkeypatch):
    """The gates as they are delivered."""
    monkeypatch.setattr(gates.kinds, "_providers", dict(_gates_open))


@pytest.fixture(autouse=True)
def _own_language(settings):
    """A page asked for in Chinese by an earlier test leaves its language in the thread."""
    with translation.override(settings.LANGUAGE_CODE):
        yield


@pytest.fixture(autouse=True)
def _installation_as_the_environment_says(settings):
    """Remembered, so that no test counts a look at it; what changes it forgets it."""
    as_set = installation.Installation("", settings.TIME_ZONE, settings.CURRENCY)
    installation_memo.keep(as_set, seconds=float("inf"))
    yield
    installation_memo.forget()


@pytest.fixture(autouse=True)
def _never_too_often(settings):
    """A client of a test asks without a pause, unless the test is about that."""
    settings.API_AT_ONCE, settings.API_PER_MINUTE = 100_000, 200_000


@pytest.fixture(autouse=True)
def _static_files_when_asked_for(settings):
    """Each client would look through all of them when it is made."""
    settings.WHITENOISE_AUTOREFRESH = True


@pytest.fixture(autouse=True)
def _own_media(settings, tmp_path_factory):
    settings.MEDIA_ROOT = tmp_path_factory.getbasetemp() / "media"


@pytest.fixture(autouse=True)
def _own_state(settings, tmp_path_factory):
    """Each test's database begins anew beside a folder that knows none."""
    settings.STATE_DIR = tmp_path_factory.getbasetemp() / f"state-{uuid7().hex}"


@pytest.fixture(scope="session")
def _kept_back(django_db_setup, django_db_blocker, tmp_path_factory):
    """What is written inside is taken back. The tests' own transactions nest in this one."""
    media = tmp_path_factory.getbasetemp() / "media"

    @contextmanager
    def opened():
        with (
            django_db_blocker.unblock(),
            override_settings(PASSWORD_HASHERS=QUICK_PASSWORDS, MEDIA_ROOT=media),
            transaction.atomic(),
        ):
            yield
            transaction.set_rollback(True)

    return opened


@pytest.fixture(scope="module")
def standing(_kept_back):
    """``standing(build)``: what all tests of a module begin with, built once, as of ``NOW``.

    ``copy()`` of the answer is what a test may work with.
    """
    with _kept_back():
        yield time_machine.travel(NOW, tick=False)(lambda build: quick.Standing(build))


@pytest.fixture(scope="session")
def _held_world(_kept_back, pytestconfig):
    pytestconfig.stash[HELD_WORLD] = held = quick.Held(_kept_back)
    yield held
    held.let_go()


@pytest.fixture(scope="module")
def _world_as_built(_held_world):
    return _held_world.of(time_machine.travel(NOW, tick=False)(build))


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown(item, nextitem):
    """The world stands through all modules that begin with it, which follow each other."""
    if HELD_WORLD in item.config.stash and (nextitem is None or not _of_the_world(nextitem)):
        item.config.stash[HELD_WORLD].let_go()


@pytest.fixture
def world(_world_as_built, db) -> World:
    """The small world with everything in it, as of ``NOW`` (tests/permissions/world.py)."""
    return _world_as_built.copy()


@pytest.fixture
def askers(world) -> Askers:
    return Askers(world)


@pytest.fixture
def _top_team(transactional_db):
    """The test before this one emptied the tables, the first migration's rows with them."""
    key = uuid7()
    Team.objects.get_or_create(parent=None, defaults={"id": key, "name": "KOL operations", "path": f"{key}/"})


@pytest.fixture
def now():
    return NOW


@pytest.fixture
def team(db):
    return TeamFactory(name="East")


@pytest.fixture
def operator(team):
    return UserFactory(username="operator", team=team)


@pytest.fixture
def colleague(team):
    return UserFactory(username="colleague", team=team)


@pytest.fixture
def stranger(db):
    """An operator of another team."""
    return UserFactory(username="stranger", team=TeamFactory(name="West"))


@pytest.fixture
def manager(team):
    return UserFactory(username="manager", team=team, role=User.Role.MANAGER)


@pytest.fixture
def manager_elsewhere(stranger):
    return UserFactory(username="elsewhere", team=stranger.team, role=User.Role.MANAGER)


@pytest.fixture
def finance(team):
    return UserFactory(username="finance", team=team, role=User.Role.FINANCE)


@pytest.fixture
def admin(db):
    return UserFactory(username="admin", team=None, role=User.Role.ADMIN)


@pytest.fixture
def actor(operator, now):
    return Actor(operator, "page", now)


@pytest.fixture
def kol(operator):
    return make_kol(operator)


@pytest.fixture
def as_user():
    """``as_user(operator)`` is a browser logged in as that user."""

    def login(user) -> Client:
        client = Client()
        client.force_login(user, backend="kol_crm.core.backends.ByName")
        return client

    return login


@pytest.fixture
def api():
    """``api(operator, "kols:read")`` is a REST client with a token of these scopes (the usual three)."""

    def client_of(user, *scopes) -> APIClient:
        instance, token = ApiToken.objects.create(user, scopes=list(scopes or DEFAULT_SCOPES), prefix="")
        assert instance.pk
        client = APIClient()
        client.credentials(HTTP_AUTHORIZATION=f"{knox_settings.AUTH_HEADER_PREFIX} {token}")
        return client

    return client_of
