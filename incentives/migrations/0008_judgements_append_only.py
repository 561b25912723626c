"""What the policy said, and each version of the policy, is kept by the database itself (DOMAIN 6.1, 6.2)."""

from django.db import migrations

from kol_crm.core import append_only

APPEND_ONLY = ("incentives_incentivepolicy", "incentives_planjudgement")


def install(_apps, schema_editor):
    for table in APPEND_ONLY:
        append_only.install(schema_editor.connection, table)


def uninstall(_apps, schema_editor):
    for table in APPEND_ONLY:
        append_only.uninstall(schema_editor.connection, table)


class Migration(migrations.Migration):
    dependencies = [("incentives", "0007_mended")]
    operations = [migrations.RunPython(install, uninstall)]
