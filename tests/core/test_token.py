"""Tokens (issue 8): scopes, the owner's visibility as upper bound, expiry, last used, revoked at once.

That one is shown once is tested where it is made (test_second_factor.py).
"""

from datetime import timedelta
from io import StringIO

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.urls import reverse
from rest_framework.test import APIClient

from kol_crm.core.actor import Actor
from kol_crm.core.models import ApiToken, Change, Disclosure, Team, User
from kol_crm.core.services import token as tokens
from profiles.models import Kol, Snapshot
from tests.factories import NOW, make_account, make_kol

pytestmark = pytest.mark.django_db
KOLS = "/api/v1/kols/"
PHONE = {"channel": "phone", "value": "13800138000"}
SCOPES = ("kols:read", "kols:write", "figures:write", "contacts:read")


@pytest.fixture
def page(as_user, operator):
    return lambda: as_user(operator).get(reverse("settings:tokens")).content.decode()


def opened_by(client, kol, account) -> set[str]:
    """Which of the four a token of one scope opens."""
    figure = {"account": str(account.pk), "end": "2026-11-23", "figures": {"followers": 12}}
    figures = client.post("/api/v1/snapshots/bulk/", {"rows": [figure]}, headers={"Idempotency-Key": "k"})
    read = client.get(f"{KOLS}{kol.pk}/")
    in_clear = read.status_code == 200 and read.json()["contacts"][0]["value"] == "13800138000"
    tried = {
        "kols:read": read.status_code == 200,
        "kols:write": client.post(KOLS, {"name": "New"}).status_code == 201,
        "figures:write": figures.status_code == 200,
        "contacts:read": in_clear,
    }
    return {scope for scope, went in tried.items() if went}


@pytest.mark.parametrize(
    ("scopes", "opens"),
    [
        (("kols:read",), {"kols:read"}),
        (("kols:write",), {"kols:write"}),
        (("figures:write",), {"figures:write"}),
        (("contacts:read",), set()),  # narrows what is read in clear; nothing is read without kols:read
        (("kols:read", "contacts:read"), {"kols:read", "contacts:read"}),
        (SCOPES, set(SCOPES)),
    ],
)
def test_each_scope_opens_its_doors_and_no_other(api, operator, scopes, opens):
    kol = make_kol(operator, contacts=[PHONE])
    account = make_account(kol)
    assert opened_by(api(operator, *scopes), kol, account) == opens
    assert Kol.objects.count() == 1 + ("kols:write" in opens)
    assert Snapshot.objects.count() == ("figures:write" in opens)
    assert Disclosure.objects.exists() == ("contacts:read" in opens)


def test_the_owners_visibility_is_the_upper_bound_at_each_request(api, operator, stranger, manager):
    theirs, ours = make_kol(stranger), make_kol(operator)
    client, above = api(operator, *SCOPES), api(manager, *SCOPES, "users:write", "policy:write")
    for one in (client, above):
        assert one.get(f"{KOLS}{theirs.pk}/").status_code == 404
        assert one.patch(f"{KOLS}{theirs.pk}/", {"city": "x"}, headers={"If-Match": "*"}).status_code == 404
    theirs.refresh_from_db()
    assert theirs.city == ""
    assert client.get(f"{KOLS}{ours.pk}/").status_code == 200
    User.objects.filter(pk=operator.pk).update(team=stranger.team)
    seen = {row["id"] for row in client.get(KOLS).json()["results"]}
    assert str(theirs.pk) in seen


def test_a_scope_gives_nobody_a_right_that_they_have_not(api, operator):
    answer = api(operator, "kols:read", "users:write").post("/api/v1/teams/", {"name": "Mine"})
    assert answer.status_code == 403
    assert not Team.objects.filter(name="Mine").exists()


def test_scopes_of_admins_are_not_given_to_others(as_user, operator, admin):
    with pytest.raises(ValidationError) as refused:
        tokens.create(Actor(operator, "page", NOW), "sync", ["users:write"], 9)
    assert list(refused.value.message_dict) == ["scopes"]
    asked = {"name": "sync", "scopes": ["users:write"], "days": "9"}
    assert as_user(operator).post(reverse("settings:tokens"), asked).status_code == 422
    assert not ApiToken.objects.exists()
    assert tokens.create(Actor(admin, "page", NOW), "sync", ["users:write"], 9)[0].scopes == ["users:write"]


def test_a_token_ends_at_its_moment(api, operator):
    client = api(operator)
    end = ApiToken.objects.get().expiry
    with time_machine.travel(end - timedelta(seconds=1), tick=False):
        assert client.get(KOLS).status_code == 200
    with time_machine.travel(end + timedelta(seconds=1), tick=False):
        assert client.get(KOLS).status_code == 401


def test_last_used_says_when_from_where_and_with_what(api, operator, page):
    client = api(operator)
    with time_machine.travel(NOW, tick=False):
        client.get(KOLS, REMOTE_ADDR="203.0.113.7", headers={"User-Agent": "warehouse/2.1"})
    row = ApiToken.objects.get()
    assert (row.last_used_at, row.used_from, row.used_with) == (NOW, "203.0.113.7", "warehouse/2.1")
    assert "from 203.0.113.7" in page()
    assert "warehouse/2.1" in page()


def test_last_used_is_noted_to_the_hour_and_from_elsewhere_to_the_minute(api, operator):
    client = api(operator)
    steps = [(0, "1"), (59, "1"), (61, "1"), (61.5, "2"), (62.1, "2")]
    noted = []
    for minutes, end in steps:
        with time_machine.travel(NOW + timedelta(minutes=minutes), tick=False):
            client.get(KOLS, REMOTE_ADDR=f"203.0.113.{end}")
        row = ApiToken.objects.get()
        noted.append(((row.last_used_at - NOW).total_seconds() / 60, row.used_from[-1]))
    assert noted == [(0, "1"), (0, "1"), (61, "1"), (61, "1"), (62.1, "2")]


def test_a_long_name_of_a_program_is_cut(api, operator):
    api(operator).get(KOLS, headers={"User-Agent": "x" * 500})
    assert ApiToken.objects.get().used_with == "x" * 200


@pytest.mark.parametrize(
    ("role", "words"),
    [
        ("operator", "files of East"),
        ("manager", "files of East and the teams below"),
        ("admin", "all files"),
        ("finance", "plans, ledger and payouts, no contact data"),
    ],
)
def test_the_page_says_what_a_token_sees_at_most(as_user, operator, role, words):
    User.objects.filter(pk=operator.pk).update(role=role)
    operator.refresh_from_db()
    assert f"what you see: {words}." in as_user(operator).get(reverse("settings:tokens")).content.decode()


def test_making_and_revoking_are_in_the_history_without_the_token(as_user, operator):
    browser, path = as_user(operator), reverse("settings:tokens")
    made = browser.post(path, {"name": "sync", "scopes": ["kols:read"], "days": "30"}).context["made"]
    row = ApiToken.objects.get()
    browser.post(reverse("settings:token-revoke", args=[row.pk]))
    told = list(Change.objects.order_by("pk").values_list("field", "before", "after"))
    facts = {"name": "sync", "scopes": ["kols:read"]}
    assert told == [("token", None, facts), ("token", facts, None)]
    assert not [word for word in (made, row.digest) if word in repr(told)]


def test_revoked_in_the_midst_of_a_pull_the_next_page_is_refused(api, operator):
    for number in range(3):
        make_kol(operator, f"K{number}")
    client = api(operator)
    first = client.get(KOLS, {"limit": 2}).json()
    tokens.revoke(Actor(operator, "page", NOW), ApiToken.objects.get())
    assert client.get(first["next"]).status_code == 401


def test_the_command_makes_tokens_by_the_same_verb(operator):
    """On record, and with no scope that the page would not give."""
    said = StringIO()
    call_command("create_token", operator.username, scope=["kols:read"], stdout=said)
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Token {said.getvalue().splitlines()[-1]}")
    assert client.get(KOLS).status_code == 200
    assert Change.objects.get(field="token").change_set.door == "command"
    with pytest.raises(CommandError, match="Choose what it may do"):
        call_command("create_token", operator.username, scope=["users:write"], stdout=said)
    assert (ApiToken.objects.count(), Change.objects.filter(field="token").count()) == (1, 1)
