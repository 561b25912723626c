"""``manage.py restore PATH [--force]``: a backup in the place of what is here (docs/backup.md).

Stop web, workers and beat first. Afterwards everything outbound is held until an admin releases it.
"""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from kol_crm.core import backup
from kol_crm.core.backup_postgres import Failed


class Command(BaseCommand):
    help = "Restore a backup; refuses a database that is not empty unless it is told to replace it."
    requires_system_checks = []  # an empty database is where one is restored

    def add_arguments(self, parser):
        parser.add_argument("path", type=Path, help="the folder that `backup` made")
        parser.add_argument("--force", action="store_true", help="replace what is in the database here")

    def handle(self, *args, path: Path, force: bool, **options):
        try:
            done = backup.restore(path, timezone.now(), force=force)
        except (backup.Unusable, Failed) as error:
            raise CommandError(f"Not restored: {error}") from error
        life = done.generation.pk
        self.stdout.write(f"{done.rows} rows and {done.files} files restored, generation {life}")
        for name, count in done.again.items():
            self.stdout.write(f"{name}: {count} done again")
        if done.missing:
            self.stderr.write(f"{done.missing} files have a row and no content")
        self.stdout.write("Everything outbound is held until an admin releases it: Settings, Jobs.")
