"""Attributes, fields and types by API: read by all, set as on their pages (DOMAIN 1.3, 1.4, 2.1)."""

import pytest

from kol_crm.core.models import Change, Team, User
from profiles.models import Attribute, Field
from profiles.services import kol as files
from tests.factories import UserFactory, make_kol

pytestmark = pytest.mark.django_db
ATTRIBUTES, FIELDS, TYPES = "/api/v1/attributes/", "/api/v1/fields/", "/api/v1/types/"
SET = ("kols:read", "kols:write", "policy:write")
SHOE = {"name_en": "Shoe size", "name_zh": "鞋码", "kind": "number"}
TEAM = {
    "name_en": "Team",
    "name_zh": "队伍",
    "kind": "choice",
    "choices": [{"name_en": "Red", "name_zh": "红"}, {"name_en": "Blue", "name_zh": "蓝"}],
}
INSIST = {"If-Match": "*"}


@pytest.fixture
def settings_api(api, admin):
    return api(admin, *SET)


@pytest.fixture
def chief():
    """A manager of the top team."""
    return UserFactory(username="chief", role=User.Role.MANAGER, team=Team.objects.get(parent=None))


def test_an_attribute_is_added_asked_for_and_filled(settings_api, api, operator):
    answer = settings_api.post(ATTRIBUTES, SHOE)
    assert (answer.status_code, answer.json()["key"], answer["ETag"]) == (201, "shoe_size", '"1"')
    assert answer["Location"] == f"{ATTRIBUTES}shoe_size/"
    client = api(operator)
    assert [one["key"] for one in client.get(ATTRIBUTES).json()] == ["shoe_size"]
    kol = make_kol(operator)
    body = {"attributes": {"shoe_size": "42.5"}}
    assert client.patch(f"/api/v1/kols/{kol.pk}/", body, headers=INSIST).status_code == 200
    assert Change.objects.get(model="profiles.attribute").change_set.door == "api"


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"name_en": ""}, "name_en"),
        ({"kind": "magic"}, "kind"),
        ({"name_en": "鞋"}, "key"),
        ({"key": "1st"}, "key"),
        ({"kind": "choice"}, "choices"),
        ({"kind": "choice", "choices": [{"name_en": "A"}, {"name_en": "a"}]}, "choices"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_a_wrong_attribute_is_refused_at_its_field(settings_api, sent, field):
    answer = settings_api.post(ATTRIBUTES, SHOE | sent)
    assert (answer.status_code, list(answer.json()["errors"])) == (400, [field])
    assert not Attribute.objects.exists()


def test_an_attribute_is_renamed_on_the_version_that_was_read_and_keeps_its_kind(settings_api, kol, actor):
    settings_api.post(ATTRIBUTES, SHOE)
    files.edit(actor.again(), kol, {"attr_shoe_size": "42"}, None)
    one = f"{ATTRIBUTES}shoe_size/"
    assert settings_api.patch(one, {"name_en": "Shoes"}).status_code == 428
    assert settings_api.patch(one, {"name_en": "Shoes"}, headers={"If-Match": '"4"'}).status_code == 412
    answer = settings_api.patch(one, {"kind": "text"}, headers={"If-Match": '"1"'})
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["kind"])
    assert Attribute.objects.get().version == 1
    answer = settings_api.patch(one, {"name_en": "Shoes", "position": 7}, headers={"If-Match": '"1"'})
    assert (answer.json()["name_en"], answer.json()["position"], answer["ETag"]) == ("Shoes", 7, '"2"')
    assert settings_api.patch(one, {"key": "other"}, headers=INSIST).status_code == 400


def test_a_choice_that_is_left_out_is_retired_not_forgotten(settings_api):
    red, _blue = settings_api.post(ATTRIBUTES, TEAM).json()["choices"]
    red = red | {"name_en": "Crimson"}
    answer = settings_api.patch(f"{ATTRIBUTES}team/", {"choices": [red]}, headers=INSIST)
    told = [(one["key"], one["name_en"], one["retired"]) for one in answer.json()["choices"]]
    assert told == [("red", "Crimson", False), ("blue", "Blue", True)]


def test_a_retired_attribute_is_told_to_admins_and_taken_up_again(settings_api, api, operator):
    settings_api.post(ATTRIBUTES, SHOE)
    assert settings_api.post(f"{ATTRIBUTES}shoe_size/retire/").json()["retired"]
    assert settings_api.get(ATTRIBUTES).json() == []
    assert [one["key"] for one in settings_api.get(ATTRIBUTES, {"retired": "true"}).json()] == ["shoe_size"]
    assert api(operator).get(ATTRIBUTES, {"retired": "true"}).status_code == 403
    assert list(settings_api.get(ATTRIBUTES, {"retired": "x"}).json()["errors"]) == ["retired"]
    assert not settings_api.post(f"{ATTRIBUTES}shoe_size/take-up/").json()["retired"]
    assert len(api(operator).get(ATTRIBUTES).json()) == 1


def test_attributes_are_the_admins(settings_api, api, chief, operator, admin):
    settings_api.post(ATTRIBUTES, SHOE)
    for client in (api(chief, *SET), api(operator, *SET), api(admin, "kols:read", "kols:write")):
        assert client.post(ATTRIBUTES, TEAM).status_code == 403
        assert client.patch(f"{ATTRIBUTES}shoe_size/", {"name_en": "x"}, headers=INSIST).status_code == 403
        assert client.post(f"{ATTRIBUTES}shoe_size/retire/").status_code == 403
        assert client.post(f"{ATTRIBUTES}none/retire/").status_code == 404
    row = Attribute.objects.get()
    assert (row.name_en, row.version) == ("Shoe size", 1)


@pytest.mark.parametrize("path", [FIELDS, TYPES])
def test_an_entry_is_added_renamed_retired_and_moved_by_managers_of_the_top_team(api, chief, path):
    client = api(chief, *SET)
    before = [one["slug"] for one in client.get(path).json()]
    answer = client.post(path, {"name_en": "Bee keeping", "name_zh": "养蜂"})
    assert (answer.status_code, answer.json()["slug"]) == (201, "bee-keeping")
    one = answer["Location"]
    edited = {"name_en": "Bees", "retired": True}
    assert client.patch(one, edited).status_code == 428
    assert client.patch(one, edited, headers={"If-Match": '"9"'}).status_code == 412
    answer = client.patch(one, edited, headers={"If-Match": '"1"'})
    assert (answer.json()["name_en"], answer.json()["retired"], answer["ETag"]) == ("Bees", True, '"2"')
    assert client.post(f"{one}move/", {"steps": -1}).status_code == 200
    after = [row["slug"] for row in client.get(path).json()]
    assert after == [*before[:-1], "bee-keeping", before[-1]]


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"name_zh": "棋"}, "name_en"),
        ({"name_en": "棋", "name_zh": "棋"}, "name_en"),
        ({"name_en": "Tea", "name_zh": "棋"}, "name_en"),
        ({"name_en": "x" * 61, "name_zh": "棋"}, "name_en"),
        ({"name_en": "Chess", "name_zh": "棋", "slug": "go"}, "slug"),
    ],
)
def test_a_wrong_entry_is_refused_at_its_name(api, chief, sent, field):
    before = Field.objects.count()
    answer = api(chief, *SET).post(FIELDS, sent)
    assert (answer.status_code, list(answer.json()["errors"])) == (400, [field])
    assert Field.objects.count() == before


def test_others_read_fields_and_change_none(api, chief, manager, operator):
    for client in (api(manager, *SET), api(operator, *SET), api(chief)):
        assert client.get(f"{FIELDS}tea/").json()["slug"] == "tea"
        assert client.post(FIELDS, {"name_en": "Chess", "name_zh": "棋"}).status_code == 403
        assert client.patch(f"{FIELDS}tea/", {"retired": True}, headers=INSIST).status_code == 403
        assert client.post(f"{FIELDS}tea/move/", {"steps": 1}).status_code == 403
        assert client.post(f"{FIELDS}none/move/", {"steps": 1}).status_code == 404
    row = Field.objects.get(slug="tea")
    assert (row.version, row.retired) == (1, False)
