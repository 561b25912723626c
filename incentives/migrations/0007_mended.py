"""Items of plans keep the day of their next payment, versions of the policy their currency."""

from collections import defaultdict
from decimal import Decimal

from django.conf import settings
from django.db import migrations, models

from incentives.rules.paying import Terms, dues_of

NOTHING = Decimal(0)


def fill(apps, _schema):
    _next_days(apps)
    if apps.get_model("core", "User").objects.exists():  # else no currency was chosen yet
        for row in apps.get_model("incentives", "IncentivePolicy").objects.all():
            row.currency = _currency(apps, row)
            row.save(update_fields=["currency"])


def _next_days(apps):
    items = apps.get_model("incentives", "PlanItem")
    entries = apps.get_model("incentives", "Entry").objects.filter(item__isnull=False, reversal_of=None)
    given = defaultdict(list)
    reversed_ones = apps.get_model("incentives", "Entry").objects.filter(reversal_of__isnull=False)
    for item, amount in entries.exclude(pk__in=reversed_ones.values("reversal_of")).values_list(
        "item", "amount"
    ):
        given[item].append(amount)
    rows = items.objects.filter(plan__state="active", due_on__isnull=False)
    for row in rows.iterator():
        row.next_on = _next_on(row, given[row.pk])
        if row.next_on:
            row.save(update_fields=["next_on"])


def _next_on(row, given):
    terms = Terms(
        row.pay, row.amount, row.currency, row.cap, row.expected, row.period, row.due_on, row.ends_on
    )
    running = NOTHING
    for due in dues_of(terms, row.due_on):
        if due.amount is None:
            break
        running += due.amount
        if running > sum(given, NOTHING):
            return due.day
    return None if given else row.due_on


def _currency(apps, row):
    """That of the day on which the version was written; of the first, which nobody wrote, the present one."""
    rows = apps.get_model("core", "PolicyVersion").objects.order_by("-number")
    settings_then = rows.filter(at__lte=row.at).first() if row.author_id else rows.first()
    return (settings_then.values if settings_then else {}).get("currency") or settings.CURRENCY


class Migration(migrations.Migration):
    dependencies = [("core", "0007_settings_v1"), ("incentives", "0006_value")]

    operations = [
        migrations.AddField(
            model_name="planitem",
            name="next_on",
            field=models.DateField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="incentivepolicy",
            name="currency",
            field=models.CharField(blank=True, default="", editable=False, max_length=3),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
