"""Into initial leads an agreed cooperation plan (DOMAIN 5.3, 4.11)."""

from datetime import timedelta

import pytest
import time_machine

from kol_crm.core.errors import Refused
from lifecycle.models import Review
from lifecycle.services import cooperation, stage
from profiles.models import Kol
from tests.factories import NOW
from tests.lifecycle.growing import approved
from tests.lifecycle.test_cooperation_plan import DOES, SHARE, WHOLE
from tests.permissions.asking import state

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("standing_gates")]


@pytest.fixture(autouse=True)
def _at_noon():
    with time_machine.travel(NOW, tick=False):
        yield


def check(kol):
    found = {one.key: one for one in stage.gate(Kol.objects.get(pk=kol.pk), "initial", NOW.date())}
    return found["plan_agreed"]


def plan_of(kol, actor):
    return cooperation.create(actor.again(), kol, WHOLE, [DOES, SHARE])


def test_without_an_agreed_plan_the_gate_is_shut_to_the_operator(kol, actor):
    before = state()
    with pytest.raises(Refused) as refused:
        stage.move(actor.again(), kol, "initial", why="ready")
    assert state() == before
    assert (refused.value.code, refused.value.details["needs"]) == ("gate_shut", "manager")
    assert (check(kol).passed, check(kol).evidence) == (False, "No plan was made yet.")


def test_the_move_dialog_leads_to_where_what_is_missing_is_seen_to(kol, as_user, operator):
    page = as_user(operator).get(f"/kols/{kol.pk}/move/?to=initial").content.decode()
    link = f'href="/kols/{kol.pk}/cooperation/" target="_blank"'
    assert link in page
    review = Review.objects.get(kol=kol, done_at=None)
    asked = as_user(operator).get(f"/reviews/{review.pk}/decision/?decision=advance").content.decode()
    assert link in asked


def test_a_plan_that_is_only_sent_is_not_agreed(kol, actor):
    sent = cooperation.send(actor.again(), plan_of(kol, actor), "mail")
    assert (check(kol).passed, check(kol).evidence) == (False, "Winter running: Sent")
    cooperation.refuse(actor.again(), sent, "No time")
    assert check(kol).passed is False


def test_an_agreed_plan_opens_it(kol, actor, manager):
    approved(kol, manager)
    sent = cooperation.send(actor.again(), plan_of(kol, actor), "mail")
    cooperation.agree(actor.again(), sent)
    assert check(kol).passed is True
    moved = stage.move(actor.again(), kol, "initial", why="its field has no figures yet")
    assert {one["key"]: one["passed"] for one in moved.gate}["plan_agreed"] is True


def test_who_is_won_back_agrees_anew(kol, actor):
    cooperation.agree(actor.again(), cooperation.send(actor.again(), plan_of(kol, actor), "mail"))
    stage.move(actor.again(), kol, "departed", cause="inactive")
    back = Kol.objects.get(pk=kol.pk)
    stage.move(actor.again(at=NOW + timedelta(hours=1)), back, "introduction", why="they asked")
    assert check(kol).passed is False


def test_a_step_back_keeps_what_was_agreed(kol, actor, manager):
    approved(kol, manager)
    cooperation.agree(actor.again(), cooperation.send(actor.again(), plan_of(kol, actor), "mail"))
    for step in ("initial", "introduction"):
        stage.move(actor.again(), Kol.objects.get(pk=kol.pk), step, why="tried")
    assert check(kol).passed is True


def test_no_later_step_asks_for_it(kol, actor):
    assert "plan_agreed" not in [one.key for one in stage.gate(kol, "mid_term", NOW.date())]
