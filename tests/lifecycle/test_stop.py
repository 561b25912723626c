"""Sightings of breach and the stop that confirming one sets (DOMAIN 5.6)."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from incentives.services import plan, plan_approval
from kol_crm.core.errors import Conflict, Refused
from kol_crm.core.score import Part
from lifecycle import exclusivity_due, exposure, stops
from lifecycle.models import Sighting, Stop
from lifecycle.services import booking, exclusivity, sighting, stage, stop
from profiles import timeline
from profiles.models import Kol
from profiles.services import merge, unmerge
from tests.factories import NOW, make_kol
from tests.lifecycle.factories import (
    at_stage,
    make_booking,
    make_budget,
    make_exclusivity,
    make_sighting,
    make_slot,
    make_stopped,
)
from tests.lifecycle.refusing import by, nothing_written
from tests.policies import allow_everything

pytestmark = pytest.mark.django_db
DAY = NOW.date()


def mark_of(kol) -> str:
    return Kol.objects.get(pk=kol.pk).stop


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("evidence", {"evidence": ""}),
        ("what", {"what": ""}),
        ("seen_on", {"seen_on": DAY + timedelta(days=1)}),
        ("seen_on", {"seen_on": DAY - timedelta(days=31)}),  # it did not run yet
        ("channel", {"channel": "zhihu"}),  # not covered
        ("channel", {"channel": "own"}),
    ],
)
def test_a_sighting_says_where_and_when_with_evidence(operator, kol, field, wrong):
    bound = make_exclusivity(kol, channels=["weibo"])
    nothing_written(lambda: make_sighting(bound, **wrong), ValidationError, field=field)
    assert make_sighting(bound).due_on == DAY + timedelta(days=3)


def test_nothing_is_a_breach_after_the_end_in_advance(operator, kol):
    bound = make_exclusivity(kol)
    exclusivity.end(by(operator), bound, "x", DAY - timedelta(days=2))
    nothing_written(lambda: make_sighting(bound), ValidationError, field="seen_on")
    assert make_sighting(bound, seen_on=DAY - timedelta(days=2)).is_open


def test_confirming_a_breach_stops_the_kol_in_the_same_transaction(operator, kol):
    row = make_sighting(make_exclusivity(kol))
    nothing_written(lambda: sighting.confirm(by(operator), row, " "), ValidationError, field="why")
    row = sighting.confirm(by(operator), row, "Their own post.")
    assert (row.state, row.decided_by, row.due_on, row.stop.cause) == ("confirmed", operator, None, "breach")
    assert (row.stop.stands, mark_of(kol)) == (True, "breach")
    with pytest.raises(ValidationError) as refused:
        stops.demand_none_standing(kol.pk, "amount")
    assert list(refused.value.message_dict) == ["amount"]
    nothing_written(lambda: sighting.dismiss(by(operator), row, "x"), Refused, code="wrong_state")


def test_dismissing_one_with_a_reason_stops_nobody(operator, kol):
    row = sighting.dismiss(by(operator), make_sighting(make_exclusivity(kol)), "An old post.")
    assert (row.state, row.stop, mark_of(kol)) == ("dismissed", None, "")
    stops.demand_none_standing(kol.pk, "amount")
    assert not Stop.objects.exists()


def test_a_second_breach_hangs_on_the_stop_that_stands(operator, kol):
    bound = make_exclusivity(kol)
    first, second = make_sighting(bound), make_sighting(bound, what="Again")
    held = sighting.confirm(by(operator), first, "x").stop
    assert sighting.confirm(by(operator), second, "y").stop == held
    assert Stop.objects.count() == 1


def test_only_keepers_confirm_and_a_stale_page_does_not(operator, colleague, stranger, kol):
    row = make_sighting(make_exclusivity(kol))
    for nobody in (colleague, stranger):
        nothing_written(lambda who=nobody: sighting.confirm(by(who), row, "x"), PermissionDenied)
    sighting.edit(by(operator), row, {"what": "Other"})
    nothing_written(lambda: sighting.confirm(by(operator), row, "x", version=row.version), Conflict)


def test_while_it_stands_no_incentive_plan_starts(operator, kol):
    allow_everything()
    items = [{"kind": "spiritual", "what": "A card"}]
    draft = plan.create(by(operator), kol, {"title": "Winter"}, items)
    held = make_stopped(kol)
    nothing_written(lambda: plan_approval.activate(by(operator), draft), ValidationError, field="kol")
    stop.reinstate(by(None), held, "x")
    assert plan_approval.activate(by(operator), draft).state == "active"


def test_a_manager_reinstates_which_ends_the_stop(operator, manager, kol):
    held = make_stopped(kol)
    nothing_written(lambda: stop.reinstate(by(operator), held, "x"), PermissionDenied)
    nothing_written(lambda: stop.reinstate(by(manager), held, " "), ValidationError, field="why")
    ended = stop.reinstate(by(manager), held, "They took it down.")
    assert (ended.ending, ended.ended_by, ended.ended_at) == ("reinstated", manager, NOW)
    assert mark_of(kol) == ""
    stops.demand_none_standing(kol.pk, "amount")
    nothing_written(lambda: stop.reinstate(by(manager), ended, "x"), Refused, code="wrong_state")


def test_a_manager_terminates_by_the_stages_verb_and_the_stop_stands_on(operator, manager, kol):
    held = make_stopped(kol)
    nothing_written(lambda: stop.terminate(by(operator), held, "x"), PermissionDenied)
    moved = stop.terminate(by(manager), held, "Twice now.", goodbye="By letter.")
    assert (moved.to_stage, moved.cause, moved.goodbye) == ("departed", "breach", "By letter.")
    assert mark_of(kol) == "breach"
    assert not Stop.objects.open().exists()
    stage.move(by(manager, NOW + timedelta(minutes=1)), moved.kol, "introduction", why="They came back.")
    assert Stop.objects.open().get() == held


def test_a_stopped_kol_is_on_every_managers_today_until_decided(operator, manager, kol):
    held = make_stopped(kol)
    source = exclusivity_due.SOURCES[exclusivity_due.STOP]
    until = DAY + timedelta(days=7)
    assert source.rows(operator, DAY, until, 10, ()) == []
    [row] = source.rows(manager, DAY, until, 10, ())
    assert (row.key, row.due) == (f"stop:{held.pk}", DAY + timedelta(days=3))
    stop.reinstate(by(manager), held, "x")
    assert source.rows(manager, DAY, until, 10, ()) == []


def test_exposure_is_given_less_returned_plus_committed_and_unknown_is_never_zero(operator, kol):
    score = exposure.of(kol)
    assert (score.value, score.missing) == (0, ())
    assert [exposure.side_of(part) for part in score.parts] == ["given", "returned", "committed"]
    told = [
        Part("given", "Given", Decimal("300.10")),
        Part("given.slots", "Slots", 20),
        Part("returned", "Returned", Decimal("100.05")),
        Part("committed", "Committed", 50),
    ]
    assert exposure.reckon(told).value == Decimal("270.05")
    unknown = exposure.reckon([*told, Part("committed.slots", "Slots", None, note="no price")])
    assert (unknown.value, unknown.missing) == (None, ("committed.slots",))
    assert exposure.reckon(told[:3]).missing == ("committed",)


def test_slots_are_part_of_the_exposure(operator, kol):
    at_stage(kol, "initial", since=DAY)
    make_budget()
    booking.use(by(operator), make_booking(kol, make_slot(DAY, 300)))
    make_booking(kol, make_slot(DAY, 20))
    score = exposure.of(kol)
    assert {part.key: part.value for part in score.parts} == {
        "given": 0,
        "given.slots": 300,
        "returned": 0,
        "committed": 0,
        "committed.slots": 20,
    }
    assert (score.value, score.missing) == (320, ())


def test_the_story_tells_the_breach_and_the_stop(operator, manager, kol):
    stop.reinstate(by(manager), make_stopped(kol), "x")
    titles = [entry.title for entry in timeline.read(kol, "exclusivity").entries]
    assert set(titles) == {
        "Exclusivity",
        "Breach seen",
        "Breach confirmed",
        "Stopped for breach",
        "Stop ended",
    }


def test_a_stop_follows_a_merged_file_and_comes_back(operator, kol):
    make_stopped(kol)
    survivor = make_kol(operator, name="王思雨")
    merged = merge.merge(by(operator), survivor.pk, kol.pk, {"owner": "survivor"})
    assert mark_of(survivor) == "breach"
    assert Sighting.objects.get().kol_id == survivor.pk
    unmerge.unmerge(by(operator), merged)
    assert (mark_of(survivor), mark_of(kol)) == ("", "breach")
