"""The night's jobs: once a day of the installation, by the zone that the settings say (DOMAIN 1.8)."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.utils import timezone

from kol_crm.core import dispatcher, installation, installation_memo, jobs, policy, tasks
from kol_crm.core.actor import Actor
from kol_crm.core.extension import ExtensionPoint
from kol_crm.core.models import JobRun
from kol_crm.core.outbox import Tally

pytestmark = pytest.mark.django_db
BEGINS = datetime(2026, 11, 25, 16, 20, tzinfo=UTC)  # 00:20 of the 26th in Shanghai


@pytest.fixture(autouse=True)
def one_job(monkeypatch):
    """One job only, which says which day it is for it."""
    days: list = []
    point: ExtensionPoint = ExtensionPoint("nightly jobs")

    def job(actor):
        days.append((installation.day(actor.at).isoformat(), timezone.localdate(actor.at).isoformat()))
        return Tally()

    point.register("days", job)
    monkeypatch.setattr(jobs, "nightly_jobs", point)
    return days


def night(at: datetime) -> bool:
    return jobs.night(Actor.job(at))


def in_zone(admin, zone: str) -> None:
    policy.change(Actor(admin, "page", BEGINS), {installation.ZONE.key: zone}, "moved")
    installation_memo.forget()


def test_a_night_runs_once_from_twenty_past_midnight_on(one_job):
    assert night(BEGINS - timedelta(days=1))
    assert not night(BEGINS - timedelta(minutes=1))
    assert night(BEGINS)
    assert not night(BEGINS)
    assert not night(BEGINS + timedelta(hours=23))
    assert night(BEGINS + timedelta(days=1))
    assert JobRun.objects.filter(job="days").count() == 3


def test_a_night_that_was_slept_through_is_made_up_for_once(one_job):
    assert night(BEGINS)
    assert night(BEGINS + timedelta(days=3, hours=9))
    assert not night(BEGINS + timedelta(days=3, hours=10))


def test_another_zone_counts_without_code_or_restart(admin, one_job):
    """In New York the 26th begins thirteen hours later than in Shanghai."""
    assert night(BEGINS)
    in_zone(admin, "America/New_York")
    begins_there = datetime(2026, 11, 26, 5, 20, tzinfo=UTC)
    assert not night(begins_there - timedelta(minutes=1))
    assert night(begins_there)
    assert [day for day, _shown in one_job] == ["2026-11-26", "2026-11-26"]


def test_a_task_goes_by_the_clock_of_the_installation(admin, one_job):
    in_zone(admin, "America/New_York")
    with time_machine.travel(datetime(2026, 11, 26, 2, tzinfo=UTC), tick=False):  # the evening before, there
        tasks.nightly()
    assert one_job == [("2026-11-25", "2026-11-25")]


def test_while_mail_is_handed_over_what_was_planned_just_now_is_not_planned_again(monkeypatch):
    planned = []
    monkeypatch.setattr(jobs.planners, "_providers", {"probe": lambda _actor: planned.append(1) or Tally()})
    monkeypatch.setattr(jobs, "_planned", {})
    jobs.tick(Actor.job(timezone.now()))
    jobs.tick(Actor.job(timezone.now()))
    assert len(planned) == 2, "nobody hands anything over"
    with dispatcher._at_it:
        jobs.tick(Actor.job(timezone.now()))
        assert len(planned) == 2
        jobs._planned["at"] -= jobs.PLANNED_LATELY
        jobs.tick(Actor.job(timezone.now()))
    assert len(planned) == 3, "a slow server keeps no plan waiting"
