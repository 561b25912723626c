"""Planning greetings (DOMAIN 7.1–7.3; RELIABILITY 1, planner)."""

from datetime import date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from incentives.models import Greeting
from incentives.services import greeting as verbs
from incentives.services import occasion, planner
from kol_crm.core import policy
from kol_crm.core.actor import Actor
from kol_crm.core.models import Dirty, Send
from lifecycle.services import stage
from profiles.models import Kol
from profiles.services import kol as files
from profiles.services import quiet, touch
from tests.factories import CHINA, NOW, make_kol

pytestmark = pytest.mark.django_db
MAIL = [{"channel": "mail", "value": "siyu@mail.example"}]
TODAY = {"birth_month": 11, "birth_day": 23, "birth_year": 1990}


def at(day: int, hour: int = 12, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=CHINA)


def tick(now: datetime = NOW) -> int:
    return planner.plan(Actor.job(now)).done


@pytest.fixture
def itself():
    policy.change(Actor(None, "command", NOW), {occasion.MODES.key: occasion.all_by_itself("09:00")})


def born_on(operator, month: int, day: int, *, made=NOW, stage_to="initial", **values) -> Kol:
    kol = make_kol(operator, contacts=MAIL, birth_month=month, birth_day=day, at=made, **values)
    if stage_to:
        stage.move(Actor(operator, "page", made), kol, stage_to, why="agreed")
        kol.refresh_from_db()
    return kol


def test_a_greeting_is_drafted_three_days_before(operator):
    born_on(operator, 11, 26)
    tick(at(22))
    assert not Greeting.objects.exists()
    tick(at(23))
    greeting = Greeting.objects.get()
    assert (greeting.on, greeting.year, greeting.state, greeting.send) == (
        date(2026, 11, 26),
        2026,
        "draft",
        None,
    )
    assert "Operator" in greeting.body


def test_planning_twice_adds_nothing(operator, itself):
    born_on(operator, 11, 25)
    assert tick() > 0
    assert (tick(), planner.plan_window(Actor.job(NOW)).done) == (0, 0)
    assert (Greeting.objects.count(), Send.objects.count()) == (1, 1)


def test_by_itself_it_waits_in_the_outbox_for_its_hour_there(operator, itself):
    kol = born_on(operator, 11, 25, zone="America/New_York")
    tick()
    send = Send.objects.get()
    assert send.key == f"greeting:birthday:{kol.pk}:2026"
    assert send.not_before == datetime.fromisoformat("2026-11-25T14:00:00+00:00")
    assert send.give_up_after == datetime.fromisoformat("2026-11-26T14:00:00+00:00")


def test_the_operator_sends_where_the_occasion_is_not_set_to_go_by_itself(operator):
    born_on(operator, 11, 25)
    tick()
    assert (Greeting.objects.count(), Send.objects.count()) == (1, 0)


def test_in_introduction_nothing_goes_by_itself(operator, itself):
    born_on(operator, 11, 25, stage_to="")
    tick()
    assert (Greeting.objects.count(), Send.objects.count()) == (1, 0)


def test_a_lunar_birthday_is_keyed_by_its_lunar_year(operator):
    make_kol(
        operator,
        birth_calendar="lunar",
        birth_month=12,
        birth_day=29,
        at=datetime(2027, 2, 1, 12, tzinfo=CHINA),
    )
    tick(datetime(2027, 2, 4, 12, tzinfo=CHINA))
    greeting = Greeting.objects.get()
    assert (greeting.on, greeting.year) == (date(2027, 2, 5), 2026)


def test_a_missed_day_is_a_row_that_says_so_never_a_hole(operator, itself):
    born_on(operator, 11, 23, made=at(10))
    tick(at(11))
    tick(at(26))
    greeting = Greeting.objects.get()
    assert (greeting.state, greeting.outcome, Send.objects.count()) == ("skipped", "too late", 0)
    assert Kol.objects.get().next_birthday == date(2027, 11, 23)


def test_a_few_hours_late_it_is_still_planned(operator, itself):
    born_on(operator, 11, 23, made=at(10))
    tick(at(11))
    tick(at(24, 7))
    assert (Greeting.objects.get().state, Send.objects.get().state) == ("draft", "pending")


def test_a_draft_that_nobody_sent_within_a_day_is_skipped(operator):
    born_on(operator, 11, 23)
    tick(at(23))
    tick(at(24, 8))
    assert Greeting.objects.get().state == "draft"
    tick(at(24, 10))
    assert (Greeting.objects.get().state, Greeting.objects.get().outcome) == ("skipped", "too late")


def test_a_late_edit_is_not_passed_over(operator, itself):
    kol = make_kol(operator, contacts=MAIL)
    stage.move(Actor(operator, "page", NOW), kol, "initial", why="agreed")
    tick()
    files.edit(Actor(operator, "page", NOW), Kol.objects.get(), {"birth_month": 11, "birth_day": 24}, None)
    assert Dirty.objects.filter(planner=planner.NAME).count() == 1
    tick(NOW + timedelta(minutes=1))
    assert (Greeting.objects.get().on, Send.objects.count()) == (date(2026, 11, 24), 1)
    assert not Dirty.objects.filter(planner=planner.NAME).exists()


def test_a_corrected_birthday_replaces_its_pending_row(operator, itself):
    kol = born_on(operator, 11, 24)
    tick()
    files.edit(Actor(operator, "page", NOW), kol, {"birth_day": 25}, None)
    tick(NOW + timedelta(minutes=1))
    assert Greeting.objects.get().on == date(2026, 11, 25)
    assert Send.objects.get().not_before == at(25, 9)
    files.edit(Actor(operator, "page", NOW), kol, {"birth_month": 3}, None)
    tick(NOW + timedelta(minutes=2))
    assert (Greeting.objects.get().state, Send.objects.get().state) == ("skipped", "skipped")


def test_a_quiet_mark_withdraws_the_draft_and_its_end_brings_it_back(operator, itself):
    kol = born_on(operator, 11, 24)
    tick()
    quiet.set_mark(Actor(operator, "page", NOW), kol, "mourning")
    tick(NOW + timedelta(minutes=1))
    assert (Greeting.objects.get().state, Send.objects.get().state) == ("skipped", "skipped")
    quiet.clear(Actor(operator, "page", NOW), Kol.objects.get())
    tick(NOW + timedelta(minutes=2))
    assert (Greeting.objects.get().state, Send.objects.get().state) == ("draft", "pending")


def test_a_greeting_that_the_operator_skipped_stays_skipped(operator, itself):
    kol = born_on(operator, 11, 24)
    tick()
    verbs.skip(Actor(operator, "page", NOW), Greeting.objects.get(), "asked not to")
    planner.mark(Actor.job(NOW), [kol.pk])
    tick(NOW + timedelta(minutes=1))
    assert Greeting.objects.get().outcome == "asked not to"


def test_a_minor_without_consent_an_unowned_and_a_dormant_file_get_no_draft(operator, team):
    born_on(operator, 11, 24, minor=True)
    make_kol(operator, "free", birth_month=11, birth_day=24, owner=None, team=team, door="import")
    make_kol(operator, "asleep", birth_month=11, birth_day=24, door="import")
    tick()
    assert not Greeting.objects.exists()


def test_a_file_that_wakes_is_looked_at(operator):
    kol = make_kol(operator, "asleep", birth_month=11, birth_day=24, door="import")
    tick()
    touch.log(Actor(operator, "page", NOW), kol, channel="phone", began="us")
    tick(NOW + timedelta(minutes=1))
    assert Greeting.objects.get().kol == kol


def test_consent_that_comes_late_is_not_passed_over(operator):
    kol = born_on(operator, 11, 24, minor=True)
    tick()
    actor = Actor(operator, "page", NOW)
    files.edit(actor, kol, {"guardian_consent_on": date(2026, 11, 23)}, None)
    tick(NOW + timedelta(minutes=1))
    assert Greeting.objects.get().state == "draft"


def test_a_file_that_cannot_be_planned_stops_no_other(operator):
    bad, good = born_on(operator, 11, 24), born_on(operator, 11, 24)
    Kol.objects.filter(pk=bad.pk).update(zone="Nowhere/At-all")
    tally = planner.plan(Actor.job(NOW))
    assert (Greeting.objects.get().kol, tally.failed) == (good, 2)  # as entered and as dirty


def test_next_due_is_the_day_of_the_draft(operator):
    born_on(operator, 11, 25)
    tick()
    assert (Kol.objects.get().next_due, Kol.objects.get().next_due_kind) == (date(2026, 11, 25), "greeting")


def test_ten_new_greetings_cost_as_many_statements_as_two(operator, itself):
    def statements() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert tick() > 0
        return len(asked)

    tick()
    for _number in range(2):
        born_on(operator, 11, 25)
    two = statements()
    for _number in range(10):
        born_on(operator, 11, 25)
    assert statements() == two
    assert Send.objects.filter(state="pending").count() == 12


def test_a_tick_asks_as_often_for_ten_standing_greetings_as_for_two(operator, itself):
    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert tick(NOW + timedelta(minutes=1)) == 0
        return len(asked)

    for _number in range(2):
        born_on(operator, 11, 25)
    tick()
    two = queries()
    for _number in range(8):
        born_on(operator, 11, 25)
    tick()
    assert queries() == two
