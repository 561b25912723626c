"""Value by API: return, mix, rhythm, equal cases, share or buyout, cohorts (DOMAIN 6.4, 6.6–6.8)."""

from django.core.exceptions import ValidationError
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from incentives import mixes, returns, rhythm, rhythm_after, share_or_buyout, users_side
from incentives.forms.share import ShareForm
from incentives.models import Participant
from incentives.value_lists import MIXES
from incentives.views.cohorts import CohortFilter, Cohorts
from incentives.views.value import equals_context
from kol_crm.core import installation, money
from kol_crm.core.api.base import Resource
from kol_crm.core.api.filter_shapes import shape_of_field
from kol_crm.core.api.paged import Paged
from kol_crm.core.api.parameters import filters_of, parameters_of
from profiles.models import Kol
from profiles.services.access import kol_or_404

AMOUNT = {"max_digits": 20, "decimal_places": 3, "allow_null": True}


class MonthAnswer(serializers.Serializer):
    month = serializers.IntegerField(help_text="Since the entry into initial, which is month 0.")
    first_day = serializers.DateField()
    is_over = serializers.BooleanField(help_text="A month that is not over has no figures.")
    given = serializers.DecimalField(**AMOUNT)
    returned = serializers.DecimalField(**AMOUNT)
    sum_given = serializers.DecimalField(**AMOUNT)
    sum_returned = serializers.DecimalField(**AMOUNT)
    ratio = serializers.DecimalField(**AMOUNT)


class UsersMonthAnswer(serializers.Serializer):
    first_day = serializers.DateField()
    answers = serializers.FloatField(allow_null=True)
    returning_interactions = serializers.FloatField(allow_null=True)
    complaints = serializers.FloatField(allow_null=True)
    conflicts = serializers.IntegerField()


class ReturnAnswer(serializers.Serializer):
    currency = serializers.CharField()
    entered_initial = serializers.DateField(allow_null=True)
    given = serializers.DecimalField(**AMOUNT, help_text="None: a part has no dated rate.")
    given_by_form = serializers.DictField()
    not_converted = serializers.DictField()
    returned = serializers.DecimalField(**AMOUNT)
    results_without_value = serializers.IntegerField()
    ratio = serializers.DecimalField(**AMOUNT)
    payback_month = serializers.IntegerField(allow_null=True)
    months = MonthAnswer(many=True)
    users = UsersMonthAnswer(many=True)


class KindShare(serializers.Serializer):
    kind = serializers.CharField()
    entries = serializers.IntegerField()
    share = serializers.FloatField()


class MixAnswer(serializers.Serializer):
    entries = serializers.IntegerField()
    money = serializers.IntegerField()
    only_money = serializers.BooleanField()
    kinds = KindShare(many=True)


class MixOfFile(MixAnswer):
    id = serializers.UUIDField(help_text="Of the file.")


class MixPage(Paged):
    results = MixOfFile(many=True)


class EqualAnswer(serializers.Serializer):
    kol = serializers.UUIDField()
    mix = MixAnswer()
    given = serializers.DecimalField(**AMOUNT)
    returned = serializers.DecimalField(**AMOUNT)
    ratio = serializers.DecimalField(**AMOUNT)


class EqualsAnswer(serializers.Serializer):
    total = serializers.IntegerField()
    results = EqualAnswer(many=True, help_text="The file itself first.")


class GuardCheckAnswer(serializers.Serializer):
    key = serializers.CharField()
    label = serializers.CharField()
    passed = serializers.BooleanField(allow_null=True, help_text="null: unknown, which does not pass.")
    figure = serializers.JSONField(allow_null=True, help_text="Number or text.")
    threshold = serializers.JSONField(allow_null=True)
    sentence = serializers.CharField()


class AfterAnswer(serializers.Serializer):
    participant = serializers.UUIDField(allow_null=True, help_text="Null: of a campaign of another team.")
    kol = serializers.UUIDField()
    state = serializers.ChoiceField(
        [rhythm_after.WAITING, rhythm_after.UNKNOWN, rhythm_after.HELD, rhythm_after.DOWN]
    )
    first_day = serializers.DateField()
    last_day = serializers.DateField()
    sentence = serializers.CharField()
    signals = serializers.DictField(allow_null=True)


class RhythmAnswer(serializers.Serializer):
    passed = serializers.BooleanField()
    checks = GuardCheckAnswer(many=True)
    after = AfterAnswer(many=True, help_text="Each monetising campaign they did, the latest first.")


class ShareAnswer(serializers.Serializer):
    currency = serializers.CharField()
    break_even = serializers.DictField()
    scenarios = serializers.ListField(child=serializers.DictField(), help_text="Empty: no history.")
    history = serializers.ListField(
        child=serializers.DictField(), help_text="``campaign`` is null for one of another team."
    )
    left_out = serializers.ListField(
        child=serializers.DictField(), help_text="Campaigns whose paid amounts no rate converts."
    )


class CohortAnswer(serializers.Serializer):
    cohort = serializers.CharField()
    kols = serializers.IntegerField()
    payback_month = serializers.IntegerField(allow_null=True)
    months = MonthAnswer(many=True)


class CohortsAnswer(serializers.Serializer):
    currency = serializers.CharField()
    finding = serializers.CharField()
    cohorts = CohortAnswer(many=True)
    kinds = serializers.ListField(child=serializers.DictField())
    pay_models = serializers.ListField(child=serializers.DictField())


def _today():
    return installation.day(timezone.now())


CURRENCY = OpenApiParameter(
    "currency", {"type": "string", "enum": [code for code, _words in money.choices("en")]}
)


def _of_form(form):
    return [
        OpenApiParameter(name, shape_of_field(field), required=field.required)
        for name, field in form.base_fields.items()
        if name != CURRENCY.name
    ] + [CURRENCY]


class FileValue(Resource):
    """What one file was given and brought back."""

    @extend_schema(responses=ReturnAnswer)
    @action(detail=True, url_path="return", url_name="return")
    def returned(self, request, pk: str):
        """By month since the entry into initial, with the users' side beside it."""
        kol = kol_or_404(request.user, pk)
        found = returns.return_of(kol.pk, _today())
        beside = [
            {"first_day": one.first, "conflicts": one.conflicts, **one.figures}
            for one in users_side.of(kol.pk, found.months)
        ]
        return Response({"currency": installation.currency(), **found.as_json(), "users": beside})

    @extend_schema(responses=MixAnswer)
    @action(detail=True, url_path="mix", url_name="mix")
    def mix(self, request, pk: str):
        """Entries of twelve months by kind."""
        kol = kol_or_404(request.user, pk)
        return Response(mixes.mixes_of([kol.pk], _today())[kol.pk].as_json())

    @extend_schema(responses=EqualsAnswer)
    @action(detail=True, url_path="equal-cases", url_name="equal-cases")
    def equal_cases(self, request, pk: str):
        """Beside others of the same stage, level and main field that one may see."""
        context = equals_context(kol_or_404(request.user, pk), request.user)
        rows = [
            {
                "kol": one["kol"].pk,
                "mix": one["mix"].as_json(),
                **{name: one["found"].as_json()[name] for name in ("given", "returned", "ratio")},
            }
            for one in context["rows"]
        ]
        return Response({"total": context["total"], "results": rows})

    @extend_schema(responses=RhythmAnswer)
    @action(detail=True, url_path="rhythm", url_name="rhythm")
    def rhythm(self, request, pk: str):
        """Whether they may monetise today, and the signals after each campaign that did."""
        kol, day = kol_or_404(request.user, pk), _today()
        taken = rhythm.taken_part([kol.pk]).get(kol.pk, [])
        after = [one.as_json() for one in rhythm_after.measured(taken, day).values()]
        mine = Participant.objects.visible_to(request.user).filter(kol=kol)
        seen = set(mine.values_list("pk", flat=True))
        for one in after:
            one["participant"] = one["participant"] if one["participant"] in seen else None
        return Response({**rhythm.judge(kol, day, reader=request.user).as_json(), "after": after[::-1]})

    @extend_schema(parameters=_of_form(ShareForm), responses=ShareAnswer)
    @action(detail=True, url_path="share-or-buyout", url_name="share")
    def share_or_buyout(self, request, pk: str):
        """The break-even of a share against a fee, with scenarios from this KOL's own campaigns."""
        kol = kol_or_404(request.user, pk)
        form = ShareForm(request.GET)
        if not form.is_valid():
            raise ValidationError(form.errors.as_data())
        fee = form.cleaned_data["fee"]
        return Response(share_or_buyout.calculate(kol.pk, fee, form.share, form.code, request.user).as_json())


class MixResource(Resource):
    """Mixes of the files one may see."""

    @extend_schema(parameters=parameters_of(MIXES.filterset, MIXES.sorts), responses=MixPage)
    def list(self, request):
        """Files that got something in twelve months; ``only_money=true``: those that got nothing else."""
        return self.listed(MIXES, _mixes)


def _mixes(rows: list[Kol]) -> list[dict]:
    mixed = mixes.mixes_of([row.pk for row in rows], _today())
    return [{"id": row.pk, **mixed[row.pk].as_json()} for row in rows]


class CohortResource(Resource):
    """Cohorts of the files one may see."""

    @extend_schema(parameters=filters_of(CohortFilter), responses=CohortsAnswer)
    def list(self, request):
        """By month of entry into initial, the oldest first."""
        asked = Cohorts(request.user, request.GET)
        if asked.problems:
            raise ValidationError(asked.problems)
        kinds, pays = asked.groups
        return Response(
            {
                "currency": installation.currency(),
                "finding": asked.finding,
                "cohorts": [one.as_json() for one in asked.rows],
                "kinds": [one.as_json() for one in kinds],
                "pay_models": [one.as_json() for one in pays],
            }
        )
