"""``manage.py dispatch``: one tick by hand, for tests and repairs; ``--nightly``: the night's jobs first."""

from django.core.management.base import BaseCommand
from django.utils import timezone

from kol_crm.core import jobs
from kol_crm.core.actor import Actor


class Command(BaseCommand):
    help = "Plan what is due and send what is ready, once."

    def add_arguments(self, parser):
        parser.add_argument("--once", action="store_true", help="one tick (the default)")
        parser.add_argument("--nightly", action="store_true", help="the night's jobs before it")

    def handle(self, *args, nightly: bool, **options):
        actor = Actor.job(timezone.now())
        if nightly:
            jobs.nightly(actor)
        tally = jobs.tick(actor.again())
        tally.add(jobs.web(actor.again()))
        self.stdout.write(
            f"seen {tally.seen}, done {tally.done}, skipped {tally.skipped}, failed {tally.failed}"
        )
