"""Getting in and being put out: guesses are counted, the deactivated are out at once (RELIABILITY, notes)."""

import pytest
from django.contrib.auth import SESSION_KEY
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from kol_crm.core.models import User
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
WRONG_GUESSES = 5


@pytest.fixture(autouse=True)
def _no_earlier_guesses(db):
    cache.clear()
    yield
    cache.clear()


def login(client: Client, username: str, password: str) -> bool:
    """Whether it let us in."""
    client.post(reverse("account_login"), {"login": username, "password": password})
    return SESSION_KEY in client.session


def test_guesses_are_counted_in_the_database_and_end(operator, settings):
    """After five wrong ones in five minutes the right password is refused too, from any browser."""
    assert settings.CACHES["default"]["BACKEND"].endswith("DatabaseCache")
    assert login(Client(), "operator", "pw")
    for guess in range(WRONG_GUESSES):
        assert not login(Client(), "operator", f"guess {guess}")
    assert not login(Client(), "operator", "pw")
    assert login(Client(), UserFactory(username="somebody").username, "pw")


def test_many_accounts_cannot_be_tried_from_one_place(operator):
    for guess in range(10):
        login(Client(), f"user{guess}", "guess")
    assert not login(Client(), "operator", "pw")


def test_whether_an_account_exists_is_not_told(operator):
    texts = set()
    for name in ("operator", "nobody"):
        answer = Client().post(reverse("account_login"), {"login": name, "password": "wrong"})
        texts.add(str(answer.context["form"].errors))
    assert len(texts) == 1


def test_nobody_signs_up(client):
    before = User.objects.count()
    client.post(reverse("account_signup"), {"username": "new", "password1": "a long enough one"})
    assert User.objects.count() == before


def test_the_demo_password_opens_nothing_in_production(settings):
    UserFactory(username="demo-operator", password="demo")
    settings.DEBUG = True
    assert login(Client(), "demo-operator", "demo")
    settings.DEBUG = False
    assert not login(Client(), "demo-operator", "demo")


def test_a_deactivated_user_is_out_at_once_and_stays_out(operator, as_user, api):
    browser, rest = as_user(operator), api(operator)
    home, kols = reverse("today"), reverse("api:kol-list")
    assert (browser.get(home).status_code, rest.get(kols).status_code) == (200, 200)
    User.objects.filter(pk=operator.pk).update(is_active=False)
    assert browser.get(home)["Location"].startswith(reverse("account_login"))
    assert rest.get(kols).status_code == 401
    assert not login(Client(), "operator", "pw")


def test_another_password_ends_the_sessions_that_stand(operator, as_user):
    browser = as_user(operator)
    operator.set_password("another one")
    operator.save()
    assert browser.get(reverse("today")).status_code == 302


def test_a_form_without_its_token_is_refused(operator):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(operator, backend="kol_crm.core.backends.ByName")
    assert browser.post(reverse("profiles:kol-create"), {"name": "x"}).status_code == 403


def test_a_session_opens_no_api(operator, as_user):
    """REST clients come with a token: a page elsewhere cannot use somebody's login."""
    assert as_user(operator).get(reverse("api:kol-list")).status_code == 401


def test_login_leads_nowhere_else(operator):
    answer = Client().post(
        f"{reverse('account_login')}?next=https://evil.example/", {"login": "operator", "password": "pw"}
    )
    assert "evil" not in answer["Location"]
