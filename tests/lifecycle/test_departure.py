"""Departing, looking again, won back; not won is no loss (DOMAIN 5.1)."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from kol_crm.core.errors import Conflict, Refused
from kol_crm.core.models import Change
from lifecycle import losses
from lifecycle.due import AGAIN
from lifecycle.models import Cause, Move, Stay
from lifecycle.services import look_again, stage
from profiles.models import Kol
from profiles.services import kol as kol_verbs
from tests.factories import field, make_kol
from tests.lifecycle.factories import at_stage, make_kol_at

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 23)
HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def departed(actor, kol):
    at_stage(kol, "late", since=date(2026, 1, 5))
    stage.move(
        actor,
        kol,
        "departed",
        cause="competitor",
        goodbye="Thanks for two years.",
        look_again_on=DAY + timedelta(days=5),
    )
    return Kol.objects.get(pk=kol.pk)


def rows(user, day=DAY, ahead=7):
    return AGAIN.rows(user, day, day + timedelta(days=ahead), 10, ())


def written(kol):
    row = Kol.objects.get(pk=kol.pk)
    stays = Stay.objects.filter(kol=kol).order_by("pk").values()
    return row.version, row.next_due, list(stays), Change.objects.filter(root=kol.pk).count()


def test_whoever_departed_stands_on_today_at_the_date_to_look_again(operator, departed, manager):
    [row] = rows(operator)
    stay = Stay.objects.get(kol=departed, until=None)
    assert (row.key, row.due, row.subject) == (f"look_again:{stay.pk}", DAY + timedelta(days=5), departed)
    assert row.why == "Departed 23\u00a0Nov: Left for a competitor. Win back, or later?"
    assert (departed.next_due, departed.next_due_kind) == (DAY + timedelta(days=5), "look_again")
    assert rows(operator, ahead=4) == rows(manager) == []
    assert AGAIN.waiting(operator, DAY + timedelta(days=5)).count() == 1
    assert AGAIN.rows(operator, DAY, DAY + timedelta(days=7), 10, {str(stay.pk)}) == []


def test_won_back_they_enter_introduction_and_the_row_is_gone(actor, operator, departed):
    stage.move(actor.again(), departed, "introduction", why="Wants to come back")
    kol = Kol.objects.get(pk=departed.pk)
    assert (kol.stage, kol.stage_since, kol.review_due) == ("introduction", DAY, DAY + timedelta(days=14))
    assert rows(operator, ahead=365) == []
    assert kol.next_due_kind != "look_again"


def test_undoing_a_departure_or_a_return_brings_the_date_away_and_back(actor, operator, departed):
    back = stage.move(actor.again(at=actor.at + timedelta(minutes=1)), departed, "introduction")
    stage.undo(actor.again(at=actor.at + timedelta(minutes=2)), back)
    assert [row.due for row in rows(operator)] == [DAY + timedelta(days=5)]
    stage.undo(
        actor.again(at=actor.at + timedelta(minutes=3)), Move.objects.get(cause="competitor", takes_back=None)
    )
    assert (rows(operator, ahead=365), Kol.objects.get().stage) == ([], "late")


def test_looking_again_is_put_off_with_a_trace(actor, operator, departed):
    later = DAY + timedelta(days=200)
    look_again.put_off(actor.again(), departed, later, departed.version)
    kol = Kol.objects.get(pk=departed.pk)
    assert (kol.next_due, kol.version) == (later, departed.version + 1)
    change = Change.objects.get(root=kol.pk, field="look_again_on")
    assert (change.before, change.after) == ((DAY + timedelta(days=5)).isoformat(), later.isoformat())
    assert Move.objects.get(cause="competitor").look_again_on == DAY + timedelta(days=5)  # the move is a fact
    assert [row.due for row in rows(operator, ahead=365)] == [later]


@pytest.mark.parametrize("day", [DAY, DAY - timedelta(days=1), DAY + timedelta(days=3651)])
def test_a_date_that_makes_no_sense_is_refused_at_its_field(actor, departed, day):
    state = written(departed)
    with pytest.raises(ValidationError) as refusal:
        look_again.put_off(actor.again(), departed, day)
    assert list(refusal.value.message_dict) == ["look_again_on"]
    assert written(departed) == state


def test_only_the_departed_are_looked_at_again_by_who_may_edit_them(actor, operator, colleague, departed):
    later, state = DAY + timedelta(days=9), written(departed)
    with pytest.raises(PermissionDenied):
        look_again.put_off(actor.again(user=colleague), departed, later)
    with pytest.raises(Conflict):
        look_again.put_off(actor.again(), departed, later, departed.version - 1)
    kol = make_kol(operator, "林")
    with pytest.raises(Refused) as refusal:
        look_again.put_off(actor.again(), kol, later)
    assert refusal.value.code == "not_departed"
    assert written(departed) == state
    kol_verbs.archive(actor.again(), departed, None)
    assert rows(operator) == []


def test_leaving_from_introduction_is_not_won_and_in_no_loss_figure(actor, operator):
    running, past = field("running"), date(2026, 8, 3)
    told = {"fields": [(running, 4)]}
    candidate = make_kol(operator, "候选", **told)
    moves = [stage.move(actor.again(), candidate, "departed", cause=Cause.REFUSED)]
    for name in ("initial", "mid_term", "late"):
        kol = make_kol_at(operator, name, f"K{name}", **told)
        moves.append(stage.move(actor.again(), kol, "departed", cause=Cause.INACTIVE))
    assert [move.not_won for move in moves] == [True, False, False, False]
    Move.objects.update(at=actor.at.replace(month=past.month))
    assert set(Move.objects.losses()) == set(moves[1:])
    assert losses.by_departures([running.pk], DAY)[running.pk].value * 4 == 3


# Doors


def test_the_part_beside_today_tells_how_they_left_and_puts_off(as_user, operator, departed):
    url = f"/kols/{departed.pk}/look-again/"
    browser = as_user(operator)
    part = browser.get(url, **HTMX).content.decode()
    assert "Thanks for two years." in part
    assert "Left for a competitor" in part
    assert f"/kols/{departed.pk}/move/?to=introduction" in part
    answer = browser.post(url, {"version": departed.version, "look_again_on": "2020-01-01"}, **HTMX)
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["look_again_on"])
    assert "2020-01-01" in answer.content.decode()
    stale = {"version": departed.version - 1, "look_again_on": "2027-03-01"}
    answer = browser.post(url, stale, **HTMX)
    assert (answer.status_code, Stay.objects.get(until=None).look_again_on) == (409, DAY + timedelta(days=5))
    assert browser.post(url, answer.context["form"].data.dict(), **HTMX).status_code == 200
    assert Stay.objects.get(until=None).look_again_on == date(2027, 3, 1)


def test_of_those_who_did_not_depart_there_is_nothing_to_look_at(as_user, operator, kol):
    assert as_user(operator).get(f"/kols/{kol.pk}/look-again/").status_code == 404
    answer = as_user(operator).post(
        f"/kols/{kol.pk}/look-again/", {"version": 1, "look_again_on": "2027-03-01"}
    )
    assert (answer.status_code, b"They are back already" in answer.content) == (409, True)


def test_by_api_it_is_put_off_too(api, operator, colleague, kol, departed):
    url, body = f"/api/v1/kols/{departed.pk}/look-again/", {"look_again_on": "2027-03-01"}
    assert api(colleague).post(url, body).status_code == 403
    assert api(operator).post(url, {"look_again_on": "2020-01-01"}).status_code == 400
    answer = api(operator).post(url, body)
    assert (answer.status_code, answer.json()["look_again_on"]) == (200, "2027-03-01")
    other = make_kol(operator, "林")
    answer = api(operator).post(f"/api/v1/kols/{other.pk}/look-again/", body)
    assert (answer.status_code, answer.json()["code"]) == (409, "not_departed")
