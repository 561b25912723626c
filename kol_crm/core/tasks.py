"""What beat asks for. A message only says "look now": the database knows what is due."""

from celery import shared_task
from django.utils import timezone

from kol_crm.core import jobs
from kol_crm.core.actor import Actor


@shared_task(name="core.tick")
def tick():
    jobs.tick(Actor.job(timezone.now()))


@shared_task(name="core.nightly")
def nightly():
    jobs.nightly(Actor.job(timezone.now()))
