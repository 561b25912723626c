import django.db.models.deletion
import kol_crm.core.models.base
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0007_settings_v1"),
        ("incentives", "0005_campaigns"),
        ("profiles", "0022_midterm"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Strategy",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=kol_crm.core.models.base.uuid7,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("cohort", models.DateField(blank=True, null=True, verbose_name="entered initial in")),
                (
                    "stage",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("introduction", "Introduction"),
                            ("initial", "Initial"),
                            ("mid_term", "Mid-term"),
                            ("late", "Late"),
                            ("departed", "Departed"),
                        ],
                        max_length=12,
                        verbose_name="stage",
                    ),
                ),
                (
                    "level",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("nano", "Nano"),
                            ("micro", "Micro"),
                            ("mid", "Mid"),
                            ("macro", "Macro"),
                            ("mega", "Mega"),
                        ],
                        max_length=5,
                        verbose_name="level",
                    ),
                ),
                ("what", models.CharField(max_length=300, verbose_name="what changes")),
                ("why", models.TextField(max_length=2000, verbose_name="why")),
                ("expected", models.TextField(max_length=2000, verbose_name="what is expected")),
                ("decided_on", models.DateField(verbose_name="from")),
                ("look_on", models.DateField(verbose_name="look at it on")),
                ("happened", models.TextField(blank=True, max_length=2000, verbose_name="what happened")),
                ("settled_at", models.DateTimeField(blank=True, null=True)),
                ("created_at", models.DateTimeField(editable=False)),
                (
                    "author",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "kol",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="strategies",
                        to="profiles.kol",
                        verbose_name="KOL",
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="core.team",
                        verbose_name="team",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["look_on", "id"], name="strategies_by_look"),
                    models.Index(fields=["decided_on", "id"], name="strategies_by_day"),
                    models.Index(fields=["kol", "-created_at"], name="strategies_of_kol"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("cohort", None),
                                ("kol__isnull", False),
                                ("level", ""),
                                ("stage", ""),
                                ("team", None),
                            ),
                            models.Q(
                                ("kol", None),
                                ("team__isnull", False),
                                models.Q(
                                    ("cohort__isnull", False),
                                    models.Q(("stage", ""), _negated=True),
                                    models.Q(("level", ""), _negated=True),
                                    _connector="OR",
                                ),
                            ),
                            _connector="OR",
                        ),
                        name="strategies_are_of_a_kol_or_a_group",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("happened", ""), ("settled_at", None)),
                            models.Q(
                                ("settled_at__isnull", False), models.Q(("happened", ""), _negated=True)
                            ),
                            _connector="OR",
                        ),
                        name="strategies_end_with_what_happened",
                    ),
                ],
            },
        ),
    ]
