"""The shapes of figures, holders, levels and fan reports in the API. Rules are the verbs'."""

from rest_framework import serializers

from kol_crm.core.api.paged import Paged
from kol_crm.core.api.strict import StrictSerializer
from profiles.figure_lists import STATES
from profiles.models import Level, Platform
from profiles.rules import metric


class SeriesQuery(StrictSerializer):
    other = serializers.UUIDField(required=False)
    metric = serializers.ChoiceField(metric.NAMES, required=False)
    since = serializers.DateField(required=False)
    until = serializers.DateField(required=False)
    indexed = serializers.BooleanField(required=False)


class PointAnswer(serializers.Serializer):
    start = serializers.DateField()
    end = serializers.DateField()
    value = serializers.FloatField(allow_null=True)


class SeriesLineAnswer(serializers.Serializer):
    account = serializers.UUIDField()
    name = serializers.CharField()
    total = serializers.FloatField(allow_null=True, help_text="Of a flow, over what is known.")
    change = serializers.FloatField(allow_null=True, help_text="First to last, as a share.")
    stale_since = serializers.DateField(allow_null=True)
    base = serializers.FloatField(allow_null=True, help_text="What stands for 100.")
    points = PointAnswer(many=True)


class SeriesAnswer(serializers.Serializer):
    metric = serializers.CharField()
    since = serializers.DateField()
    until = serializers.DateField()
    indexed = serializers.BooleanField()
    finding = serializers.CharField(help_text="What the figures show, in words.")
    series = SeriesLineAnswer(many=True)


class StaleAnswer(serializers.Serializer):
    id = serializers.UUIDField(allow_null=True, help_text="Null: nothing was entered yet.")
    state = serializers.ChoiceField(STATES)
    kol = serializers.UUIDField()
    account = serializers.UUIDField()
    platform = serializers.ChoiceField(Platform.choices)
    metric = serializers.CharField()
    value = serializers.CharField(allow_null=True)
    start = serializers.DateField(allow_null=True)
    end = serializers.DateField(allow_null=True)
    source = serializers.CharField(allow_blank=True)
    limit_days = serializers.IntegerField()


class RefreshCounts(serializers.Serializer):
    """Counted to 1,000; 1,001 is more."""

    stale = serializers.IntegerField()
    unentered = serializers.IntegerField()


class RefreshPage(Paged):
    counts = RefreshCounts()
    results = StaleAnswer(many=True)


class HeldAnswer(serializers.Serializer):
    kol = serializers.UUIDField(allow_null=True)
    since = serializers.DateField(allow_null=True, help_text="Null: from the beginning.")
    until = serializers.DateField(allow_null=True)


class HoldersAnswer(serializers.Serializer):
    account = serializers.UUIDField()
    holders = HeldAnswer(many=True)


class PassOnBody(StrictSerializer):
    to = serializers.UUIDField(allow_null=True, help_text="A file that you may edit; null: nobody.")
    on = serializers.DateField(required=False, allow_null=True, default=None)


class LevelBody(StrictSerializer):
    level = serializers.ChoiceField([*Level.choices, ("", "as the figures say")], allow_blank=True)
    reason = serializers.CharField(max_length=1000)


class StepAnswer(serializers.Serializer):
    since = serializers.DateField()
    level = serializers.CharField()
    override = serializers.BooleanField()
    reason = serializers.CharField()
    by = serializers.CharField(allow_null=True)
    cause = serializers.CharField(help_text="In words.")
    parts = serializers.ListField(child=serializers.DictField())


class LevelsAnswer(serializers.Serializer):
    level = serializers.CharField()
    override = serializers.CharField(help_text="The level set by hand, empty where it follows the figures.")
    finding = serializers.CharField(help_text="What the steps show, in words; empty without any.")
    history = StepAnswer(many=True)


class FanBody(StrictSerializer):
    on = serializers.DateField(required=False)
    portability = serializers.IntegerField(required=False, allow_null=True, min_value=0, max_value=100)
    reason = serializers.CharField(required=False, allow_blank=True)
    loyalty = serializers.IntegerField(required=False, allow_null=True, min_value=0, max_value=5)
    audience = serializers.DictField(
        child=serializers.DictField(child=serializers.FloatField()),
        required=False,
        help_text='{"region": {"Shanghai": 40}, "age": {…}, "gender": {…}}, in per cent.',
    )
    fake_share = serializers.IntegerField(required=False, allow_null=True, min_value=0, max_value=100)
    fake_source = serializers.CharField(required=False, allow_blank=True, max_length=120)


class FanAnswer(FanBody):
    id = serializers.UUIDField()
    estimator = serializers.CharField(allow_null=True)


class FansAnswer(serializers.Serializer):
    would_follow = serializers.DictField(allow_null=True, help_text="value, parts, missing.")
    results = FanAnswer(many=True)
