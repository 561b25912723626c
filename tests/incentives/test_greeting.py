"""Greetings: edited, sent by mail over real SMTP, marked by hand, skipped (DOMAIN 7.3)."""

from datetime import datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from incentives.due import GREETINGS
from incentives.models import Greeting
from incentives.services import greeting as verbs
from incentives.services import occasion, planner
from kol_crm.core import dispatcher, policy
from kol_crm.core.actor import Actor
from kol_crm.core.errors import Conflict, Refused
from kol_crm.core.models import Send
from lifecycle.services import stage
from profiles.models import Kol, Touch
from profiles.services import kol as files
from profiles.services import quiet
from tests.factories import CHINA, NOW, make_kol
from tests.sink import smtp_sink

pytestmark = pytest.mark.django_db
MAIL = {"channel": "mail", "value": "siyu@mail.example"}
NINE = datetime(2026, 11, 24, 9, 0, tzinfo=CHINA)


@pytest.fixture
def sink():
    with smtp_sink() as sink:
        yield sink


@pytest.fixture
def by_itself(db):
    policy.change(Actor(None, "command", NOW), {occasion.MODES.key: occasion.all_by_itself("09:00")})


@pytest.fixture
def greeting(operator):
    return draft(operator)


def draft(operator, **values) -> Greeting:
    """A drafted greeting for tomorrow, of a KOL in initial."""
    values = {"contacts": [MAIL], "language": "zh-hans", **values}
    kol = make_kol(operator, birth_month=11, birth_day=24, **values)
    stage.move(Actor(operator, "page", NOW), kol, "initial", why="agreed")
    planner.plan(Actor.job(NOW))
    return Greeting.objects.get(kol=kol)


def dispatch(now) -> dispatcher.Tally:
    return dispatcher.dispatch(lambda: now)


def again(greeting) -> Greeting:
    return Greeting.objects.get(pk=greeting.pk)


def test_the_operator_edits_and_sends_it(greeting, actor, sink):
    edited = verbs.edit(actor, greeting, {"personal_line": "豆腐还好吗？"}, greeting.version)
    verbs.send_by_mail(actor, edited, edited.version)
    assert dispatch(NOW + timedelta(seconds=7)).seen == 0
    assert dispatch(NOW + timedelta(seconds=9)).done == 1
    (mail,) = sink.arrived
    text = mail.get_payload(decode=True).decode()
    assert (mail["To"], mail["Reply-To"]) == ("siyu@mail.example", "Operator <operator@crm.example>")
    assert "愿新的一岁，平安喜乐，所念皆如愿。\n\n豆腐还好吗？\n\nOperator" in text.replace("\r\n", "\n")
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail["List-Unsubscribe"].strip("<>") in text
    assert (again(greeting).state, again(greeting).done_at) == ("sent", NOW + timedelta(seconds=9))
    assert Touch.objects.get().channel == "mail"


def test_within_eight_seconds_it_can_be_called_back(greeting, actor, sink):
    sent = verbs.send_by_mail(actor, greeting, greeting.version)
    verbs.call_back(actor.again(), sent)
    dispatch(NOW + timedelta(minutes=1))
    assert (sink.ids, again(greeting).state) == ([], "draft")
    verbs.send_by_mail(actor.again(), again(greeting))
    dispatch(NOW + timedelta(minutes=1))
    assert (len(sink.ids), again(greeting).state) == (1, "sent")
    with pytest.raises(Refused):
        verbs.call_back(actor.again(), again(greeting))


def test_untouched_it_goes_by_itself_at_its_hour(operator, by_itself, sink):
    greeting = draft(operator)
    assert dispatch(NINE - timedelta(seconds=1)).seen == 0
    dispatch(NINE)
    assert (again(greeting).state, again(greeting).done_by, len(sink.ids)) == ("sent", None, 1)
    assert not Touch.objects.exists()  # a mail of the software is no touch of the operator


def test_an_edited_draft_waits_for_its_operator(operator, actor, by_itself, sink):
    greeting = draft(operator)
    verbs.edit(actor, greeting, {"subject": "Hi"}, greeting.version)
    dispatch(NINE)
    assert (again(greeting).state, sink.ids) == ("draft", [])


@pytest.mark.parametrize("what", ["quiet", "archived", "departed", "dead mail", "no consent"])
def test_what_changed_since_is_respected_to_the_moment_of_sending(operator, by_itself, sink, what):
    greeting = draft(operator)
    kol, actor = Kol.objects.get(), Actor(operator, "page", NOW)
    match what:
        case "quiet":
            quiet.set_mark(actor, kol, "mourning")
        case "archived":
            files.archive(actor, kol, None)
        case "departed":
            stage.move(actor, kol, "departed", cause="inactive")
        case "dead mail":
            kol.contacts.update(dead_since=NOW.date())
        case "no consent":
            files.edit(actor, kol, {"minor": True}, None)
    dispatch(NINE)
    assert (sink.ids, Send.objects.get().state) == ([], "skipped")
    assert again(greeting).state == "draft"


def test_at_night_there_nothing_goes_by_itself(operator, sink):
    policy.change(Actor(None, "command", NOW), {occasion.MODES.key: occasion.all_by_itself("08:59")})
    draft(operator)
    dispatch(NINE - timedelta(minutes=1))
    assert (sink.ids, Send.objects.get().outcome) == ([], "night there")


def test_a_refused_address_is_marked_dead_and_the_greeting_comes_back_to_the_operator(
    operator, by_itself, sink
):
    greeting = draft(operator)
    sink.rcpt_reply = "550 5.1.1 no such user"
    dispatch(NINE)
    assert Kol.objects.get().contacts.get().dead_since is not None
    assert (again(greeting).state, again(greeting).outcome) == ("failed", "550 5.1.1 no such user")
    row = next(iter(incentives_rows(operator)))
    assert "550" in row.why


def incentives_rows(user):

    return GREETINGS.rows(user, NINE.date(), NINE.date(), 10, ())


def test_sent_by_hand_it_is_a_touch_and_goes_by_no_other_way(operator, actor, by_itself, sink):
    greeting = draft(operator)
    verbs.mark_by_hand(actor, greeting, "wechat", greeting.version)
    dispatch(NINE)
    assert (again(greeting).state, again(greeting).done_by, sink.ids) == ("by_hand", operator, [])
    assert Touch.objects.get().channel == "wechat"


def test_skipping_asks_for_a_reason(greeting, actor):
    with pytest.raises(ValidationError) as refusal:
        verbs.skip(actor, greeting, " ", greeting.version)
    assert list(refusal.value.message_dict) == ["reason"]
    assert again(greeting).state == "draft"


def test_a_stale_draft_is_not_saved(greeting, actor):
    verbs.edit(actor, greeting, {"subject": "One"}, greeting.version)
    with pytest.raises(Conflict):
        verbs.edit(actor.again(), greeting, {"subject": "Two"}, greeting.version)
    assert again(greeting).subject == "One"


def test_without_a_living_address_it_cannot_go_by_mail(operator, actor):
    greeting = draft(operator, contacts=[])
    with pytest.raises(Refused):
        verbs.send_by_mail(actor, greeting, greeting.version)
    assert not Send.objects.exists()


def test_the_page_sends_what_was_typed(greeting, operator, as_user, sink):
    client = as_user(operator)
    url = reverse("incentives:greeting-detail", args=[greeting.pk])
    assert "siyu@mail.example" not in client.get(url).content.decode()
    body = {
        "version": greeting.version,
        "subject": "生日快乐",
        "body": "思雨：\n\n生日快乐",
        "personal_line": "一切都好",
    }
    assert client.post(reverse("incentives:greeting-send", args=[greeting.pk]), body).status_code == 302
    assert (again(greeting).state, again(greeting).subject) == ("queued", "生日快乐")


def test_a_stale_page_sends_nothing_and_keeps_what_was_typed(greeting, operator, actor, as_user):
    verbs.edit(actor, greeting, {"subject": "One"}, greeting.version)
    body = {"version": greeting.version, "subject": "Two words", "body": "b", "personal_line": ""}
    answer = as_user(operator).post(reverse("incentives:greeting-send", args=[greeting.pk]), body)
    assert (answer.status_code, "Two words" in answer.content.decode()) == (409, True)
    assert (again(greeting).state, again(greeting).subject) == ("draft", "One")


def test_a_colleague_reads_it_and_a_stranger_finds_nothing(greeting, colleague, stranger, as_user):
    url = reverse("incentives:greeting-detail", args=[greeting.pk])
    send = reverse("incentives:greeting-send", args=[greeting.pk])
    assert [as_user(colleague).get(url).status_code, as_user(colleague).post(send).status_code] == [200, 403]
    assert [as_user(stranger).get(url).status_code, as_user(stranger).post(send).status_code] == [404, 404]
    assert again(greeting).state == "draft"
