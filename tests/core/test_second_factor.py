"""The second factor, tokens, sessions; wrong passwords slow the next try down (RELIABILITY, Login)."""

from datetime import timedelta

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth
from django.contrib.auth import SESSION_KEY
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from kol_crm.core import vault, wrong_logins
from kol_crm.core.models import ApiToken, LoginSession, WrongLogins
from kol_crm.core.services import token
from tests.factories import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_earlier_guesses(db):
    cache.clear()
    yield
    cache.clear()


def code_of(secret: str) -> str:
    return auth.format_hotp_value(auth.hotp_value(secret, next(iter(auth.yield_hotp_counters_from_time()))))


def logged_in(browser: Client) -> Client:
    browser.post(reverse("account_login"), {"login": "operator", "password": "pw"})
    return browser


def test_a_second_factor_is_sealed_asked_for_and_recoverable(operator):
    browser = logged_in(Client())
    wanted = reverse("mfa_activate_totp")
    again = browser.get(wanted)["Location"]  # the password is asked for once more
    assert again.startswith(reverse("account_reauthenticate"))
    assert browser.post(again, {"password": "pw"})["Location"] == wanted
    page = browser.get(wanted)
    secret = page.context["form"].secret
    assert browser.post(reverse("mfa_activate_totp"), {"code": "000000"}).status_code == 200
    answer = browser.post(reverse("mfa_activate_totp"), {"code": code_of(secret)})
    assert answer["Location"] == reverse("mfa_view_recovery_codes")
    codes = browser.get(answer["Location"]).context["unused_codes"]
    stored = Authenticator.objects.get(user=operator, type="totp").data["secret"]
    assert secret not in stored
    assert vault.open_secret("second factor", stored) == secret
    other = Client()
    assert other.post(reverse("account_login"), {"login": "operator", "password": "pw"})[
        "Location"
    ] == reverse("mfa_authenticate")
    assert SESSION_KEY not in other.session
    other.post(reverse("mfa_authenticate"), {"code": "wrong"})
    assert SESSION_KEY not in other.session
    other.post(reverse("mfa_authenticate"), {"code": codes[0]})
    assert SESSION_KEY in other.session


@pytest.mark.parametrize(
    ("times", "seconds"), [(0, 0), (4, 0), (5, 5), (6, 10), (7, 20), (12, 640), (13, 900), (500, 900)]
)
def test_the_wait_doubles_and_never_becomes_a_lock(times, seconds):
    assert wrong_logins.wait_after(times, wrong_logins.FREE_NEAR) == timedelta(seconds=seconds)


def test_guesses_from_elsewhere_do_not_keep_the_owner_out():
    for _ in range(10):
        wrong_logins.add("Operator", "203.0.113.7", NOW)
    assert wrong_logins.wait("operator", "203.0.113.200", NOW) == timedelta(seconds=160)
    assert wrong_logins.wait("operator", "198.51.100.1", NOW) == timedelta()
    assert wrong_logins.wait("operator", "203.0.113.7", NOW + timedelta(hours=25)) == timedelta()
    assert "operator" not in "".join(WrongLogins.objects.values_list("key", flat=True)).lower()


def test_many_networks_together_slow_an_account_down_too():
    for n in range(25):
        wrong_logins.add("operator", f"203.{n}.113.7", NOW)
    assert wrong_logins.wait("operator", "198.51.100.1", NOW) == timedelta(seconds=160)


def test_after_the_wait_the_right_password_opens_and_starts_anew(operator):
    with time_machine.travel(NOW, tick=False) as clock:
        for _ in range(5):
            Client().post(reverse("account_login"), {"login": "operator", "password": "wrong"})
        assert SESSION_KEY not in logged_in(Client()).session
        clock.shift(timedelta(seconds=61))
        assert SESSION_KEY in logged_in(Client()).session
    assert not WrongLogins.objects.exists()


def test_a_token_is_shown_once_and_works_until_it_is_revoked(as_user, operator):
    browser = as_user(operator)
    path = reverse("settings:tokens")
    made = browser.post(path, {"name": "sync", "scopes": ["kols:read"], "days": "30"}).context["made"]
    rest = Client(headers={"Authorization": f"Token {made}"})
    assert rest.get(reverse("api:kol-list")).status_code == 200
    assert made not in browser.get(path).content.decode()
    row = ApiToken.objects.get(user=operator)
    assert browser.post(reverse("settings:token-revoke", args=[row.pk])).status_code == 302
    assert rest.get(reverse("api:kol-list")).status_code == 401


@pytest.mark.parametrize(
    ("name", "scopes", "days", "field"),
    [
        ("", ["kols:read"], 9, "name"),
        ("x", [], 9, "scopes"),
        ("x", ["all"], 9, "scopes"),
        ("x", ["kols:read"], 0, "days"),
    ],
)
def test_a_refused_token_names_its_field(actor, name, scopes, days, field):
    with pytest.raises(ValidationError) as refused:
        token.create(actor, name, scopes, days)
    assert set(refused.value.message_dict) == {field}
    assert not ApiToken.objects.exists()


def test_nobody_revokes_the_token_of_another(as_user, operator, colleague):
    row, _token = ApiToken.objects.create(operator, name="sync")
    assert as_user(colleague).post(reverse("settings:token-revoke", args=[row.pk])).status_code == 404
    assert ApiToken.objects.filter(pk=row.pk).exists()


def test_all_other_sessions_end_and_this_one_stays(operator):
    here, there = logged_in(Client()), logged_in(Client())
    assert LoginSession.objects.filter(user_id=operator.pk).count() == 2
    assert here.post(reverse("settings:sessions-end"), {"which": "others"}).status_code == 302
    assert here.get(reverse("settings:security")).status_code == 200
    assert there.get(reverse("settings:security")).status_code == 302


def test_a_password_is_reset_by_mail_without_telling_who_has_an_account(operator, mailoutbox):
    answers = [
        Client().post(reverse("account_reset_password"), {"email": address}, follow=True).content
        for address in ("operator@crm.example", "nobody@crm.example")
    ]
    assert answers[0] == answers[1]
    [letter] = mailoutbox
    assert letter.to == ["operator@crm.example"]
    assert "/password/reset/key/" in letter.body
