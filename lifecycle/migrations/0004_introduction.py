"""Criteria of the fit rubric bear their names and places; candidates have a day on which Today asks for them."""

from django.db import migrations, models

NAMES = {
    "field": ("Field", "领域"),
    "tone": ("Tone", "气质"),
    "quality": ("Content quality", "内容质量"),
    "audience": ("Audience overlap", "受众重合"),
    "values": ("Values", "价值观"),
}


def named(rubric):
    return {
        key: {"name_en": en, "name_zh": zh, "place": place, **rubric[key]}
        for place, (key, (en, zh)) in enumerate(NAMES.items(), 1)
        if key in rubric
    }


def forwards(apps, _schema_editor):
    for rubric in apps.get_model("lifecycle", "Rubric").objects.all():
        rubric.criteria = named(rubric.criteria)
        rubric.save(update_fields=["criteria"])
    for version in apps.get_model("core", "PolicyVersion").objects.filter(values__has_key="fit_rubric"):
        version.values["fit_rubric"] = named(version.values["fit_rubric"])
        version.save(update_fields=["values"])


class Migration(migrations.Migration):
    dependencies = [("lifecycle", "0003_outreach"), ("core", "0007_settings_v1")]

    operations = [
        migrations.AddField("candidate", "lead_on_by", models.DateField(editable=False, null=True)),
        migrations.RunPython(forwards, migrations.RunPython.noop),
    ]
