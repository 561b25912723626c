from django.db import migrations

from lifecycle.stay_counting import STAY_COUNTS
from profiles import counting


def again(_apps, schema_editor):
    """PostgreSQL asks whether anything changed that counts before it counts; what is counted is the same."""
    if schema_editor.connection.vendor == "postgresql":
        counting.install(schema_editor.connection, STAY_COUNTS)


class Migration(migrations.Migration):
    dependencies = [("lifecycle", "0012_special_budgets")]

    operations = [migrations.RunPython(again, migrations.RunPython.noop)]
