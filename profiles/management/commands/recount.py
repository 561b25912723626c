"""Count all files anew for the chips and groups of the KOL list."""

from django.core.management.base import BaseCommand

from profiles import counting


class Command(BaseCommand):
    help = "Count all files anew; the counters of chips and groups stand in step by themselves."

    def handle(self, *args, **options):
        self.stdout.write(f"{counting.recount()} counters")
