"""PostgreSQL only: trigrams for terms of three characters and more, grams for shorter ones (PERFORMANCE).

Search works without them (SQLite, or no right to create the extension), only slower.
"""

from django.db import migrations


def build(_apps, schema_editor):
    connection = schema_editor.connection
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE INDEX IF NOT EXISTS kol_grams ON profiles_kol USING gin (string_to_array(grams, ' '))"
        )
        cursor.execute("SELECT 1 FROM pg_available_extensions WHERE name = 'pg_trgm'")
        may = cursor.fetchone() and _may_create(cursor)
        if may:
            cursor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
            cursor.execute(
                "CREATE INDEX IF NOT EXISTS kol_search ON profiles_kol USING gin (search gin_trgm_ops)"
            )


def _may_create(cursor) -> bool:
    cursor.execute("SELECT has_database_privilege(current_database(), 'CREATE')")
    return cursor.fetchone()[0]


class Migration(migrations.Migration):
    dependencies = [("profiles", "0002_catalogue")]
    operations = [migrations.RunPython(build, migrations.RunPython.noop)]
