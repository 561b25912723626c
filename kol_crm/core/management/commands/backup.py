"""``manage.py backup PATH``: database and files into a new folder, while work goes on (docs/backup.md)."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from kol_crm.core import backup
from kol_crm.core.backup_postgres import Failed


class Command(BaseCommand):
    help = "Back up the database and the sealed files into a new folder; the keys are not in it."

    def add_arguments(self, parser):
        parser.add_argument("path", type=Path, help="a folder that does not exist yet")

    def handle(self, *args, path: Path, **options):
        try:
            manifest = backup.make(path, timezone.now())
        except (OSError, Failed) as error:
            raise CommandError(str(error)) from error
        rows, files = sum(manifest["counts"].values()), len(manifest["files"]) - 1
        self.stdout.write(f"{path}: {rows} rows, {files} files, generation {manifest['generation']}")
        self.stdout.write("The keys (SECRET_KEY, PII_KEYS, PII_INDEX_KEY) are not in it: keep them apart.")
