from django.db import migrations, models

from profiles import sync_triggers


def begin(_apps, schema_editor):
    """On SQLite they stand once all migrations are through (``manage.py migrate``): it makes tables anew."""
    if schema_editor.connection.vendor == "postgresql":
        sync_triggers.install(schema_editor.connection)
        sync_triggers.mark_all(schema_editor.connection)


def end(_apps, schema_editor):
    sync_triggers.uninstall(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0008_jobs_page"),
        ("profiles", "0025_sources"),
    ]

    operations = [
        migrations.CreateModel(
            name="SyncClock",
            fields=[
                ("id", models.PositiveSmallIntegerField(primary_key=True, serialize=False)),
                ("value", models.BigIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="SyncLeft",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("kol", models.UUIDField()),
                ("team", models.UUIDField()),
                ("whom", models.BigIntegerField(default=0)),
                ("but", models.BigIntegerField(default=0)),
                ("at", models.BigIntegerField()),
                ("changed_at", models.DateTimeField()),
            ],
            options={
                "indexes": [
                    models.Index(fields=["at", "kol"], name="sync_left_by_cursor"),
                    models.Index(fields=["changed_at"], name="sync_left_old"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("kol", "team", "whom", "but"), name="left_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="SyncState",
            fields=[
                ("kol", models.UUIDField(primary_key=True, serialize=False)),
                ("at", models.BigIntegerField()),
                ("others_at", models.BigIntegerField(default=0)),
                ("version", models.BigIntegerField(default=1)),
                (
                    "kind",
                    models.CharField(
                        choices=[("live", "Live"), ("deleted", "Deleted"), ("merged", "Merged")],
                        default="live",
                        max_length=8,
                    ),
                ),
                ("survivor", models.UUIDField(null=True)),
                ("origin", models.CharField(blank=True, max_length=16)),
                ("team", models.UUIDField()),
                ("hidden_from", models.BigIntegerField(default=0)),
                ("changed_at", models.DateTimeField()),
            ],
            options={
                "indexes": [
                    models.Index(fields=["at", "kol"], name="sync_by_cursor"),
                    models.Index(
                        condition=models.Q(("kind", "live"), _negated=True),
                        fields=["changed_at"],
                        name="sync_gone",
                    ),
                ],
            },
        ),
        migrations.RunPython(begin, end),
    ]
