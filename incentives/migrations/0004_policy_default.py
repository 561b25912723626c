"""The first version of the policy matrix (DOMAIN 6.1): what may be given before anybody has set anything."""

from datetime import UTC, date, datetime

from django.db import migrations

LEVELS = ("nano", "micro", "mid", "macro", "mega")
BIG = ("macro", "mega")
CEILINGS = {
    "initial": (0, 1000, 3000, 10000, 20000),
    "mid_term": (2000, 6000, 20000, 50000, 120000),
    "late": (4000, 12000, 40000, 100000, 300000),
}
FIRST = ("spiritual", "knowledge", "resources")
WIDE = ("ip_building", "fan_operation", "profit_share", "privilege")


def kinds(stage: str, level: str) -> list[str]:
    found = [*FIRST]
    if stage != "initial":
        found.append("material")
    if stage == "late" or level in BIG:
        found += WIDE
    return found


def cells() -> dict:
    return {
        f"{stage}.{level}": {
            "kinds": kinds(stage, level),
            "usual": str(ceiling // 2),
            "ceiling": str(ceiling),
        }
        for stage, ceilings in CEILINGS.items()
        for level, ceiling in zip(LEVELS, ceilings, strict=True)
    }


def fill(apps, _schema):
    versions = apps.get_model("incentives", "IncentivePolicy")
    versions.objects.create(
        number=1, from_day=date(2000, 1, 1), cells=cells(), at=datetime(2000, 1, 1, tzinfo=UTC)
    )


class Migration(migrations.Migration):
    dependencies = [("incentives", "0003_policy")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
