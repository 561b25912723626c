from django.db import migrations, models

from lifecycle.stay_counting import STAY_COUNTS
from profiles import counting


def begin(_apps, schema_editor):
    """On SQLite they stand once all migrations are through (``manage.py migrate``)."""
    conn = schema_editor.connection
    if conn.vendor == "postgresql":
        counting.install(conn, STAY_COUNTS)
        with conn.cursor() as cursor:
            cursor.execute(counting.add(STAY_COUNTS, STAY_COUNTS.everything()))


def end(_apps, schema_editor):
    counting.uninstall(schema_editor.connection, STAY_COUNTS)


class Migration(migrations.Migration):
    dependencies = [
        ("lifecycle", "0004_introduction"),
        ("profiles", "0018_scope_counts"),
    ]

    operations = [
        migrations.AddIndex("stay", models.Index(fields=["since", "id"], name="stays_by_begin")),
        migrations.AddIndex("stay", models.Index(fields=["until", "id"], name="stays_by_end")),
        migrations.RunPython(begin, end),
    ]
