"""The settings page where managers compose gates and write about stages (DOMAIN 5.3)."""

import pytest

from kol_crm.core import policy
from kol_crm.core.models import PolicyVersion, Team, User
from lifecycle import gates, stage_words
from tests.factories import UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("standing_gates")]
PAGE = "/settings/stages/late/"


@pytest.fixture
def chief():
    """A manager of the top team."""
    return UserFactory(username="chief", role=User.Role.MANAGER, team=Team.objects.get(parent=None))


def filled(browser, page=PAGE, **changes) -> dict:
    """What the form sends back, with changes."""
    form = browser.get(page).context["form"]
    shown = {name: form[name].value() for name in form.fields}
    sent = {name: value for name, value in shown.items() if value is not None and value is not False}
    return sent | {"reason": "As agreed in spring"} | changes


@pytest.mark.parametrize(
    ("who", "status"), [("operator", 403), ("manager", 403), ("chief", 200), ("admin", 200)]
)
def test_managers_of_the_top_team_and_admins_compose(request, as_user, who, status):
    browser = as_user(request.getfixturevalue(who))
    assert browser.get(PAGE).status_code == status
    assert browser.post(PAGE, {}).status_code == (422 if status == 200 else 403)
    assert not PolicyVersion.objects.exists()


def test_the_page_shows_what_is_asked_what_could_be_and_the_words(as_user, chief):
    answer = as_user(chief).get(PAGE)
    assert {block.setting.key for block in answer.context["asked"]} >= {"gate_late_own_followers"}
    assert {block.setting.key for block in answer.context["others"]} >= {"gate_late_field_pace"}
    assert [block.setting.key for block in answer.context["words"]] == ["stage_words_late"]
    assert as_user(chief).get("/settings/stages/")["Location"] == "/settings/stages/initial/"
    assert as_user(chief).get("/settings/stages/introduction/").status_code == 200
    assert as_user(chief).get("/settings/stages/departed/").status_code == 404
    assert as_user(chief).get("/settings/policy/stage_late/").status_code == 404  # it has its own page


def test_a_gate_is_composed_and_kept_as_a_version(as_user, chief):
    browser = as_user(chief)
    sent = filled(browser, **{
        "gate_late_own_rate.use": "advisory",
        "gate_late_own_rate.share": "2",
        "gate_late_field_pace.use": "mandatory",
        "stage_words_late.en.entry": "New words",
    })  # fmt: skip
    assert browser.post(PAGE, sent)["Location"] == PAGE
    rules = policy.current()
    assert rules.get(gates.setting_of("late", "own_rate")) == {
        "use": "advisory",
        "share": "0.02",
        "days": 60,
        "longest_gap": 14,
    }
    assert {
        key for key, _kind, values in gates.composition("late", rules) if values["use"] == "mandatory"
    } >= {
        "own_followers",
        "field_pace",
    }
    assert stage_words.words("late", rules, "en").entry == "New words"
    version = PolicyVersion.objects.get()
    assert (version.user, version.reason) == (chief, "As agreed in spring")
    told = browser.get("/settings/policy/versions/").content.decode()
    assert "Into Late: Own interactions per post" in told


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("gate_late_own_rate.share", "200"),
        ("gate_late_own_followers.days", "999"),
        ("gate_late_own_rate.use", "perhaps"),
        ("reason", ""),
    ],
)
def test_bad_input_is_said_at_its_field_and_what_was_typed_stays(as_user, chief, name, value):
    browser = as_user(chief)
    answer = browser.post(PAGE, filled(browser, **{name: value, "stage_words_late.en.exit": "Typed"}))
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [name])
    assert "Typed" in answer.content.decode()
    assert not PolicyVersion.objects.exists()


def test_two_who_change_the_same_check_do_not_overwrite_each_other(as_user, chief, admin):
    first, second = as_user(chief), as_user(admin)
    mine = filled(first, **{"gate_late_own_rate.days": "90"})
    theirs = filled(second, **{"gate_late_own_rate.days": "30"})
    assert first.post(PAGE, mine).status_code == 302
    answer = second.post(PAGE, theirs)
    assert (answer.status_code, PolicyVersion.objects.count()) == (422, 1)


def test_the_words_stand_in_the_move_dialog_and_on_the_file(as_user, operator, kol):
    browser = as_user(operator)
    part = browser.get(f"/kols/{kol.pk}/move/", {"to": "initial"}, HTTP_HX_REQUEST="true").content.decode()
    assert "The plan is agreed and the persona designed; they know our rules." in part  # who enters initial
    assert "The cooperation plan is agreed" in part  # when one leaves introduction
    panel = browser.get(f"/kols/{kol.pk}/stage/").content.decode()
    assert "Look at fit before reach." in panel
    assert "The field is not oversupplied" in panel
    assert f"/kols/{kol.pk}/stage/" in browser.get(f"/kols/{kol.pk}/cooperation/").content.decode()


def test_by_api_a_check_is_composed_under_its_setting(api, chief, operator):
    url, held = "/api/v1/policy/gate_late_own_rate/", {"If-Match": '"0"'}
    wanted = {"use": "advisory", "share": "0.02", "days": 90, "longest_gap": 7}
    client = api(chief, "kols:read", "policy:write")
    answer = client.put(url, {"value": {**wanted, "use": "perhaps"}, "reason": "spring"}, headers=held)
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["value.use"])
    asked = {"value": wanted, "reason": "spring"}
    assert api(operator, "kols:read", "policy:write").put(url, asked, headers=held).status_code == 403
    assert not PolicyVersion.objects.exists()
    answer = client.put(url, asked, headers=held)
    assert (answer.status_code, answer.json()["value"]) == (200, wanted)
    assert policy.current().get(gates.setting_of("late", "own_rate")) == wanted
