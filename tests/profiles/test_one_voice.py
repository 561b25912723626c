"""One voice: before writing one sees who last contacted this person or their agency (DOMAIN 4.9)."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from incentives.models import Greeting
from incentives.services import greeting as greetings
from kol_crm.core import policy
from kol_crm.core.actor import Actor
from kol_crm.core.models import Team
from profiles import timeline
from profiles.models import Touch
from profiles.services import agency, one_voice, touch
from profiles.services import kol as kols
from profiles.services.one_voice import SecondVoice
from tests.factories import NOW, UserFactory, make_kol
from tests.permissions.asking import state

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def _at_noon():
    with time_machine.travel(NOW, tick=False):
        yield


def by(user, at=NOW):
    return Actor(user, "page", at)


def wrote(user, kol, *, days=0, **values):
    """``user`` wrote that many days ago."""
    at = NOW - timedelta(days=days)
    return touch.log(by(user, at), kol, **{"channel": "wechat", "began": "us", **values})


def test_a_second_person_within_seven_days_needs_a_reason_and_nothing_is_written(kol, operator, colleague):
    wrote(operator, kol, days=5)
    before = state()
    with pytest.raises(SecondVoice) as refused:
        wrote(colleague, kol)
    assert state() == before
    assert refused.value.code == "second_voice"
    assert refused.value.details["last"]["user"] == "operator"
    assert refused.value.details["last"]["days"] == 5


def test_with_a_reason_both_touches_name_each_other(kol, operator, colleague):
    first = wrote(operator, kol, days=5)
    second = wrote(colleague, kol, voice_reason="Operator is ill.")
    assert second.beside == first
    assert list(Touch.objects.get(pk=first.pk).followed_by.all()) == [second]
    notes = {entry.id: str(entry.note) for entry in timeline.read(kol, "touch").entries}
    assert "after Operator on" in notes[second.pk]
    assert "Operator is ill." in notes[second.pk]
    assert "Colleague followed on" in notes[first.pk]


@pytest.mark.parametrize(
    ("days", "asks"), [(0, True), (6, True), (7, True), (8, False)], ids=["today", "six", "seven", "eight"]
)
def test_the_window_is_seven_days(kol, operator, colleague, days, asks):
    wrote(operator, kol, days=days)
    voice = one_voice.look(by(colleague), kol)
    assert (voice.days, voice.other) == (days, asks)


def test_the_window_is_policy(kol, operator, colleague, admin):
    wrote(operator, kol, days=5)
    policy.change(by(admin), {"one_voice_days": 4})
    assert wrote(colleague, kol).beside is None


def test_whoever_was_last_goes_on_without_a_reason(kol, operator, colleague):
    wrote(operator, kol, days=5)
    wrote(colleague, kol, days=3, voice_reason="ill")
    assert wrote(colleague, kol).beside is None
    with pytest.raises(SecondVoice):
        wrote(operator, kol)


def test_a_reason_that_nobody_asked_for_is_not_kept(kol, operator):
    assert wrote(operator, kol, voice_reason="just so").voice_reason == ""


def test_a_touch_that_the_kol_began_is_no_voice_of_ours(kol, operator, colleague):
    wrote(operator, kol, began="kol")
    assert wrote(colleague, kol).beside is None
    assert wrote(operator, kol, began="kol", answered=True).beside is None


def test_a_touch_taken_back_is_no_contact(kol, operator, colleague):
    touch.take_back(by(operator), wrote(operator, kol))
    assert wrote(colleague, kol).beside is None


def test_written_down_late_it_still_stands_beside_the_later_one(kol, operator, colleague):
    """What happened on Friday and is told on Monday came within days of Sunday's."""
    wrote(operator, kol, days=1)
    with pytest.raises(SecondVoice):
        touch.log(by(colleague), kol, channel="phone", began="us", at=NOW - timedelta(days=3))


def agency_of_two(operator, stranger):
    mcn = agency.create(by(operator), {"name": "Star MCN"})
    ours = make_kol(operator, "Ours", agency=mcn)
    theirs = make_kol(stranger, "Theirs", agency=mcn)
    return ours, theirs


def test_the_agency_is_one_person_to_speak_to(operator, stranger):
    ours, theirs = agency_of_two(operator, stranger)
    wrote(stranger, theirs, days=2, channel="agency")
    for channel in ("agency", "wechat"):
        with pytest.raises(SecondVoice):
            wrote(operator, ours, channel=channel)
    assert wrote(operator, ours, channel="agency", voice_reason="Another campaign").beside.kol == theirs


def test_writing_directly_to_one_of_an_agency_is_speaking_to_the_agency(operator, stranger):
    ours, theirs = agency_of_two(operator, stranger)
    first = wrote(stranger, theirs, days=2)
    before = state()
    with pytest.raises(SecondVoice) as refused:
        wrote(operator, ours)
    assert state() == before
    assert "wrote to another of their agency 2 d ago" in refused.value.voice.words
    assert wrote(operator, ours, voice_reason="Another campaign").beside == first


def test_whoever_left_the_agency_is_no_longer_spoken_to_through_it(operator, stranger):
    ours, theirs = agency_of_two(operator, stranger)
    kols.edit(by(stranger), theirs, {"agency": None}, None)
    wrote(stranger, theirs, days=2)
    assert wrote(operator, ours).beside is None


def test_of_a_file_that_one_may_not_see_only_who_and_when_is_told(operator, stranger, api):
    """DOMAIN 2.2: no name, no words, no id."""
    ours, theirs = agency_of_two(operator, stranger)
    wrote(stranger, theirs, days=2, channel="agency", text="secret words")
    answer = api(operator).post(
        reverse("api:touch-list"), {"kol": str(ours.pk), "channel": "agency"}, format="json"
    )
    assert answer.status_code == 409
    text = answer.content.decode()
    assert "Stranger (West)" in text
    for hidden in ("Theirs", "secret words", str(theirs.pk)):
        assert hidden not in text
    body = {"kol": str(ours.pk), "channel": "agency", "voice_reason": "another matter"}
    told = api(operator).post(reverse("api:touch-list"), body, format="json").json()
    assert told["beside"]["touch"] is None
    assert told["beside"]["user"] == "stranger"


def test_the_api_says_409_without_a_reason_and_names_both_with_one(kol, operator, colleague, api):
    first = wrote(operator, kol, days=1)
    body = {"kol": str(kol.pk), "channel": "phone"}
    before = state()
    refused = api(colleague).post(reverse("api:touch-list"), body, format="json")
    assert (refused.status_code, refused.json()["code"]) == (409, "second_voice")
    assert state("core.ApiToken")[0] == before[0]
    made = api(colleague).post(reverse("api:touch-list"), body | {"voice_reason": "ill"}, format="json")
    assert made.status_code == 201
    assert made.json()["beside"] == {
        "user": "operator",
        "at": made.json()["beside"]["at"],
        "touch": str(first.pk),
        "reason": "ill",
    }
    told = api(colleague).get(reverse("api:touch-detail", args=[first.pk])).json()
    assert [one["touch"] for one in told["followed_by"]] == [made.json()["id"]]


def test_the_page_shows_it_before_and_asks_after(kol, operator, colleague, as_user):
    wrote(operator, kol, days=1)
    client = as_user(colleague)
    shown = client.get(reverse("profiles:kol-voice", args=[kol.pk])).content.decode()
    assert "Operator (East) made contact 1 d ago: WeChat" in shown
    assert 'name="voice_reason"' in shown
    path = reverse("profiles:touch-log", args=[kol.pk])
    sent = {"channel": "phone", "began": "us", "text": "typed with care"}
    before = state()
    asked = client.post(path, sent, headers=HTMX)
    assert asked.status_code == 409
    assert state() == before
    page = asked.content.decode()
    assert "typed with care" in page
    assert "Say why a second one of us writes." in page
    assert client.post(path, sent | {"voice_reason": "ill"}, headers=HTMX).status_code == 200
    assert Touch.objects.get(user=colleague).voice_reason == "ill"


def test_the_last_to_write_is_asked_nothing(kol, operator, as_user):
    wrote(operator, kol, days=1)
    shown = as_user(operator).get(reverse("profiles:kol-voice", args=[kol.pk])).content.decode()
    assert "made contact" in shown
    assert "voice_reason" not in shown


def test_a_greeting_by_hand_gives_its_occasion_as_the_reason(kol, operator, colleague):
    wrote(colleague, kol, days=1)
    greeting = Greeting.objects.create(
        kol=kol, year=2026, on=NOW.date(), language="en", subject="x", body="y"
    )
    greetings.mark_by_hand(by(operator), greeting, "wechat")
    row = Touch.objects.get(user=operator)
    assert row.beside.user == colleague
    assert row.voice_reason == "Greeting: Birthday"


def test_the_page_keeps_why_one_spoke_and_how_long_the_answer_took(kol, operator, as_user):
    sent = {"channel": "phone", "began": "us", "reason": "promise", "answered": "yes", "reply_minutes": "9"}
    as_user(operator).post(reverse("profiles:touch-log", args=[kol.pk]), sent)
    row = Touch.objects.get()
    assert (row.reason, row.reply_minutes) == ("promise", 9)


def test_a_deputy_is_another_voice(kol, operator, team):
    wrote(operator, kol, days=1)
    deputy = UserFactory(username="deputy", team=Team.objects.get(pk=team.pk))
    assert one_voice.look(by(deputy), kol).other
