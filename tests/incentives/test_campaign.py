"""Campaigns and who takes part: one verb, the guard asked of monetising ones (DOMAIN 6.5, 6.6)."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from incentives import rhythm
from incentives.models import Campaign, Participant
from incentives.services import campaign as campaigns
from incentives.services import deliverable as deliverables
from incentives.services import participant as participants
from kol_crm.core.errors import Conflict, Refused
from profiles.models import Kol, Stage
from profiles.services import kol as kol_verbs
from tests.factories import NOW, make_kol
from tests.incentives.contest import AUTUMN, TODAY, make_campaign, make_contest
from tests.lifecycle.factories import at_stage
from tests.lifecycle.refusing import by, nothing_written

pytestmark = pytest.mark.django_db


@pytest.fixture
def campaign(operator):
    return make_campaign(operator)


def guard(monkeypatch, *, passed):
    """The rhythm guard of the day says so."""
    check = rhythm.Check("apart", "Days apart", passed, 12, 30, "12 days after the last one.")
    monkeypatch.setattr(rhythm, "judge", lambda *_args, **_kept: rhythm.Guard((check,)))


def test_an_endorsement_is_monetising_unless_it_is_said_not_to_be(operator):
    assert make_campaign(operator, Campaign.Type.ENDORSEMENT).monetising is True
    assert make_campaign(operator, Campaign.Type.ENDORSEMENT, monetising=False).monetising is False
    assert make_campaign(operator, Campaign.Type.EVENT).monetising is False


def test_a_campaign_ends_no_sooner_than_it_begins(operator):
    wrong = {**AUTUMN, "type": "event", "ends_on": date(2026, 10, 1)}
    nothing_written(lambda: campaigns.create(by(operator), wrong), ValidationError, field="ends_on")


def test_operators_edit_their_own_campaign_managers_all_of_their_teams(
    campaign, colleague, manager, manager_elsewhere
):
    def edit(user):
        return campaigns.edit(by(user), campaign, {"name": "Winter"})

    nothing_written(lambda: edit(colleague), PermissionDenied)
    nothing_written(lambda: edit(manager_elsewhere), PermissionDenied)
    assert edit(manager).name == "Winter"


def test_a_stale_version_writes_nothing(actor, campaign):
    campaigns.edit(actor, campaign, {"name": "Winter"})

    def stale():
        return campaigns.edit(actor, campaign, {"name": "Spring"}, version=1)

    nothing_written(stale, Conflict)


def test_nobody_joins_a_campaign_that_has_ended_and_it_can_run_again(actor, campaign, kol):
    campaigns.start(actor, campaign)
    campaigns.end(actor, campaign)

    def join():
        return participants.add(actor, campaign, kol)

    nothing_written(join, Refused, code="campaign_ended")
    campaigns.start(actor, campaign)
    assert join().joined_on == TODAY


def test_whether_it_is_monetising_is_settled_once_somebody_takes_part(actor, campaign, kol):
    participants.add(actor, campaign, kol)

    def change():
        return campaigns.edit(actor, campaign, {"monetising": True})

    nothing_written(change, ValidationError, field="monetising")


def test_whether_it_is_a_contest_is_settled_once_somebody_takes_part(actor, campaign, kol):
    participants.add(actor, campaign, kol)

    def change():
        return campaigns.edit(actor, campaign, {"type": Campaign.Type.CONTEST})

    nothing_written(change, ValidationError, field="type")


def test_what_came_to_be_owed_while_the_campaign_was_waited_for_is_due_no_more(
    actor, campaign, kol, monkeypatch
):
    row = participants.add(actor, campaign, kol)
    real = campaigns.locked

    def late(*args):
        monkeypatch.undo()
        deliverables.add(actor, row, {"what": "A video", "due_on": TODAY})
        return real(*args)

    monkeypatch.setattr(campaigns, "locked", late)
    campaigns.end(actor, campaign)
    assert Kol.objects.get(pk=kol.pk).next_due != TODAY


def test_a_stopped_departed_or_archived_kol_cannot_be_added(actor, operator, campaign, kol, monkeypatch):
    stopped = ValidationError({"kol": "stopped"})

    def stand(_kol, _field):
        raise stopped

    monkeypatch.setattr("lifecycle.stops.demand_none_standing", stand)
    nothing_written(lambda: participants.add(actor, campaign, kol), ValidationError, field="kol")
    monkeypatch.undo()
    departed = at_stage(make_kol(operator, "李雷"), Stage.DEPARTED, since=TODAY)
    nothing_written(lambda: participants.add(actor, campaign, departed), ValidationError, field="kol")
    kol_verbs.archive(actor.again(), kol, kol.version)
    nothing_written(lambda: participants.add(actor, campaign, kol), ValidationError, field="kol")


def test_only_a_file_in_sight_is_added_and_only_once(actor, campaign, kol, stranger):
    far = make_kol(stranger, "远方")
    nothing_written(lambda: participants.add(actor, campaign, far), PermissionDenied)
    participants.add(actor, campaign, kol)
    nothing_written(lambda: participants.add(actor, campaign, kol), ValidationError, field="kol")


def test_a_refusal_of_the_guard_says_the_figures_and_writes_nothing(operator, kol, monkeypatch):
    guard(monkeypatch, passed=None)
    sold = make_campaign(operator, Campaign.Type.ENDORSEMENT)
    refused = nothing_written(lambda: participants.add(by(operator), sold, kol), Refused, code="rhythm_guard")
    assert refused.details["checks"][0] == {
        "key": "apart",
        "label": "Days apart",
        "passed": None,
        "figure": 12,
        "threshold": 30,
        "sentence": "12 days after the last one.",
    }


def test_a_manager_passes_the_guard_with_a_reason_that_is_kept_and_nobody_else(
    operator, manager, kol, monkeypatch
):
    guard(monkeypatch, passed=False)
    sold = make_campaign(operator, Campaign.Type.ENDORSEMENT)
    nothing_written(lambda: participants.add(by(operator), sold, kol, "Please"), PermissionDenied)
    nothing_written(lambda: participants.add(by(manager), sold, kol, " "), Refused, code="rhythm_guard")
    row = participants.add(by(manager), sold, kol, "Their own wish")
    assert (row.passed_by, row.pass_reason) == (manager, "Their own wish")
    assert (row.guard["day"], row.guard["passed"]) == (TODAY.isoformat(), False)


def test_a_campaign_that_earns_nothing_asks_no_guard(actor, campaign, kol, monkeypatch):
    guard(monkeypatch, passed=False)
    assert participants.add(actor, campaign, kol).guard == {}


def test_who_left_takes_part_again_and_keeps_their_code(operator, kol):
    contest, [row] = make_contest(operator, kol)
    code = row.codes.get().code
    assert participants.leave(by(operator), row).left_on == TODAY
    again = participants.add(by(operator, NOW + timedelta(days=2)), contest, kol)
    assert (again.pk, again.left_on, again.codes.get().code) == (row.pk, None, code)
    assert again.joined_on == TODAY  # the days before they left are not forgotten
    assert Participant.objects.count() == 1


def test_what_is_owed_is_next_due_until_it_is_done_or_the_campaign_over(actor, campaign, kol):
    row = participants.add(actor, campaign, kol)
    owed = deliverables.add(actor, row, {"what": "A video", "due_on": date(2026, 11, 25)})

    def due():
        return Kol.objects.get(pk=kol.pk).next_due

    assert due() == date(2026, 11, 25)
    deliverables.finish(actor, owed)
    assert due() != date(2026, 11, 25)
    deliverables.reopen(actor, owed)
    assert due() == date(2026, 11, 25)
    campaigns.end(actor, campaign)
    assert due() != date(2026, 11, 25)


def test_what_is_owed_goes_by_the_participant_as_they_stand(actor, operator, campaign, kol):
    row = participants.add(actor, campaign, kol)
    stale = Participant.objects.select_related("campaign").get()
    other = make_kol(operator, "李雷")
    Participant.objects.update(kol=other)  # as a merge moves them
    deliverables.add(actor, stale, {"what": "A video", "due_on": TODAY})
    assert Kol.objects.get(pk=other.pk).next_due == TODAY
    participants.leave(actor, row)

    def owe():
        return deliverables.add(actor, stale, {"what": "Another"})

    nothing_written(owe, Refused, code="has_left")
