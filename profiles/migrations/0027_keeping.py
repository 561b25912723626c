from django.db import migrations, models

from profiles import counting
from profiles.scope_counting import SCOPE_COUNTS


def again(_apps, schema_editor):
    """Files are counted by risk as well; nobody has one before the first night, so nothing is counted anew."""
    if schema_editor.connection.vendor == "postgresql":
        counting.install(schema_editor.connection, SCOPE_COUNTS)


class Migration(migrations.Migration):
    dependencies = [("profiles", "0026_sync")]

    operations = [
        migrations.AddIndex("kol", models.Index(fields=["bond", "id"], name="kol_by_bond")),
        migrations.RunPython(again, migrations.RunPython.noop),
    ]
