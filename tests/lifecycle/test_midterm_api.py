"""What mid-term does by the API: adjust a persona, keep an exclusivity, decide on a stop (DOMAIN 5.6)."""

from datetime import timedelta

import pytest
import time_machine

from lifecycle.models import Exclusivity, Stop
from profiles.models import Kol
from tests.factories import NOW, make_account
from tests.lifecycle.factories import make_exclusivity, make_kol_at, make_stopped
from tests.lifecycle.growing import approved, enter

pytestmark = pytest.mark.django_db
DAY = NOW.date()


@pytest.fixture(autouse=True)
def _at_noon():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def kol(operator):
    return make_kol_at(operator, "mid_term")


def test_an_adjustment_is_begun_and_kept_and_its_trial_waits_for_approval(operator, manager, api, kol):
    approved(kol, manager)
    account = make_account(kol)
    enter(account, 1000, DAY - timedelta(days=2))
    client = api(operator)
    body = {
        "hypothesis": "Drier is funnier",
        "change": "A drier tone",
        "reaction_before": "They smile",
        "figure": {"account": str(account.pk), "measure": "followers"},
        "persona": {"tone": "dry"},
    }
    made = client.post(f"/api/v1/kols/{kol.pk}/persona-adjustments/", body, format="json")
    assert (made.status_code, made.json()["state"], made.json()["figure"]["before"]) == (201, "trial", 1000)
    enter(account, 1400, DAY, at=NOW + timedelta(minutes=1))
    url = f"/api/v1/persona-adjustments/{made.json()['id']}/keep/"
    kept = client.post(url, {"reaction_after": "They laugh"}, format="json").json()
    assert (kept["state"], kept["figure"]["after"], kept["reaction_after"]) == ("kept", 1400, "They laugh")
    assert client.get(f"/api/v1/personas/{kept['trial']}/").json()["state"] == "submitted"


def test_an_exclusivity_is_seen_renewed_and_ended(operator, api, kol):
    client = api(operator)
    near, far = make_exclusivity(kol, ends_on=DAY + timedelta(days=60)), make_exclusivity(kol)
    url = f"/api/v1/exclusivities/{near.pk}"
    assert client.post(f"{url}/seen/").json()["due_on"] == str(DAY + timedelta(days=30))
    term = {"ends_on": str(DAY + timedelta(days=400)), "evidence": "new paper"}
    renewed = client.post(f"{url}/renew/", term, format="json").json()
    assert (renewed["starts_on"], renewed["renews"]) == (str(DAY + timedelta(days=61)), str(near.pk))
    over = client.post(f"/api/v1/exclusivities/{far.pk}/end/", {"why": "Both agree"}, format="json").json()
    assert (over["ended_on"], over["ended_why"]) == (str(DAY), "Both agree")
    assert Exclusivity.objects.get(pk=near.pk).due_on is None


def test_managers_reinstate_and_terminate_and_operators_do_not(operator, manager, api, kol):
    held = make_stopped(kol)
    url = f"/api/v1/stops/{held.pk}"
    for verb in ("reinstate", "terminate"):
        assert api(operator).post(f"{url}/{verb}/", {"why": "x"}, format="json").status_code == 403
    assert Stop.objects.standing().count() == 1
    assert api(manager).post(f"{url}/reinstate/", {"why": "An old post"}, format="json").status_code == 200
    assert Kol.objects.get(pk=kol.pk).stop == ""
    again = make_stopped(kol, at=NOW + timedelta(minutes=1))
    ended = api(manager).post(f"/api/v1/stops/{again.pk}/terminate/", {"why": "Twice"}, format="json")
    gone = Kol.objects.get(pk=kol.pk)
    assert (ended.status_code, gone.stage, gone.stop) == (200, "departed", "breach")
