"""Robots of group chats: set up by managers, told through the outbox, without a KOL's name (issue 7)."""

import json
from datetime import datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from kol_crm.core import dispatcher, notices, robots, vault
from kol_crm.core.actor import Actor
from kol_crm.core.models import Change, NoticeSettings, Robot, RobotNote, Send
from kol_crm.core.services import robot as verbs
from tests.factories import CHINA, make_kol

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 23, 12, tzinfo=CHINA)
MINUTE = timedelta(minutes=1)
TAKEN = (200, {}, b'{"errcode":0,"errmsg":"ok"}')


@pytest.fixture
def chat(settings, receiver):
    settings.BASE_URL = "https://crm.example"
    receiver.answer = TAKEN
    return receiver


def facts(team, chat_url: str, **more) -> dict:
    return {
        "name": "East group",
        "kind": "wecom",
        "team": team,
        "kinds": ["mention", "work"],
        "url": f"{chat_url}/robot?key=topsecret",
        **more,
    }


@pytest.fixture
def robot(admin, team, chat):
    return verbs.create(Actor(admin, "page", NOON), facts(team, chat.url))


def mention(by, users, kol, at=NOON) -> None:
    notices.notify(Actor(by, "page", at), users, "mention", subject=kol.pk, data={"touch": ""})


def tick(now) -> None:
    robots.plan(Actor.job(now))
    dispatcher.dispatch(lambda: now, lane=dispatcher.WEB)


def test_a_group_is_told_who_what_and_how_many_and_no_name_of_a_kol(operator, colleague, robot, chat):
    kol = make_kol(operator, "秘密达人")
    for _time in range(2):
        mention(operator, [colleague], kol)
    tick(NOON)
    ((path, headers, body),) = chat.came
    assert path == "/robot?key=topsecret"
    assert headers["Content-Type"].startswith("application/json")
    text = json.loads(body)["markdown"]["content"]
    assert "2 new notices" in text
    assert "> Mention: Colleague 2" in text
    assert "https://crm.example/notices/" in text
    assert "秘密达人" not in body.decode()
    send = Send.objects.get()
    assert (send.state, send.outcome, RobotNote.objects.filter(send=send).count()) == ("sent", "0 ok", 2)


def test_a_notice_is_told_once_and_what_follows_is_one_message_a_minute(operator, colleague, robot, chat):
    kol = make_kol(operator)
    mention(operator, [colleague], kol)
    tick(NOON)
    tick(NOON)
    mention(operator, [colleague], kol)
    tick(NOON + timedelta(seconds=20))
    assert len(chat.came) == 1
    mention(operator, [colleague], kol, NOON + timedelta(seconds=30))
    tick(NOON + MINUTE)
    tick(NOON + 2 * MINUTE)
    assert [("2 new" in body.decode()) for _path, _headers, body in chat.came] == [False, True]


def test_other_teams_other_kinds_read_ones_and_who_wants_none_are_not_told(
    operator, colleague, stranger, manager, robot, chat
):
    kol = make_kol(operator)
    NoticeSettings.objects.create(user=manager, channels={"mention": ["in_app"]})
    mention(operator, [stranger, manager], kol)
    notices.notify(Actor(operator, "page", NOON), [colleague], "follow", subject=kol.pk, data={})
    mention(operator, [colleague], kol)
    notices.mark_read(Actor(colleague, "page", NOON))
    tick(NOON)
    assert (chat.came, Send.objects.count()) == ([], 0)


def test_a_limit_is_waited_for_and_a_refusal_ends_it(operator, colleague, robot, chat):
    kol = make_kol(operator)
    chat.answer = (200, {}, b'{"errcode":45009,"errmsg":"api freq out of limit"}')
    mention(operator, [colleague], kol)
    tick(NOON)
    mention(operator, [colleague], kol, NOON + MINUTE / 4)
    tick(NOON + MINUTE / 2)
    send = Send.objects.get()  # no second one while it waits
    assert (send.state, send.not_before, len(chat.came)) == ("pending", NOON + MINUTE, 1)
    chat.answer = (200, {}, b'{"errcode":93000,"errmsg":"invalid webhook url"}')
    tick(NOON + MINUTE)
    send.refresh_from_db()
    assert (send.state, send.outcome) == ("failed", "93000 invalid webhook url")
    chat.answer = TAKEN
    tick(NOON + 2 * MINUTE)
    assert Send.objects.filter(state="sent").count() == 1  # what came meanwhile is told


def test_a_robot_that_is_off_or_gone_says_nothing(operator, colleague, admin, robot, chat):
    by = Actor(admin, "page", NOON)
    mention(operator, [colleague], make_kol(operator))
    robots.plan(Actor.job(NOON))
    verbs.edit(by, robot, {"active": False}, 1)
    dispatcher.dispatch(lambda: NOON, lane=dispatcher.WEB)
    assert (chat.came, Send.objects.get().state) == ([], "skipped")
    verbs.remove(by.again(), robot)
    assert not Robot.objects.exists()


def test_both_secrets_are_sealed_and_the_history_tells_only_that_they_changed(admin, team, chat):
    by = Actor(admin, "page", NOON)
    robot = verbs.create(by, facts(team, chat.url, kind="dingtalk", secret="SECRETWORD"))
    assert vault.open_secret(robots.URL, robot.sealed_url) == f"{chat.url}/robot?key=topsecret"
    assert vault.open_secret(robots.SECRET, robot.sealed_secret) == "SECRETWORD"
    assert robot.address.startswith("127.0.0.1 …cret · ")
    changed = verbs.edit(by.again(), robot, {"secret": "OTHERWORD"}, 1)
    assert changed.address != robot.address
    assert vault.open_secret(robots.URL, changed.sealed_url) == f"{chat.url}/robot?key=topsecret"
    told = str([(one.before, one.after) for one in Change.objects.filter(root=robot.pk)])
    assert changed.address in told
    for word in ("SECRETWORD", "OTHERWORD", "topsecret", robot.sealed_url, changed.sealed_secret):
        assert word not in told


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"url": ""}, "url"),
        ({"url": "ftp://chat.example/x"}, "url"),
        ({"url": "http://chat.example/x"}, "url"),
        ({"url": "https://"}, "url"),
        ({"url": "https://chat.example:x/"}, "url"),
        ({"secret": "s"}, "secret"),  # WeCom signs nothing
        ({"kinds": []}, "kinds"),
        ({"kinds": ["nothing"]}, "kinds"),
        ({"kind": "icq"}, "kind"),
        ({"name": ""}, "name"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_written(admin, team, chat, wrong, field):
    with pytest.raises(ValidationError) as refusal:
        verbs.create(Actor(admin, "page", NOON), facts(team, chat.url) | wrong)
    assert field in refusal.value.message_dict
    assert (Robot.objects.count(), Change.objects.filter(model="core.robot").count()) == (0, 0)


def test_managers_set_up_robots_of_their_own_teams_alone(manager, operator, stranger, robot, team, chat):
    assert list(verbs.of(manager)) == [robot]
    with pytest.raises(ValidationError):
        verbs.create(Actor(manager, "page", NOON), facts(stranger.team, chat.url, name="West"))
    with pytest.raises(PermissionDenied):
        verbs.create(Actor(operator, "page", NOON), facts(team, chat.url, name="Mine"))
    assert Robot.objects.count() == 1


def test_a_test_message_shows_the_answer(admin, robot, chat, as_user):
    browser, url = as_user(admin), f"/settings/robots/{robot.pk}/"
    page = browser.post(f"{url}say/", follow=True).content.decode()
    assert "The chat answered: 0 ok" in page
    chat.answer = (200, {}, b'{"errcode":93000,"errmsg":"invalid webhook url"}')
    page = browser.post(f"{url}say/", follow=True).content.decode()
    assert "Refused: 93000 invalid webhook url" in page
    chat.answer = None
    assert "No answer" in browser.post(f"{url}say/", follow=True).content.decode()
    assert Send.objects.count() == 0


def test_an_address_inside_the_house_is_not_called(admin, robot, settings, as_user, chat):
    settings.OUTGOING_ALLOW = []
    page = as_user(admin).post(f"/settings/robots/{robot.pk}/say/", follow=True).content.decode()
    assert "Refused" in page
    assert chat.came == []


def test_the_pages_make_and_change_one_and_never_show_the_address(admin, team, chat, as_user):
    browser = as_user(admin)
    form = facts(team, chat.url) | {"team": str(team.pk), "active": "on"}
    assert browser.post("/settings/robots/add/", form).status_code == 302
    robot = Robot.objects.get()
    page = browser.get(f"/settings/robots/{robot.pk}/").content.decode()
    assert "topsecret" not in page + browser.get("/settings/robots/").content.decode()
    answer = browser.post(
        f"/settings/robots/{robot.pk}/", form | {"url": "", "name": "Night", "version": "1"}
    )
    robot.refresh_from_db()
    assert (answer.status_code, robot.name) == (302, "Night")
    assert vault.open_secret(robots.URL, robot.sealed_url).endswith("topsecret")
    stale = browser.post(f"/settings/robots/{robot.pk}/", form | {"url": "", "name": "X", "version": "1"})
    robot.refresh_from_db()
    assert (stale.status_code, robot.name) == (409, "Night")


def test_the_api_sets_a_robot_up_and_never_answers_what_is_secret(manager, team, chat, api):
    client = api(manager, "kols:read", "users:write")
    body = facts(str(team.pk), chat.url)
    made = client.post("/api/v1/robots/", body, format="json")
    assert made.status_code == 201, made.json()
    told = made.json()
    assert (told["name"], told["team"], told["kinds"]) == ("East group", str(team.pk), ["mention", "work"])
    path = f"/api/v1/robots/{told['id']}/"
    listed = client.get("/api/v1/robots/")
    assert [one["id"] for one in listed.json()["results"]] == [told["id"]]
    assert client.post(f"{path}say/").json()["taken"] is True
    changed = client.patch(path, {"active": False}, format="json", headers={"If-Match": made["ETag"]})
    assert (changed.status_code, changed.json()["active"]) == (200, False)
    stale = client.patch(path, {"active": True}, format="json", headers={"If-Match": made["ETag"]})
    assert (stale.status_code, Robot.objects.get().active) == (412, False)
    for answer in (made, listed, changed, client.get(path)):
        assert "topsecret" not in answer.content.decode()
    assert client.delete(path, headers={"If-Match": "*"}).status_code == 204
    assert not Robot.objects.exists()


def test_page_and_api_refuse_the_same_robot_at_the_same_field(manager, manager_elsewhere, team, chat, api):
    client = api(manager_elsewhere, "kols:read", "users:write")
    for changes, field in (({}, "team"), ({"kinds": ["unheard"]}, "kinds"), ({"url": "ftp://x"}, "url")):
        answer = client.post("/api/v1/robots/", {**facts(str(team.pk), chat.url), **changes}, format="json")
        assert answer.status_code == 400, field
        assert field in answer.json()["errors"], field
    without = api(manager).post("/api/v1/robots/", facts(str(team.pk), chat.url), format="json")
    assert without.status_code == 403, "the token lacks users:write"
    assert not Robot.objects.exists()


def test_an_address_of_other_letters_is_told_as_the_answer_of_the_test(admin, team, chat):
    actor = Actor(admin, "page", NOON)
    robot = verbs.create(actor, facts(team, "https://例子.example"))
    taken, words = verbs.say(actor, robot)
    assert not taken
    assert "no address" in words


DEEP = b'{"errcode":0,"errmsg":' + b"[" * 100_000


@pytest.mark.parametrize(
    "said", [DEEP, b'{"errcode":1e999}', b'{"errcode":{}}', b"[]"], ids=lambda one: one[:20]
)
def test_whatever_a_chat_answers_is_told_as_its_refusal(admin, robot, chat, said):
    chat.answer = (200, {}, said)
    taken, words = verbs.say(Actor(admin, "page", NOON), robot)
    assert not taken
    assert "no answer of a robot" in words


def test_no_zero_byte_of_an_answer_is_kept(operator, colleague, robot, chat):
    chat.answer = (200, {}, rb'{"errcode":0,"errmsg":"o\u0000k"}')
    mention(operator, [colleague], make_kol(operator))
    tick(NOON)
    send = Send.objects.get()
    assert (send.state, send.outcome) == ("sent", "0 ok")
