from django.db import migrations


def _sample(size: int):
    """How much of what names hold the planner keeps, to foresee how many files a part of a name finds."""

    def run(_apps, schema_editor):
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(f"ALTER TABLE profiles_kol ALTER COLUMN search SET STATISTICS {size}")

    return run


class Migration(migrations.Migration):
    """By the hundred samples of every column a term of one file in a hundred looks as rare as one of none."""

    dependencies = [("profiles", "0019_unentered")]

    operations = [migrations.RunPython(_sample(1000), _sample(-1))]
