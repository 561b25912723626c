"""``manage.py flush``: Django's own, without counting the files that go table by table."""

from django.core.management.commands import flush
from django.db import connections

from profiles import counting


class Command(flush.Command):
    """On SQLite the triggers would count for teams that are emptied out next."""

    def handle(self, **options):
        conn = connections[options["database"]]
        if conn.vendor == "sqlite":
            counting.uninstall(conn)
        super().handle(**options)
        counting.stand_again(options["database"])
