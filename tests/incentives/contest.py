"""Campaigns as tests need them."""

from datetime import date, timedelta

from incentives.models import Campaign
from incentives.services import campaign as campaigns
from incentives.services import participant as participants
from tests.factories import NOW
from tests.lifecycle.refusing import by

TODAY = NOW.date()
AUTUMN = {"name": "Autumn", "starts_on": date(2026, 11, 1), "ends_on": date(2026, 11, 30)}


def make_campaign(owner, type_=Campaign.Type.TOPIC, **values) -> Campaign:
    return campaigns.create(by(owner), {**AUTUMN, "type": type_, **values})


def make_contest(owner, *kols):
    """A running contest with these KOLs."""
    contest = make_campaign(owner, Campaign.Type.CONTEST)
    return contest, [participants.add(by(owner), contest, kol) for kol in kols]


def invited(participant, ref, days_ago=8, **values) -> dict:
    """A row of an intake."""
    code = participant.codes.get().code
    return {"code": code, "user_ref": ref, "registered_at": NOW - timedelta(days=days_ago), **values}
