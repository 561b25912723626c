"""A mail of an outreach goes through the outbox alone, and is an attempt when it has gone (DOMAIN 4.8)."""

from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError

from incentives.services import opt_out
from kol_crm.core import dispatcher
from kol_crm.core.actor import Actor
from kol_crm.core.errors import Refused
from kol_crm.core.models import Send
from lifecycle.models import Attempt, Outreach
from lifecycle.services import outreach, outreach_mail
from profiles.models import Kol, Touch
from profiles.services import no_go, quiet, touch
from profiles.services.no_go import Known
from profiles.services.one_voice import SecondVoice
from tests.factories import NOW, make_kol
from tests.lifecycle.factories import make_candidate, make_programme
from tests.lifecycle.refusing import nothing_written

pytestmark = pytest.mark.django_db
MAIL = {"channel": "mail", "value": "siyu@mail.example"}


@pytest.fixture(autouse=True)
def _at_noon():
    with time_machine.travel(NOW, tick=False):
        yield


def by(user):
    return Actor(user, "page", NOW)


@pytest.fixture
def live(operator):
    kol = make_kol(operator, contacts=[MAIL])
    candidate = make_candidate(make_programme(operator, live=True), kol)
    return outreach.start(by(operator), candidate)


def write(operator, live, **more):
    return outreach_mail.write(by(operator), live, "Winter running", "Hello Siyu", **more)


def send_out(mail) -> Send:
    """What the dispatcher does once the eight seconds are over, without a server."""
    send = Send.objects.get(pk=mail.send_id)
    letter = outreach_mail.render(send)
    send.state = Send.State.SENT
    send.save(update_fields=["state"])
    outreach_mail.settled(send, letter, NOW, address_is_dead=False)
    return send


def test_writing_it_only_fills_the_outbox_and_nothing_is_an_attempt_yet(live, operator):
    mail = write(operator, live)
    assert (mail.send.state, mail.send.kind) == ("pending", "outreach")
    assert mail.send.not_before == NOW + timedelta(seconds=8)
    assert (Attempt.objects.count(), Touch.objects.count()) == (0, 0)
    assert dispatcher  # the only way out


def test_the_letter_is_from_its_operator_and_offers_the_one_click_opt_out(live, operator):
    letter = outreach_mail.render(write(operator, live).send)
    message = letter.message
    assert letter.recipient == "siyu@mail.example"
    assert message["Reply-To"] == "Operator <operator@crm.example>"
    link = opt_out.link(live.kol_id)
    assert message["List-Unsubscribe"] == f"<{link}>"
    assert link in message.get_content()
    assert "Hello Siyu" in message.get_content()


def test_sent_it_is_an_attempt_and_a_touch_of_its_author(live, operator):
    send_out(write(operator, live))
    made = Attempt.objects.get()
    assert (made.channel, made.result, made.touch.user, made.touch.channel) == (
        "mail",
        "no_answer",
        operator,
        "mail",
    )
    assert Outreach.objects.get().next_on == NOW.date() + timedelta(days=3)


def test_it_can_be_called_back_until_it_leaves(live, operator):
    mail = write(operator, live)
    outreach_mail.call_back(by(operator), mail)
    assert Send.objects.get(pk=mail.send_id).state == "skipped"
    nothing_written(lambda: outreach_mail.call_back(by(operator), mail), Refused, code="too_late")


def test_one_mail_at_a_time(live, operator):
    write(operator, live)
    nothing_written(lambda: write(operator, live), Refused, code="mail_on_its_way")


def test_an_answer_meanwhile_takes_it_back(live, operator):
    mail = write(operator, live)
    touch.log(by(operator), live.kol, channel="wechat", began="kol")
    assert Send.objects.get(pk=mail.send_id).state == "skipped"


CANCELS = {
    "a quiet mark": lambda by_, live: quiet.set_mark(by_, live.kol, "opted_out"),
    "the outreach being stopped": lambda by_, live: outreach.stop(by_, live, "Enough"),
}


@pytest.mark.parametrize("case", CANCELS)
def test_at_the_moment_of_sending_it_is_asked_whether_it_is_still_wanted(live, operator, case):
    mail = write(operator, live)
    assert outreach_mail.wanted(mail.send, NOW) == ""
    CANCELS[case](by(operator), live)
    assert outreach_mail.wanted(mail.send, NOW) != ""


def test_a_no_heard_meanwhile_keeps_it_back(live, operator):
    mail = write(operator, live)
    values = {"kind": "rejected", "cause": "Bots", "evidence": "Seen", "look_again_on": "2027-01-01"}
    values["look_again_on"] = NOW.date() + timedelta(days=90)
    no_go.record(by(operator), values, kol=live.kol)
    assert outreach_mail.wanted(mail.send, NOW) == "there was a no"
    nothing_written(lambda: write(operator, live), (Known, Refused))


def test_one_voice_is_asked_when_it_is_written(live, operator, colleague):
    """DOMAIN 4.9."""
    touch.log(by(colleague), live.kol, channel="phone", began="us")
    nothing_written(lambda: write(operator, live), SecondVoice, code="second_voice")
    send_out(write(operator, live, voice_reason="Agreed with Colleague"))
    row = Touch.objects.get(user=operator)
    assert (row.beside.user, row.voice_reason) == (colleague, "Agreed with Colleague")


def test_without_a_living_address_or_under_a_quiet_mark_there_is_no_mail(live, operator):
    live.kol.contacts.update(dead_since=NOW.date())
    nothing_written(lambda: write(operator, live), Refused, code="cannot_mail")
    live.kol.contacts.update(dead_since=None)
    Kol.objects.update(quiet_cause="mourning")
    nothing_written(lambda: write(operator, live), Refused, code="cannot_mail")


@pytest.mark.parametrize("field", ["subject", "body"])
def test_a_mail_of_nothing_is_refused_at_its_field(live, operator, field):
    words = {"subject": "x", "body": "y"} | {field: " "}
    nothing_written(lambda: outreach_mail.write(by(operator), live, **words), ValidationError)


def test_an_address_at_which_nobody_is_becomes_dead_and_the_next_rung_is_looked_for(live, operator):
    mail = write(operator, live)
    letter = outreach_mail.render(mail.send)
    mail.send.state = Send.State.FAILED
    mail.send.save(update_fields=["state"])
    outreach_mail.settled(mail.send, letter, NOW, address_is_dead=True)
    assert live.kol.contacts.get().dead_since is not None
    assert Outreach.objects.get().next_channel == ""
