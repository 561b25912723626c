"""The API of campaigns: the same verbs, the guard's refusal with its figures (DOMAIN 6.5, 6.6)."""

import pytest
import time_machine

from incentives import rhythm
from incentives.models import Campaign, Invitation, Participant
from incentives.services import participant as participants
from tests.factories import NOW, make_kol
from tests.incentives.contest import invited, make_campaign, make_contest
from tests.lifecycle.refusing import by

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _at_noon():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def client(api, operator):
    return api(operator)


def post(client, path, body=None, **headers):
    return client.post(f"/api/v1/{path}", body or {}, format="json", headers=headers)


def test_a_campaign_is_created_edited_on_its_version_started_and_ended(client):
    made = post(
        client,
        "campaigns/",
        {"name": "Sale", "type": "endorsement", "starts_on": "2026-11-01", "ends_on": "2026-11-30"},
    )
    assert (made.status_code, made.json()["monetising"], made.json()["owner"]) == (201, True, "operator")
    path = f"/api/v1/campaigns/{made.json()['id']}/"
    assert client.patch(path, {"name": "x"}, format="json").status_code == 428
    edited = client.patch(path, {"topic": "Shoes"}, format="json", headers={"If-Match": made["ETag"]})
    assert (edited.json()["topic"], edited["ETag"]) == ("Shoes", '"2"')
    assert post(client, path[8:] + "start/").json()["state"] == "running"
    assert post(client, path[8:] + "end/").json()["state"] == "ended"
    assert post(client, path[8:] + "end/").json()["code"] == "campaign_ended"


def test_a_refusal_of_the_guard_is_a_409_with_the_figures(client, api, manager, operator, kol, monkeypatch):
    check = rhythm.Check("apart", "Days apart", False, 12, 30, "12 days after the last one.")
    monkeypatch.setattr(rhythm, "judge", lambda *_args, **_kept: rhythm.Guard((check,)))
    sold = make_campaign(operator, Campaign.Type.ENDORSEMENT)
    body = {"campaign": str(sold.pk), "kol": str(kol.pk)}
    refused = post(client, "participants/", body)
    assert (refused.status_code, refused.json()["code"]) == (409, "rhythm_guard")
    assert "12 days after" in str(refused.json())
    assert not Participant.objects.exists()
    assert post(client, "participants/", {**body, "reason": "Please"}).status_code == 403
    passed = post(api(manager), "participants/", {**body, "reason": "Their wish"})
    assert (passed.status_code, passed.json()["passed_by"]) == (201, "manager")


def test_many_take_part_at_once_all_or_none(client, operator, stranger, kol):
    campaign, far = make_campaign(operator), make_kol(stranger, "远方")
    body = {"campaign": str(campaign.pk), "rows": [{"kol": str(kol.pk)}, {"kol": str(far.pk)}]}
    refused = post(client, "participants/many/", body)
    assert (refused.status_code, list(refused.json()["errors"])) == (400, ["rows.1.kol"])
    assert not Participant.objects.exists()
    far.__class__.objects.filter(pk=far.pk).update(team=operator.team)
    made = post(client, "participants/many/", body)
    assert (made.status_code, {row["kol"] for row in made.json()["results"]}) == (
        201,
        {str(kol.pk), str(far.pk)},
    )


def test_the_backend_posts_invitations_as_often_as_it_likes(client, operator, kol):
    contest, [first, second] = make_contest(operator, kol, make_kol(operator, "李雷"))
    rows = [
        {**row, "registered_at": row["registered_at"].isoformat()}
        for row in (invited(first, "u1"), invited(second, "u1", days_ago=7), invited(first, "u2", days_ago=1))
    ]
    path = f"campaigns/{contest.pk}/invitations/"
    told = [post(client, path, {"rows": rows}).json()["rows"] for _time in range(2)]
    assert told[0] == [{"state": "new"}, {"state": "new", "left_out": "double"}, {"state": "new"}]
    assert told[1] == [{"state": "known"}] * 3
    board = client.get(f"/api/v1/campaigns/{contest.pk}/board/").json()
    shown = [(one["rank"], one["counted"], one["pending"], one["left_out"]) for one in board["rows"]]
    assert shown == [(1, 1, 1, 0), (2, 0, 0, 1)]
    assert board["rows"][0]["parts"][0]["why"] == "no_unit_value"


def test_results_are_posted_and_taken_back(client, operator, kol):
    campaign = make_campaign(operator)
    row = participants.add(by(operator), campaign, kol)
    told = {"participant": str(row.pk), "last_on": "2026-11-20", "new_users": 5}
    path = f"campaigns/{campaign.pk}/results/"
    wrong = post(client, path, {"rows": [told, {**told, "last_on": "2026-12-20"}]})
    assert wrong.status_code == 400
    assert "rows.1.last_on" in wrong.content.decode()
    made = post(client, path, {"rows": [told]})
    assert made.status_code == 201
    assert post(client, f"campaign-results/{made.json()[0]['id']}/take-back/").status_code == 201
    assert row.results.standing().count() == 0


def test_a_deliverable_is_put_down_edited_and_done(client, operator, kol):
    row = participants.add(by(operator), make_campaign(operator), kol)
    made = post(client, f"participants/{row.pk}/deliverables/", {"what": "A video"})
    path = f"/api/v1/deliverables/{made.json()['id']}/"
    edited = client.patch(path, {"what": "Two"}, format="json", headers={"If-Match": made["ETag"]})
    assert edited.json()["what"] == "Two"
    assert post(client, path[8:] + "finish/").json()["done_on"] == "2026-11-23"
    assert post(client, path[8:] + "reopen/").json()["done_on"] is None
    assert post(client, f"participants/{row.pk}/leave/").json()["left_on"] == "2026-11-23"


def test_a_dispute_is_said_and_settled_by_a_manager(client, api, manager, operator, kol):
    contest, [first] = make_contest(operator, kol)
    row = {**invited(first, "u1"), "registered_at": "2026-11-10T09:00:00+08:00"}
    post(client, f"campaigns/{contest.pk}/invitations/", {"rows": [row]})
    invitation = Invitation.objects.get()
    said = post(client, "contest-disputes/", {"invitation": str(invitation.pk), "says": "A robot"})
    path, body = f"contest-disputes/{said.json()['id']}/settle/", {"counts": False, "reason": "Seen"}
    assert post(client, path, body).status_code == 403
    assert post(api(manager), path, body).json()["after"] == "ruled"


def test_unit_values_are_set_by_the_top_alone(client, api, admin):
    body = {"metric": "new_users", "amount": "2.5", "since": "2026-11-01"}
    assert post(client, "unit-values/", body).status_code == 403
    assert post(api(admin), "unit-values/", body).json()["amount"] == "2.5000"
    assert [row["since"] for row in client.get("/api/v1/unit-values/").json()] == ["2026-11-01"]
