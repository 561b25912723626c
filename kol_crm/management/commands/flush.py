"""``manage.py flush``: Django's own, without what watches single rows: counters, and triggers that refuse."""

from django.core.management.commands import flush
from django.db import connections

from kol_crm.core import append_only
from profiles import counting, sync_triggers


class Command(flush.Command):
    """SQLite empties row by row: it would count for teams that go next, and refuse append-only tables."""

    def handle(self, **options):
        conn = connections[options["database"]]
        if conn.vendor == "sqlite":
            counting.uninstall(conn)
            sync_triggers.uninstall(conn)
            with append_only.lifted(conn):
                super().handle(**options)
        else:
            super().handle(**options)
        counting.stand_again(options["database"])
        sync_triggers.stand_again(options["database"])
