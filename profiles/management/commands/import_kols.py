"""``manage.py import_kols FILE --platform bilibili``: a table of creators comes in (docs/import.md)."""

from datetime import date
from pathlib import Path

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from kol_crm.core.actor import Actor
from kol_crm.core.models import User
from profiles.importing import people
from profiles.importing.reading import UnreadableTable
from profiles.importing.report import SHOWN, Report
from profiles.importing.table import How, ReadTable
from profiles.models import Platform
from profiles.services import importing

BAR = 30
MODES = {"both": importing.BOTH, "create-only": importing.ONLY_NEW, "update-only": importing.ONLY_KNOWN}


class Command(BaseCommand):
    help = "Bring a table of creators or contacts in: files are created or updated, figures recorded."

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--platform", default="", choices=Platform.values, help="without one: a list of contacts"
        )
        parser.add_argument("--date", type=date.fromisoformat, help="the day of its stocks, YYYY-MM-DD")
        parser.add_argument("--dry-run", action="store_true", help="say what would happen and write nothing")
        parser.add_argument("--owner", metavar="USER", help="whose the new and the unowned files become")
        parser.add_argument("--overwrite", action="store_true", help="let the table overwrite filled facts")
        parser.add_argument("--key", choices=list(people.KEYS), default="", help="by what files are found")
        parser.add_argument(
            "--mode",
            choices=MODES,
            default="both",
            help="create-only: new files; update-only: files on record; default: both",
        )
        parser.add_argument("--as", dest="importer", metavar="USER", help="who imports; default: the system")

    def handle(self, *args, file: Path, platform: str, verbosity: int, **options):
        owner, importer = (self._user(options[name]) for name in ("owner", "importer"))
        actor = Actor(importer, importing.DOOR, timezone.now(), reason=file.name)
        order = importing.Order(
            platform, owner, options["overwrite"], options["dry_run"], MODES[options["mode"]]
        )
        how = How(day=options["date"], key=options["key"])
        report = Report(shown=SHOWN if verbosity < 2 else 10**9)
        try:
            importing.demand_importer(actor, owner)
            if options["key"] in people.OF_ACCOUNTS and not platform:
                raise CommandError(_("Without a platform there are no accounts: choose another key."))
            table = importing.read(file, platform, actor, how=how)
        except UnreadableTable as error:
            raise CommandError(str(error)) from error
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        self._tell_reading(table)
        importing.take_in(actor, table, order, report, lambda so_far: self._draw(so_far, table.total))
        self.stderr.write("")
        for line in report.lines():
            self.stdout.write(line)

    @staticmethod
    def _user(name: str | None) -> User | None:
        if name is None:
            return None
        user = User.objects.filter(username=name, is_active=True).first()
        if user is None:
            raise CommandError(_("There is no active user %(name)s.") % {"name": name})
        return user

    def _tell_reading(self, table: ReadTable) -> None:
        for note in table.notes:
            self.stdout.write(note)
        for column in table.ignored:
            told = {"heading": column.heading, "why": column.why}
            self.stdout.write(_("Column “%(heading)s” is not read: %(why)s") % told)
        self.stdout.flush()

    def _draw(self, report: Report, total: int) -> None:
        filled = BAR * report.seen // max(total, 1)
        bar = "█" * filled + "░" * (BAR - filled)
        counts = f"+{report.created} ~{report.updated} ={report.unchanged} -{report.rejected}"
        self.stderr.write(f"\r{bar} {report.seen:,}/{total:,}  {counts}", ending="")
        self.stderr.flush()
