"""``manage.py migrate``: Django's own, with the triggers that watch files out of its way on SQLite."""

from django.core.management.commands import migrate
from django.db import connections
from django.db.migrations.executor import MigrationExecutor

from kol_crm.core import webhook_facts, webhook_trigger
from kol_crm.core.quick_state import quick_state
from profiles import counting, sync_triggers


class Command(migrate.Command):
    """SQLite changes a table by making it anew, which a trigger that reads it forbids, and loses its own."""

    def handle(self, *args, **options):
        conn = connections[options["database"]]
        executor = MigrationExecutor(conn)
        behind = bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))
        if conn.vendor == "sqlite" and behind:
            counting.uninstall(conn)
            sync_triggers.uninstall(conn)
        with quick_state():
            super().handle(*args, **options)
        counting.stand_again(options["database"])
        sync_triggers.stand_again(options["database"], anew=behind)
        for fact in webhook_facts.facts:
            webhook_trigger.watch_facts(conn, fact.table, fact.note)
