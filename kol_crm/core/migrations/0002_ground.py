"""What every installation stands on: the cache table, append-only triggers, and the top team."""

from django.core.management import call_command
from django.db import migrations

from kol_crm.core import append_only
from kol_crm.core.models import uuid7


def cache_table(_apps, schema_editor):
    call_command("createcachetable", database=schema_editor.connection.alias, verbosity=0)


def triggers(_apps, schema_editor):
    for table in append_only.TABLES:
        append_only.install(schema_editor.connection, table)


def top_team(apps, _schema_editor):
    key = uuid7()
    apps.get_model("core", "Team").objects.create(id=key, name="KOL operations", path=f"{key}/")


class Migration(migrations.Migration):
    dependencies = [("core", "0001_initial")]
    operations = [
        migrations.RunPython(cache_table, migrations.RunPython.noop),
        migrations.RunPython(triggers, migrations.RunPython.noop),
        migrations.RunPython(top_team, migrations.RunPython.noop),
    ]
