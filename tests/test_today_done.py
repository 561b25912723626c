"""What was done today, from the facts: what is opened again or taken back is not done (DOMAIN 8.1)."""

from datetime import timedelta

import pytest
import time_machine

from kol_crm import today_done
from lifecycle.services import task
from profiles.services import need, promise
from profiles.services import touch as touches
from tests.factories import NOW, make_kol

pytestmark = pytest.mark.django_db
DAY = NOW.date()


@pytest.fixture(autouse=True)
def at_noon():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def kol(operator):
    return make_kol(operator)


def kinds(user) -> list[str]:
    return sorted(act.kind for act in today_done.of(user, today_done.since_midnight()))


def test_what_i_finished_counts_for_me_and_what_i_began_does_not(actor, operator, colleague, kol):
    kept = promise.add(actor, kol, {"by": "us", "what": "Figures", "due_on": DAY})
    wanted = need.add(actor.again(), kol, {"kind": "money", "what": "Advance"})
    cups = task.add(actor.again(), {"what": "Cups", "due_on": DAY})
    assert kinds(operator) == []
    promise.keep(actor.again(), kept)
    need.meet(actor.again(), wanted)
    task.finish(actor.again(), cups)
    touches.log(actor.again(), kol, channel="phone", began="us", text="Hello")
    assert (kinds(operator), kinds(colleague)) == (["need", "promise", "task", "touch"], [])


def test_what_is_opened_again_is_not_done(actor, operator, kol):
    kept = promise.add(actor, kol, {"by": "us", "what": "Figures", "due_on": DAY})
    promise.keep(actor.again(), kept)
    promise.reopen(actor.again(), kept)
    touch = touches.log(actor.again(), kol, channel="phone", began="us", text="Hello")
    touches.take_back(actor.again(), touch)
    assert kinds(operator) == []


def test_yesterday_is_not_today(actor, operator, kol):
    touches.log(actor, kol, channel="phone", began="us", text="Hello")
    with time_machine.travel(NOW + timedelta(days=1), tick=False):
        assert kinds(operator) == []


def test_of_a_file_out_of_sight_nothing_is_told(actor, operator, stranger, kol):
    touches.log(actor, kol, channel="phone", began="us", text="Hello")
    operator.team = stranger.team
    assert kinds(operator) == []


def test_the_list_undoes_each(as_user, actor, operator, kol):
    kept = promise.add(actor, kol, {"by": "us", "what": "Figures", "due_on": DAY})
    promise.keep(actor.again(), kept)
    client = as_user(operator)
    assert "1 done today" in client.get("/today/done/", {"count": "1"}).content.decode()
    page = client.get("/today/done/").content.decode()
    url = f"/notes/promise/{kept.pk}/reopen/"
    assert f'hx-post="{url}"' in page
    assert client.post(url, headers={"HX-Request": "true"}).status_code == 204
    assert "done today" not in client.get("/today/done/", {"count": "1"}).content.decode()


def test_a_touch_offers_undo_for_ten_minutes(actor, operator, kol):
    touches.log(actor, kol, channel="phone", began="us", text="Hello")
    for minutes, offered in ((9, True), (11, False)):
        with time_machine.travel(NOW + timedelta(minutes=minutes), tick=False):
            [act] = today_done.of(operator, today_done.since_midnight())
            assert bool(act.undo_url) is offered
