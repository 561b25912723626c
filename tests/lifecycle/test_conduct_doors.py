"""Pages and API of rules, violations, conflicts, communities refuse at the same field (HOUSE)."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from kol_crm.core.actor import Actor
from lifecycle.models import Community, Conflict, Rule, RuleFact, Violation
from lifecycle.services import rule
from tests.factories import NOW
from tests.forms import Page
from tests.lifecycle.factories import RULE, make_rule, make_violation
from tests.permissions.asking import state

pytestmark = pytest.mark.django_db
YESTERDAY = "2026-11-22T12:00"


@pytest.fixture(autouse=True)
def _at_noon():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def known(operator, kol):
    made = make_rule()
    rule.tell(Actor(operator, "page", NOW), kol, "phone", at=NOW - timedelta(days=9))
    return made


def refused_on_page(browser, path, data) -> set[str]:
    before = state()
    answer = browser.post(path, data)
    assert (answer.status_code, state()) == (422, before), answer.content.decode()
    return set(Page(answer.content.decode()).invalid)


def refused_by_api(client, method, path, body, **headers) -> set[str]:
    before = state()
    answer = getattr(client, method)(path, body, format="json", headers=headers)
    assert (answer.status_code, state()) == (400, before), answer.content
    return set(answer.json()["errors"])


VIOLATIONS = {
    "no evidence": ("evidence", {"evidence": ""}),
    "nothing said": ("what", {"what": ""}),
    "tomorrow": ("happened_at", {"happened_at": "2026-11-24T12:00"}),
    "a rule unheard of": ("rule", {"rule": "01a216fa-08f1-72ad-bf0f-2c0d017d3581"}),
}


@pytest.mark.parametrize("case", VIOLATIONS)
def test_a_violation_is_refused_at_the_same_field(operator, as_user, api, kol, known, case):
    field, sent = VIOLATIONS[case]
    data = {"rule": str(known.pk), "happened_at": YESTERDAY, "what": "x", "evidence": "y", **sent}
    page = reverse("lifecycle:violation-create", args=[kol.pk])
    assert field in refused_on_page(as_user(operator), page, data)
    body = {**data, "kol": str(kol.pk), "happened_at": f"{data['happened_at']}:00+08:00"}
    assert field in refused_by_api(api(operator), "post", reverse("api:violation-list"), body)


def test_a_penalty_lighter_than_for_a_user_is_refused_at_its_field(operator, as_user, api, kol, known):
    row = make_violation(kol, known)
    data = {"version": row.version, "severity": 1, "why": "x"}
    page = reverse("lifecycle:violation-step", args=[row.pk, "penalise"])
    assert refused_on_page(as_user(operator), page, data) == {"severity"}
    address = reverse("api:violation-penalise", args=[row.pk])
    assert refused_by_api(api(operator), "post", address, {"severity": 1, "why": "x"}) == {"severity"}
    answer = api(operator).post(address, {"severity": 3, "why": "x"}, format="json")
    assert (answer.json()["state"], answer.json()["ordinary"], answer.json()["proposed"]) == (
        "penalised",
        2,
        2,
    )


def test_a_stale_decision_keeps_what_was_written(operator, as_user, kol, known):
    row = make_violation(kol, known)
    Violation.objects.filter(pk=row.pk).update(version=2)
    page = reverse("lifecycle:violation-step", args=[row.pk, "dismiss"])
    answer = as_user(operator).post(page, {"version": 1, "why": "A test account, written at length"})
    assert answer.status_code == 409
    assert "A test account, written at length" in answer.content.decode()
    assert Violation.objects.get().state == "open"


def test_the_proposal_carries_its_parts(operator, api, kol, known):
    row = make_violation(kol, known)
    body = api(operator).get(reverse("api:violation-proposal", args=[row.pk])).json()
    assert body["value"] == 2
    assert [(part["key"], part["value"]) for part in body["parts"]] == [
        ("earlier", 0),
        ("ladder", 1),
        ("ordinary", 2),
    ]


@pytest.mark.parametrize("field", ["title_en", "title_zh", "text_en", "text_zh", "severity"])
def test_a_rule_needs_both_languages_and_what_a_user_gets(admin, as_user, api, field):
    data = {**RULE, field: ""}
    assert field in refused_on_page(as_user(admin), reverse("lifecycle:rule-create"), data)
    client = api(admin, "kols:read", "policy:write")
    assert field in refused_by_api(client, "post", reverse("api:rule-list"), data)
    assert not Rule.objects.exists()


def test_a_rule_is_told_and_acknowledged_by_api(operator, api, kol):
    make_rule()
    client, base = api(operator), f"/api/v1/kols/{kol.pk}/rules/"
    made = client.post(f"{base}link/", {}, format="json").json()
    assert made["url"].startswith("http")
    assert "/r/" in made["url"]
    told = client.post(f"{base}tell/", {"channel": "phone"}, format="json")
    assert (told.status_code, told.json()["all_acknowledged"]) == (201, False)
    body = client.post(f"{base}acknowledge/", {"channel": "phone"}, format="json").json()
    assert body["all_acknowledged"] is True
    assert body["results"][0]["acknowledged"]["user"] == "operator"
    fact = RuleFact.objects.get(kind="acknowledged")
    assert client.post(f"/api/v1/rule-facts/{fact.pk}/take-back/").status_code == 204
    assert client.get(base).json()["all_acknowledged"] is False


CONFLICTS = {"about nothing": ("what", {"what": ""}), "with nobody": ("users", {"users": ""})}


@pytest.mark.parametrize("case", CONFLICTS)
def test_a_conflict_is_refused_at_the_same_field(operator, as_user, api, kol, case):
    field, sent = CONFLICTS[case]
    data = {"what": "x", "users": "y", **sent}
    page = reverse("lifecycle:conflict-create", args=[kol.pk])
    assert field in refused_on_page(as_user(operator), page, data)
    address = reverse("api:conflict-list")
    assert field in refused_by_api(api(operator), "post", address, {**data, "kol": str(kol.pk)})
    assert not Conflict.objects.exists()


COMMUNITIES = {
    "no name": ("name", {"name": ""}),
    "no room": ("capacity", {"capacity": "0"}),
    "more than all spoke": ("spoke_percent", {"spoke_percent": "101"}),
    "a pigeon": ("channel", {"channel": "pigeon"}),
    "a link that runs code": ("link", {"link": "javascript:alert(1)"}),
    "a host unheard of": ("host", {"host": "nobody"}),
}


@pytest.mark.parametrize("case", COMMUNITIES)
def test_a_community_is_refused_at_the_same_field(operator, as_user, api, case):
    field, sent = COMMUNITIES[case]
    data = {"name": "x", "channel": "qq", "host": operator.username, **sent}
    assert field in refused_on_page(as_user(operator), reverse("lifecycle:community-create"), data)
    assert field in refused_by_api(api(operator), "post", reverse("api:community-list"), data)
    assert not Community.objects.exists()


def test_a_kol_joins_from_the_community_and_from_the_file(operator, as_user, api, kol):
    browser = as_user(operator)
    browser.post(reverse("lifecycle:community-create"), {"name": "x", "channel": "qq", "host": "operator"})
    made = Community.objects.get()
    browser.post(reverse("lifecycle:community-join", args=[made.pk]), {"kol": str(kol.pk)})
    assert made.members.get().kol == kol
    body = {"kol": str(kol.pk), "on": "2026-11-23"}
    assert api(operator).post(f"/api/v1/communities/{made.pk}/leave/", body).json()["members"] == 0
    browser.post(reverse("lifecycle:community-enter", args=[kol.pk]), {"community": str(made.pk)})
    assert api(operator).get(f"/api/v1/communities/{made.pk}/").json()["members"] == 1
    page = browser.get(reverse("lifecycle:community-detail", args=[made.pk])).content.decode()
    assert kol.name in page
    assert "2 joined, 1 left in 30 days" in page
