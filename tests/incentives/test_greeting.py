"""Greetings: edited, sent by mail over real SMTP, marked by hand, skipped (DOMAIN 7.3)."""

from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

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


def test_at_night_there_it_waits_for_the_morning(operator, by_itself, sink):
    greeting = draft(operator)
    night = NINE.replace(hour=21)
    dispatch(night)
    assert (sink.ids, Send.objects.get().not_before) == ([], NINE + timedelta(days=1))
    dispatch(NINE + timedelta(days=1))
    assert (again(greeting).state, len(sink.ids)) == ("sent", 1)


def test_a_minute_past_24_hours_it_is_too_late(operator, by_itself, sink):
    greeting = draft(operator)
    dispatch(NINE + timedelta(days=1, minutes=1))
    assert (again(greeting).state, again(greeting).outcome, sink.ids) == ("skipped", "too late", [])


@pytest.mark.parametrize("at", ["21:00", "08:59", "00:00", "9 o'clock"])
def test_no_hour_of_the_night_can_be_set(at, db):
    with pytest.raises(ValidationError):
        policy.change(Actor(None, "command", NOW), {occasion.MODES.key: occasion.all_by_itself(at)})


def test_the_operator_may_send_at_any_hour(greeting, operator, sink):
    night = NINE.replace(hour=22)
    verbs.send_by_mail(Actor(operator, "page", night), greeting, greeting.version)
    dispatch(night + timedelta(seconds=8))
    assert len(sink.ids) == 1


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
    return list(GREETINGS.rows(user, NINE.date(), NINE.date(), 10, ()))


def test_sent_by_hand_it_is_a_touch_and_goes_by_no_other_way(operator, actor, by_itself, sink):
    greeting = draft(operator)
    verbs.mark_by_hand(actor, greeting, "wechat", greeting.version)
    dispatch(NINE)
    assert (again(greeting).state, again(greeting).done_by, sink.ids) == ("by_hand", operator, [])
    assert Touch.objects.get().channel == "wechat"


VERBS = {
    "by hand": lambda by, greeting: verbs.mark_by_hand(by, greeting, "wechat", greeting.version),
    "skip": lambda by, greeting: verbs.skip(by, greeting, "asked not to", greeting.version),
    "edit": lambda by, greeting: verbs.edit(by, greeting, {"subject": "Hi"}, greeting.version),
    "send": lambda by, greeting: verbs.send_by_mail(by, greeting, greeting.version),
    "call back": verbs.call_back,
}


@pytest.mark.parametrize("verb", ["by hand", "skip", "edit", "call back"])
def test_what_a_worker_has_claimed_is_taken_back_from_it(operator, actor, by_itself, sink, verb):
    greeting = draft(operator)
    if verb == "call back":
        greeting = verbs.send_by_mail(actor, greeting, greeting.version)
    (row,) = dispatcher.claim(NINE, 10)
    VERBS[verb](actor.again(), greeting)
    before = again(greeting)
    handover = dispatcher.mail.open_handover(dispatcher.kinds.get("greeting").render(row))
    assert (
        dispatcher._hand_over(row, dispatcher.kinds.get("greeting"), None, handover, lambda: NINE)
        == "pending"
    )
    assert (sink.ids, Send.objects.get().state) == ([], "skipped")
    assert (again(greeting).state, again(greeting).version) == (before.state, before.version)


@pytest.mark.parametrize("verb", ["by hand", "skip", "edit", "send"])
def test_what_is_being_transmitted_is_no_longer_changed(operator, actor, by_itself, verb):
    greeting = draft(operator)
    (row,) = dispatcher.claim(NINE, 10)
    dispatcher._mark_sending(row, NINE)
    with pytest.raises(Refused):
        VERBS[verb](actor, greeting)
    assert (again(greeting).state, again(greeting).version) == ("draft", greeting.version)
    assert Send.objects.get().state == "sending"
    assert not Touch.objects.exists()


def uncertain(operator, sink) -> Greeting:
    greeting = draft(operator)
    verbs.send_by_mail(Actor(operator, "page", NOW), greeting, greeting.version)
    sink.silent = True
    dispatch(NOW + timedelta(seconds=8))
    sink.silent = False
    return again(greeting)


def test_without_a_reply_it_is_the_operator_who_decides(operator, actor, sink, as_user):
    greeting = uncertain(operator, sink)
    assert (greeting.state, Send.objects.get().state) == ("failed", "uncertain")
    (row,) = incentives_rows(operator)
    assert (row.why, row.action) == ("No reply: it may have arrived", "Check")
    page = as_user(operator).get(reverse("incentives:greeting-detail", args=[greeting.pk])).content.decode()
    assert "It arrived" in page
    assert "Send again" in page


def test_it_arrived_says_the_operator(operator, actor, sink):
    greeting = uncertain(operator, sink)
    verbs.mark_arrived(actor.again(), greeting, greeting.version)
    assert (again(greeting).state, again(greeting).done_by, Send.objects.get().state) == (
        "sent",
        operator,
        "sent",
    )
    with pytest.raises(Refused):
        verbs.mark_arrived(actor.again(), again(greeting), None)


def test_sent_again_by_its_operator_it_is_the_same_message(operator, actor, sink):
    greeting = uncertain(operator, sink)
    verbs.send_by_mail(actor.again(), greeting, greeting.version)
    dispatch(NOW + timedelta(minutes=1))
    assert (again(greeting).state, len(sink.ids), len(set(sink.ids))) == ("sent", 2, 1)


def test_a_late_answer_does_not_undo_what_the_operator_decided(operator, actor, by_itself, sink):
    greeting = draft(operator)
    (row,) = dispatcher.claim(NINE, 10)
    dispatcher._mark_sending(row, NINE)
    dispatcher.recover(NINE + timedelta(hours=1))
    verbs.mark_by_hand(actor.again(), again(greeting), "wechat", None)
    kind = dispatcher.kinds.get("greeting")
    dispatcher._settle(row, kind, None, "sent", "250", lambda: NINE)
    assert (again(greeting).state, Send.objects.get().state) == ("by_hand", "sent")


def test_the_mail_is_dated_by_the_day_it_goes(operator, by_itself, sink):
    draft(operator)
    dispatch(NINE)
    assert parsedate_to_datetime(sink.arrived[0]["Date"]) == NINE


def test_no_clear_address_is_kept_where_the_server_repeats_it(operator, by_itself, sink):
    greeting = draft(operator)
    sink.rcpt_reply = "550 5.1.1 <siyu@mail.example>: user unknown"
    dispatch(NINE)
    assert "siyu@" not in again(greeting).outcome + Send.objects.get().outcome


def test_next_due_follows_the_greeting(operator, actor, by_itself, sink):
    greeting = draft(operator)
    assert (Kol.objects.get().next_due, Kol.objects.get().next_due_kind) == (greeting.on, "greeting")
    dispatch(NINE)
    assert Kol.objects.get().next_due_kind != "greeting"


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
