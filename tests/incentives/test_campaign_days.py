"""Days of a monetising campaign move only as far as the guard and the past allow (DOMAIN 6.6)."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError

from incentives import rhythm
from incentives.models import Campaign
from incentives.services import campaign as campaigns
from incentives.services import participant as participants
from tests.incentives.contest import TODAY, make_campaign
from tests.lifecycle.refusing import by, nothing_written

pytestmark = pytest.mark.django_db


def guard(monkeypatch, *, passed):
    """The rhythm guard of the day says so."""
    check = rhythm.Check("apart", "Days apart", passed, 12, 30, "12 days after the last one.")
    monkeypatch.setattr(rhythm, "judge", lambda *_args, **_kept: rhythm.Guard((check,)))


def test_the_days_of_a_monetising_campaign_are_judged_again_for_whoever_takes_part(
    operator, kol, monkeypatch
):
    sold = make_campaign(
        operator, Campaign.Type.ENDORSEMENT, starts_on=TODAY + timedelta(days=5), ends_on=TODAY + timedelta(9)
    )
    guard(monkeypatch, passed=True)
    row = participants.add(by(operator), sold, kol)
    guard(monkeypatch, passed=False)

    def move(**changes):
        return lambda: campaigns.edit(by(operator), Campaign.objects.get(), changes)

    refused = nothing_written(move(starts_on=TODAY + timedelta(days=3)), ValidationError, field="starts_on")
    assert kol.name in str(refused)
    assert move(ends_on=TODAY + timedelta(days=8))().ends_on == TODAY + timedelta(days=8)
    participants.leave(by(operator), row)
    assert move(starts_on=TODAY + timedelta(days=3))().version == 3


def test_days_on_which_somebody_took_part_do_not_come_undone(operator, kol, monkeypatch):
    guard(monkeypatch, passed=True)
    sold = make_campaign(operator, Campaign.Type.ENDORSEMENT)
    participants.leave(by(operator), participants.add(by(operator), sold, kol))
    for changes in ({"starts_on": date(2026, 11, 29)}, {"ends_on": date(2026, 11, 10)}):
        nothing_written(
            lambda changes=changes: campaigns.edit(by(operator), sold, changes),
            ValidationError,
            field=next(iter(changes)),
        )
    assert campaigns.edit(by(operator), sold, {"ends_on": TODAY}).ends_on == TODAY
