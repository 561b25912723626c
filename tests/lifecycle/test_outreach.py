"""Outreach: a ladder of channels, each attempt a touch; an answer ends it, a no blocks (DOMAIN 4.8)."""

from datetime import date, timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from kol_crm.core import policy
from kol_crm.core.actor import Actor
from kol_crm.core.errors import Refused
from kol_crm.core.models import Change
from lifecycle import due, ways
from lifecycle.models import Attempt, Candidate, Outreach
from lifecycle.services import candidate as candidates
from lifecycle.services import outreach, outreach_following, programme, stage
from lifecycle.services.outreach import No
from profiles.models import Kol, NoGo, Touch
from profiles.services import agency, contact, no_go, quiet, tie, touch
from profiles.services.no_go import Known
from profiles.services.one_voice import SecondVoice
from tests.factories import NOW, make_account, make_kol
from tests.lifecycle.factories import make_candidate, make_programme
from tests.lifecycle.refusing import nothing_written

pytestmark = pytest.mark.django_db
DAY = NOW.date()
CONTACTS = [
    {"channel": "mail", "value": "siyu@mail.example"},
    {"channel": "wechat", "value": "siyu-wx"},
]


@pytest.fixture(autouse=True)
def _at_noon():
    with time_machine.travel(NOW, tick=False):
        yield


def by(user, days=0):
    return Actor(user, "page", NOW + timedelta(days=days))


@pytest.fixture
def winter(operator):
    return make_programme(operator, live=True)


@pytest.fixture
def siyu(operator):
    return make_kol(operator, contacts=CONTACTS)


@pytest.fixture
def candidate(winter, siyu):
    return make_candidate(winter, siyu)


@pytest.fixture
def live(candidate, operator):
    return outreach.start(by(operator), candidate)


def again(row):
    return type(row).objects.get(pk=row.pk)


def test_the_first_rung_is_due_at_once_and_skips_channels_that_are_not_known(live):
    assert (live.next_channel, live.next_on) == ("mail", DAY)


def test_a_programme_without_purpose_or_deeds_writes_to_nobody(operator, siyu):
    empty = make_programme(operator, purpose="", deeds="")
    one = make_candidate(empty, siyu)
    nothing_written(lambda: outreach.start(by(operator), one), Refused, code="programme_not_live")
    problem = nothing_written(lambda: programme.start(by(operator), empty), ValidationError)
    assert set(problem.message_dict) == {"purpose", "deeds"}


def test_one_live_outreach_per_person(live, operator, siyu, candidate):
    other = make_candidate(make_programme(operator, name="Spring", live=True), siyu)
    nothing_written(lambda: outreach.start(by(operator), other), Refused, code="already_live")
    with pytest.raises(IntegrityError), transaction.atomic():
        Outreach.objects.create(kol=siyu, candidate=other, created_at=NOW)


def test_each_attempt_is_a_touch_and_the_first_makes_the_candidate_contacted(live, operator, candidate):
    made = outreach.attempt(by(operator), live, "mail", "no_answer", text="Hello")
    assert (made.touch.channel, made.touch.began, made.touch.answered, made.touch.text) == (
        "mail",
        "us",
        False,
        "Hello",
    )
    assert again(candidate).step == "contacted"


def test_silence_past_the_gap_leads_to_the_next_attempt_and_then_to_the_next_rung(live, operator):
    outreach.attempt(by(operator), live, "mail", "no_answer")
    assert (again(live).next_channel, again(live).next_on) == ("mail", DAY + timedelta(days=3))
    outreach.attempt(by(operator, 3), live, "mail", "read")
    assert (again(live).next_channel, again(live).next_on) == ("wechat", DAY + timedelta(days=6))


def test_the_gap_and_the_order_are_policy(live, operator, admin):
    rungs = {name: dict(rung) for name, rung in outreach.ladder.RUNGS.default.items()}
    rungs["wechat"]["place"], rungs["platform"]["place"] = 1, 3
    rungs["wechat"]["gap"] = 5
    policy.change(by(admin), {"outreach_ladder": rungs})
    outreach_following.nightly(by(operator))
    assert again(live).next_channel == "wechat"
    outreach.attempt(by(operator), live, "wechat", "no_answer")
    assert again(live).next_on == DAY + timedelta(days=5)


def test_the_due_attempt_stands_on_today_with_its_channel_and_the_action_that_finishes_it(live, operator):
    (row,) = due.OUTREACH.rows(operator, DAY, DAY, 10, ())
    assert (row.due, row.key) == (DAY, f"outreach:{live.pk}")
    assert "Mail" in row.why
    assert row.detail_url == f"/outreach/{live.pk}/"
    assert due.OUTREACH.waiting(operator, DAY, ()).count() == 1
    assert Kol.objects.get(pk=live.kol_id).next_due == DAY
    outreach.attempt(by(operator), live, "mail", "no_answer")
    assert list(due.OUTREACH.rows(operator, DAY, DAY + timedelta(days=2), 10, ())) == []


def test_an_answer_cancels_what_is_pending_and_begins_talks(live, operator, candidate):
    outreach.attempt(by(operator), live, "mail", "answered")
    row = again(live)
    assert (row.state, row.next_channel, row.next_on, row.ended_at) == ("answered", "", None, NOW)
    assert again(candidate).step == "in_talks"
    nothing_written(lambda: outreach.attempt(by(operator), live, "mail", "read"), Refused, code="not_live")


def test_an_answer_that_comes_later_is_a_touch_of_theirs(live, operator):
    made = outreach.attempt(by(operator), live, "mail", "no_answer")
    later = outreach.heard(by(operator, 1), made, "answered", text="Yes, gladly")
    assert (later.touch.began, later.touch.channel) == ("kol", "mail")
    assert again(live).state == "answered"


def test_an_answer_by_any_other_way_ends_it_too(live, operator, siyu, candidate):
    touch.log(by(operator), siyu, channel="phone", began="kol")
    assert again(live).state == "answered"
    assert again(candidate).step == "in_talks"


def test_read_later_keeps_the_rung(live, operator):
    made = outreach.attempt(by(operator), live, "mail", "no_answer")
    outreach.heard(by(operator, 1), made, "read")
    assert outreach.tried_of([live.pk])[live.pk][0].result == "read"
    assert (again(live).next_channel, again(live).next_on) == ("mail", DAY + timedelta(days=3))


NO = No("No time this year", date(2027, 3, 1))


def test_a_refusal_says_why_and_blocks_until_its_date(live, operator, candidate, winter):
    nothing_written(lambda: outreach.attempt(by(operator), live, "mail", "refused"), ValidationError)
    early = No("x", DAY)
    nothing_written(
        lambda: outreach.attempt(by(operator), live, "mail", "refused", no=early), ValidationError
    )
    outreach.attempt(by(operator), live, "mail", "refused", text="Not now", no=NO)
    assert again(live).state == "refused"
    row = NoGo.objects.get()
    assert (row.kind, row.cause, row.evidence, row.look_again_on) == (
        "refused",
        "No time this year",
        "Not now",
        date(2027, 3, 1),
    )
    assert not again(candidate).in_outreach
    nothing_written(lambda: outreach.start(by(operator), candidate), Known, code="no_go")
    late = Actor(operator, "page", NOW.replace(year=2027, month=3, day=1))
    assert outreach.start(late, candidate).is_live


def test_a_no_heard_elsewhere_blocks_as_well(candidate, operator, siyu):
    values = {"kind": "rejected", "cause": "Bots", "evidence": "Seen", "look_again_on": date(2027, 1, 1)}
    no_go.record(by(operator), values, kol=siyu)
    nothing_written(lambda: outreach.start(by(operator), candidate), Known)


def test_a_wrong_address_is_marked_dead_and_the_next_rung_is_due_at_once(live, operator, siyu):
    outreach.attempt(by(operator), live, "mail", "wrong_address")
    assert contact.living_mail(siyu) is None
    assert (again(live).next_channel, again(live).next_on) == ("wechat", DAY)


def test_unreachable_only_when_every_known_channel_was_tried_twice(live, operator, candidate):
    nothing_written(lambda: outreach.mark_unreachable(by(operator), live), Refused, code="never_tried")
    for days, channel in enumerate(("mail", "mail", "wechat")):
        outreach.attempt(by(operator, days), live, channel, "no_answer")
    refused = nothing_written(
        lambda: outreach.mark_unreachable(by(operator, 3), live), Refused, code="channels_left"
    )
    assert refused.details["channels"] == ["wechat"]
    outreach.attempt(by(operator, 3), live, "wechat", "no_answer")
    row = again(live)
    assert (row.next_channel, row.next_on) == ("", DAY + timedelta(days=6))
    assert outreach.mark_unreachable(by(operator, 4), live).state == "unreachable"
    assert not again(candidate).in_outreach


def test_a_channel_found_later_must_be_tried_too(live, operator, siyu):
    for days, channel in enumerate(("mail", "mail", "wechat", "wechat")):
        outreach.attempt(by(operator, days), live, channel, "no_answer")
    contact.add(by(operator, 5), siyu, {"channel": "phone", "value": "13800138000"})
    nothing_written(lambda: outreach.mark_unreachable(by(operator, 5), live), Refused, code="channels_left")
    outreach_following.nightly(by(operator, 5))
    assert again(live).next_channel == "phone"


def test_stopping_says_why(live, operator, candidate):
    nothing_written(lambda: outreach.stop(by(operator), live, " "), ValidationError)
    assert outreach.stop(by(operator), live, "Budget is gone").state == "stopped"
    assert not again(candidate).in_outreach


@pytest.mark.parametrize("days", [7, 8])
def test_one_voice_holds_for_starting_and_for_each_attempt(candidate, operator, colleague, siyu, days):
    """DOMAIN 4.9."""
    touch.log(by(colleague, -days), siyu, channel="phone", began="us")
    if days == 8:
        assert outreach.start(by(operator), candidate).voice_reason == ""
        return
    nothing_written(lambda: outreach.start(by(operator), candidate), SecondVoice, code="second_voice")
    row = outreach.start(by(operator), candidate, "I own the file")
    made = outreach.attempt(by(operator), row, "mail", "no_answer")
    assert made.touch.beside.user == colleague
    assert made.touch.voice_reason == "I own the file"
    nothing_written(lambda: outreach.attempt(by(colleague), row, "mail", "no_answer"), SecondVoice)


def test_a_quiet_mark_keeps_outreach_away(candidate, operator, siyu):
    quiet.set_mark(by(operator), siyu, "mourning")
    nothing_written(lambda: outreach.start(by(operator), candidate), Refused, code="quiet")


def test_a_quiet_mark_or_a_move_ends_a_live_one(live, operator, siyu):
    quiet.set_mark(by(operator), siyu, "opted_out")
    assert again(live).state == "stopped"


def test_departing_ends_it_and_remembers_the_refusal_until_it_is_undone(live, operator, siyu):
    moved = stage.move(by(operator), siyu, "departed", cause="refused", why="Signed elsewhere")
    assert again(live).state == "stopped"
    row = NoGo.objects.get()
    assert (row.kind, row.evidence) == ("refused", "Signed elsewhere")
    stage.undo(by(operator), moved)
    assert again(row).lifted_at == NOW


def test_an_outcome_ends_it_and_a_rejection_is_remembered(live, operator, candidate):
    candidates.decide(by(operator), candidate, "rejected", "Bought followers")
    assert again(live).state == "stopped"
    assert NoGo.objects.get(kind="rejected").cause == "Bought followers"


def test_an_attempt_taken_back_was_none(live, operator):
    made = outreach.attempt(by(operator), live, "mail", "no_answer")
    touch.take_back(by(operator), made.touch)
    assert outreach.tried_of([live.pk]) == {}
    assert (again(live).next_channel, again(live).next_on) == ("mail", DAY)


def test_a_refusal_taken_back_lets_it_go_on_and_lifts_the_no(live, operator, candidate):
    made = outreach.attempt(by(operator), live, "mail", "refused", no=NO)
    touch.take_back(by(operator), made.touch)
    assert again(live).is_live
    assert again(candidate).in_outreach
    assert NoGo.objects.get().lifted_at == NOW
    assert again(live).next_channel == "mail"


@pytest.mark.parametrize(
    ("field", "values"), [("channel", ("pigeon", "read")), ("result", ("mail", "maybe"))]
)
def test_an_unknown_word_is_refused_at_its_field(live, operator, field, values):
    problem = nothing_written(lambda: outreach.attempt(by(operator), live, *values), ValidationError)
    assert list(problem.message_dict) == [field]


def test_who_does_not_see_the_file_writes_to_nobody(live, stranger):
    nothing_written(lambda: outreach.attempt(by(stranger), live, "mail", "read"), PermissionDenied)


def test_the_ways_that_are_known(operator, siyu):
    assert ways.known(siyu, DAY) == {"mail", "wechat"}
    make_account(siyu, "weibo", "siyu")
    other = make_kol(operator, "Friend")
    tie.add(by(operator), siyu, {"kind": "friend", "other_id": other.pk})
    Kol.objects.filter(pk=siyu.pk).update(agency=agency.create(by(operator), {"name": "MCN"}))
    assert ways.known(again(siyu), DAY) == {"mail", "wechat", "platform", "friend", "agency"}


def test_warm_paths_are_shown_and_of_a_foreign_file_only_whom_to_ask(operator, stranger, siyu):
    mine, foreign = make_kol(operator, "Known Friend"), make_kol(stranger, "Hidden Friend")
    tie.add(by(operator), siyu, {"kind": "partner", "other_id": mine.pk})
    tie.add(by(stranger), foreign, {"kind": "friend", "name": "x"})
    foreign.ties.update(other=siyu, name="")
    rival = make_kol(operator, "A Rival")
    tie.add(by(operator), siyu, {"kind": "rival", "other_id": rival.pk})
    words = [path.words for path in ways.warm(siyu, operator, DAY)]
    assert "Partner: Known Friend" in words
    assert any("already on file with team West, ask Stranger" in one for one in words)
    assert not any("Hidden" in one or "Rival" in one for one in words)


def test_every_verb_leaves_its_trace(live, operator, siyu):
    outreach.stop(by(operator), live, "Enough")
    told = Change.objects.filter(root=siyu.pk, model="lifecycle.outreach").values_list("field", flat=True)
    assert {"", "state", "why"} <= set(told)
    assert Touch.objects.count() == Attempt.objects.count() == 0
    assert Candidate.objects.count() == 1
