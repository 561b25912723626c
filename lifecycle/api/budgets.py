"""``/api/v1/resource-budgets/``: what a month may cost, and how it is shared by stage (DOMAIN 5.5)."""

from datetime import date

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from kol_crm.core.api.base import Resource, etagged
from kol_crm.core.api.parameters import IF_MATCH
from kol_crm.core.api.strict import StrictSerializer
from kol_crm.core.models import Team
from lifecycle import resources
from lifecycle.api.resources import MONEY
from lifecycle.models import Budget
from lifecycle.services import budget as budgets
from lifecycle.services import slot as slots
from lifecycle.services.reaching import demand_files
from profiles.models import Field
from profiles.services import access


class BudgetBody(StrictSerializer):
    amount = serializers.DecimalField(**MONEY, min_value=0)
    note = serializers.CharField(max_length=300, required=False, allow_blank=True, default="")
    team = serializers.CharField(
        max_length=80, required=False, allow_null=True, default=None, help_text="By name; null: all teams."
    )
    field = serializers.SlugRelatedField(
        slug_field="slug",
        queryset=Field.objects.all(),
        required=False,
        allow_null=True,
        default=None,
        help_text="The slug of a main field; null: all.",
    )


class SharePart(serializers.Serializer):
    key = serializers.CharField(help_text="The stage in which they were booked.")
    value = serializers.DecimalField(**MONEY)
    percent = serializers.DecimalField(max_digits=5, decimal_places=1, allow_null=True)


class InitialShare(serializers.Serializer):
    value = serializers.DecimalField(max_digits=5, decimal_places=1, allow_null=True)
    least = serializers.DecimalField(max_digits=5, decimal_places=1)
    low = serializers.BooleanField()
    parts = SharePart(many=True)
    total = serializers.DecimalField(**MONEY)


class SpecialBudget(serializers.Serializer):
    team = serializers.CharField(allow_null=True, help_text="By name; null: all teams.")
    field = serializers.CharField(allow_null=True, help_text="The slug of the main field; null: all.")
    version = serializers.IntegerField()
    amount = serializers.DecimalField(**MONEY)
    currency = serializers.CharField()
    committed = serializers.DecimalField(**MONEY)
    left = serializers.DecimalField(**MONEY)
    note = serializers.CharField()


class BudgetAnswer(serializers.Serializer):
    month = serializers.CharField()
    version = serializers.IntegerField(allow_null=True)
    amount = serializers.DecimalField(**MONEY, allow_null=True, help_text="Null: none is set.")
    currency = serializers.CharField(allow_null=True)
    committed = serializers.DecimalField(**MONEY, allow_null=True)
    left = serializers.DecimalField(**MONEY, allow_null=True)
    note = serializers.CharField(allow_null=True)
    special = SpecialBudget(many=True, help_text="Those of a team, a main field or both.")
    initial_share = InitialShare()


class BudgetList(serializers.Serializer):
    results = BudgetAnswer(many=True)


class BudgetResource(Resource):
    """A month by its name, ``2026-11``: what it may cost, what is committed, how it is shared by stage."""

    lookup_value_regex = "[0-9a-z-]{1,40}"

    @extend_schema(responses=BudgetList)
    def list(self, request):
        """The months that have a budget, newest first; at most a hundred."""
        demand_files(request.user)
        known = Budget.objects.order_by("-month").values_list("month", flat=True).distinct()[:100]
        return Response({"results": [one.as_json() for one in resources.months(known)]})

    @extend_schema(responses=BudgetAnswer)
    def retrieve(self, request, pk: str):
        """One month, set or not."""
        demand_files(request.user)
        return self._answer(self._month(pk))

    @extend_schema(request=BudgetBody, responses=BudgetAnswer, parameters=[IF_MATCH])
    def update(self, request, pk: str):
        """Set it, by managers: of all, or of the KOLs of a team, of a main field, or of both; where there is
        such a one, on its version. 400 at ``amount`` under what is committed.
        """
        demand_files(request.user)
        if not slots.may_keep(request.user):
            raise PermissionDenied(_("Inventory and budgets are kept by managers."))
        self.demand_write_scope()
        month = self._month(pk)
        values = dict(self.checked(BudgetBody))
        if values["team"]:
            values["team"] = self._team(values["team"])
        of = {name: values[name] or None for name in ("team", "field")}
        row = Budget.objects.filter(month=month, **of).first()
        version = self.version_asked(row) if row else None
        budgets.set_budget(self.actor, month, **values | of, version=version)
        return self._answer(month)

    def _team(self, name: str) -> Team:
        found = access.teams_for(self.request.user).filter(name=name).first()
        if found is None:
            raise ValidationError({"team": _("There is no such row.")})
        return found

    @staticmethod
    def _month(name: str) -> date:
        try:
            return date.fromisoformat(f"{name}-01")
        except ValueError as error:
            raise Http404 from error

    @staticmethod
    def _answer(month: date) -> Response:
        [found] = resources.months([month])
        answer = found.as_json()
        return etagged(answer, answer["version"]) if answer["version"] else Response(answer)
