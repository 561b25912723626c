"""A figure before and after, as the API says it."""

from typing import Any

from rest_framework import serializers

from kol_crm.core.api.strict import StrictSerializer
from kol_crm.core.score import plain
from lifecycle.models.measured import Measured
from lifecycle.rules.measure import NAMES


class FigureBody(StrictSerializer):
    """Which figure of which account of the file; its value is read and fixed."""

    account = serializers.UUIDField()
    measure = serializers.ChoiceField(NAMES)


class MeasuredAnswer(serializers.Serializer):
    account = serializers.UUIDField(allow_null=True)
    account_name = serializers.CharField()
    measure = serializers.ChoiceField(NAMES)
    before = serializers.FloatField()
    before_on = serializers.DateField()
    after = serializers.FloatField(allow_null=True)
    after_on = serializers.DateField(allow_null=True)
    change = serializers.FloatField(allow_null=True)


def measured(row: Measured) -> dict[str, Any]:
    return {
        "account": row.account_id,  # type: ignore[attr-defined]
        "account_name": row.account_name,
        "measure": row.metric,
        "before": plain(row.before),
        "before_on": row.before_on,
        "after": plain(row.after),
        "after_on": row.after_on,
        "change": row.grown,
    }
