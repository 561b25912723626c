"""Policy by API: set by managers of the top team, one version after the other (DOMAIN, opening)."""

import pytest

from kol_crm.core import policy
from kol_crm.core.actor import Actor
from kol_crm.core.models import PolicyVersion, Team, User
from tests.factories import NOW, UserFactory

pytestmark = pytest.mark.django_db
POLICY = "/api/v1/policy/"
INTERVALS = f"{POLICY}touch_intervals/"
SET = ("kols:read", "policy:write")
DAYS = {"introduction": 7, "initial": 14, "mid_term": 30, "late": 30}
WHY = {"reason": "as agreed in spring"}


@pytest.fixture
def chief():
    """A manager of the top team."""
    return UserFactory(username="chief", role=User.Role.MANAGER, team=Team.objects.get(parent=None))


@pytest.fixture
def client(api, chief):
    return api(chief, *SET)


def test_everything_that_the_policy_pages_show_is_told_with_its_default(client):
    answer = client.get(POLICY)
    told = {one["name"]: one for one in answer.json()["settings"]}
    shown = {one.key for one in policy.declared() if one.section != policy.HIDDEN}
    assert (answer["ETag"], answer.json()["number"], set(told)) == ('"0"', 0, shown)
    assert told["trash_days"]["default"] == told["trash_days"]["value"] == 30
    sections = [one["section"] for one in answer.json()["settings"]]
    assert list(dict.fromkeys(sections)) == [one.key for one in policy.sections()]


def test_a_value_is_put_in_force_as_a_version_that_says_what_it_changed(client, chief):
    answer = client.put(INTERVALS, {"value": DAYS} | WHY, headers={"If-Match": '"0"'})
    assert (answer.status_code, answer.json()["value"], answer["ETag"]) == (200, DAYS, '"1"')
    assert client.get(INTERVALS).json()["value"] == DAYS
    (version,) = client.get(f"{POLICY}versions/").json()["results"]
    assert (version["number"], version["user"], version["reason"]) == (1, "chief", WHY["reason"])
    assert version["changes"] == [
        {
            "name": "touch_intervals",
            "label": "Stay in touch, by stage",
            "part": "Introduction",
            "before": "14",
            "after": "7",
        }
    ]
    client.put(INTERVALS, {"value": DAYS} | WHY, headers={"If-Match": '"1"'})
    assert PolicyVersion.objects.count() == 1  # the same again says nothing new


def test_versions_are_walked_newest_first_each_against_the_one_before(client, chief):
    for days in (20, 40, 60):
        policy.change(Actor(chief, "page", NOW), {"trash_days": days}, "")
    page = client.get(f"{POLICY}versions/", {"limit": 2}).json()
    told = [
        (one["number"], one["changes"][0]["before"], one["changes"][0]["after"]) for one in page["results"]
    ]
    assert told == [(3, "40", "60"), (2, "20", "40")]
    (first,) = client.get(page["next"]).json()["results"]
    assert (first["number"], first["changes"][0]["before"]) == (1, "30")


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"value": DAYS}, "reason"),
        ({"value": DAYS, "reason": " "}, "reason"),
        (WHY, "value"),
        ({"value": DAYS | {"initial": 0}} | WHY, "value.initial"),
        ({"value": {"initial": 14}} | WHY, "value"),
        ({"value": 14} | WHY, "value"),
        ({"value": DAYS, "number": 3} | WHY, "number"),
    ],
)
def test_a_wrong_value_is_refused_at_its_part(client, sent, field):
    answer = client.put(INTERVALS, sent, headers={"If-Match": "*"})
    assert (answer.status_code, list(answer.json()["errors"])) == (400, [field])
    assert not PolicyVersion.objects.exists()


def test_a_setting_that_somebody_changed_since_is_not_overwritten_another_one_is_no_obstacle(client, chief):
    sent = {"value": 31} | WHY
    trash = f"{POLICY}trash_days/"
    assert client.put(trash, sent).status_code == 428
    assert client.put(trash, sent, headers={"If-Match": '"1"'}).status_code == 412  # there is none yet
    policy.change(Actor(chief, "page", NOW), {"touch_intervals": DAYS}, "")
    assert client.put(trash, sent, headers={"If-Match": '"0"'})["ETag"] == '"2"'
    stale = client.put(trash, sent | {"value": 90}, headers={"If-Match": '"1"'})
    assert (stale.status_code, stale.json()["version"], stale.json()["changed"]) == (412, 2, ["trash_days"])
    assert policy.current().get(policy.find("trash_days")) == 31
    assert policy.current().get(policy.find("touch_intervals")) == DAYS
    assert PolicyVersion.objects.count() == 2


def test_policy_is_for_managers_of_the_top_team_and_admins(api, chief, admin, manager, operator):
    sent, insist = {"value": 31} | WHY, {"If-Match": "*"}
    for client in (api(manager, *SET), api(operator, *SET)):
        assert client.get(POLICY).status_code == 403
        assert client.get(INTERVALS).status_code == 403
        assert client.get(f"{POLICY}versions/").status_code == 403
        assert client.put(f"{POLICY}trash_days/", sent, headers=insist).status_code == 403
    assert api(chief).put(f"{POLICY}trash_days/", sent, headers=insist).status_code == 403  # not the scope
    assert not PolicyVersion.objects.exists()
    assert api(admin, *SET).put(f"{POLICY}trash_days/", sent, headers=insist).status_code == 200


def test_what_is_set_elsewhere_is_not_there(client):
    hidden = [one.key for one in policy.declared() if one.section == policy.HIDDEN]
    assert hidden
    for name in (*hidden, "nonsense"):
        path = f"{POLICY}{name}/"
        assert client.get(path).status_code == 404
        assert client.put(path, {"value": 1} | WHY, headers={"If-Match": "*"}).status_code == 404
    assert not PolicyVersion.objects.exists()
