"""What every test may ask for: an operator and a colleague, a stranger elsewhere, and who is above."""

import pytest
from django.test import Client
from knox.settings import knox_settings
from rest_framework.test import APIClient

from kol_crm.core.actor import Actor
from kol_crm.core.api.auth import DEFAULT_SCOPES
from kol_crm.core.models import ApiToken, User
from tests.factories import NOW, TeamFactory, UserFactory, make_kol


@pytest.fixture(autouse=True)
def _quick_passwords(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


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
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
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
