"""What beat asks for. A message only says "look now": the database knows what is due.

Each task goes by the clock of the installation (DOMAIN 1.8), as the settings say it at that moment.
"""

import zoneinfo
from contextlib import AbstractContextManager

from celery import shared_task
from django.utils import timezone

from kol_crm.core import installation, jobs, work
from kol_crm.core.actor import Actor


@shared_task(name="core.tick")
def tick():
    with _by_our_clock():
        jobs.tick(Actor.job(timezone.now()))


@shared_task(name="core.nightly")
def nightly():
    with _by_our_clock():
        jobs.night(Actor.job(timezone.now()))


@shared_task(name="core.web")
def web():
    with _by_our_clock():
        jobs.web(Actor.job(timezone.now()))


@shared_task(name="core.work")
def waiting_work():
    with _by_our_clock():
        work.run_waiting()
        jobs.run_asked(Actor.job(timezone.now()))


def _by_our_clock() -> AbstractContextManager:
    return timezone.override(zoneinfo.ZoneInfo(installation.zone()))
