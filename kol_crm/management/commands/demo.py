"""``manage.py demo [--reset] [--seed N]``: about 400 invented KOLs, dated relative to today."""

from importlib import import_module

from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from kol_crm.core.models import User
from kol_crm.demo.stage_set import put_on
from profiles import counting


class Command(BaseCommand):
    help = "Fill an empty installation with demo data; --reset empties it first."

    def add_arguments(self, parser):
        parser.add_argument("--reset", action="store_true", help="throw away everything that is there")
        parser.add_argument("--seed", type=int, default=7)

    def handle(self, *args, reset: bool, seed: int, **options):
        if not settings.DEBUG:
            raise CommandError("Demo data has public passwords: it is refused where DEBUG=0.")
        if reset:
            empty()
        if User.objects.exists():
            raise CommandError("There are users already; --reset throws everything away first.")
        files = put_on(seed, timezone.now(), self._say)
        self.stdout.write(f"{files} files")

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()


def empty() -> None:
    """An installation as after its first migration: the tables emptied, then filled by the same functions."""
    call_command("flush", interactive=False, verbosity=0)
    counting.recount()  # emptying table by table is counted too, in any order
    import_module("kol_crm.core.migrations.0002_ground").top_team(apps, None)
    import_module("profiles.migrations.0002_catalogue").fill(apps, None)
    import_module("incentives.migrations.0004_policy_default").fill(apps, None)
