"""``manage.py ready``: the parts of ``/readyz`` on the command line, for containers without a web page."""

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from kol_crm.health import readiness


class Command(BaseCommand):
    """Exit code 0 if the named parts (all, if none is named) are ``ok``, otherwise 1."""

    help = "Say whether database, migrations, broker, beat and outbox are ready."

    def add_arguments(self, parser):
        parser.add_argument(
            "parts", nargs="*", metavar="PART", help="database, migrations, broker, beat or outbox"
        )

    def handle(self, *, parts, **options):
        states = readiness(timezone.now())
        unknown = [part for part in parts if part not in states]
        if unknown:
            raise CommandError(f"Unknown: {', '.join(unknown)}. Choose from {', '.join(states)}.")
        chosen = {part: states[part] for part in parts or states}
        line = ", ".join(f"{part} {state}" for part, state in chosen.items())
        if any(state != "ok" for state in chosen.values()):
            raise CommandError(line)
        self.stdout.write(line)
