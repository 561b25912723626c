import django.db.models.deletion
from django.db import migrations, models


def name_budgets(apps, _schema_editor):
    """What was booked came out of the one budget of its month."""
    booking, budget = apps.get_model("lifecycle", "Booking"), apps.get_model("lifecycle", "Budget")
    of_month = budget.objects.filter(month=models.OuterRef("month")).values("pk")[:1]
    booking.objects.update(budget=models.Subquery(of_month))


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0007_settings_v1"),
        ("lifecycle", "0011_growing"),
        ("profiles", "0022_midterm"),
    ]

    operations = [
        migrations.AddField(
            model_name="booking",
            name="budget",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="bookings",
                to="lifecycle.budget",
                verbose_name="budget",
            ),
        ),
        migrations.AddField(
            model_name="budget",
            name="field",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="profiles.field",
                verbose_name="field",
            ),
        ),
        migrations.AddField(
            model_name="budget",
            name="team",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="core.team",
                verbose_name="team",
            ),
        ),
        migrations.AddField(
            model_name="platformrole",
            name="version",
            field=models.PositiveIntegerField(default=1, editable=False),
        ),
        migrations.AddField(
            model_name="privilege",
            name="version",
            field=models.PositiveIntegerField(default=1, editable=False),
        ),
        migrations.AlterField(
            model_name="budget",
            name="month",
            field=models.DateField(verbose_name="month"),
        ),
        migrations.AddConstraint(
            model_name="budget",
            constraint=models.UniqueConstraint(
                condition=models.Q(("field", None), ("team", None)),
                fields=("month",),
                name="one_budget_a_month",
            ),
        ),
        migrations.AddConstraint(
            model_name="budget",
            constraint=models.UniqueConstraint(
                condition=models.Q(("field", None), ("team__isnull", False)),
                fields=("month", "team"),
                name="one_budget_a_month_and_team",
            ),
        ),
        migrations.AddConstraint(
            model_name="budget",
            constraint=models.UniqueConstraint(
                condition=models.Q(("field__isnull", False), ("team", None)),
                fields=("month", "field"),
                name="one_budget_a_month_and_field",
            ),
        ),
        migrations.AddConstraint(
            model_name="budget",
            constraint=models.UniqueConstraint(
                condition=models.Q(("field__isnull", False), ("team__isnull", False)),
                fields=("month", "team", "field"),
                name="one_budget_a_month_team_and_field",
            ),
        ),
        migrations.RunPython(name_budgets, migrations.RunPython.noop),
    ]
