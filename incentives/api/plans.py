"""``/api/v1/incentive-plans/``: plans with their items, what the policy says, their steps (DOMAIN 6.2)."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from incentives import judging, proposing
from incentives.models import IncentivePlan, Kind, Pay, Period, PlanItem, PlanJudgement
from incentives.services import plan as verbs
from incentives.services import plan_approval as approvals
from incentives.services.plan_items import FACTS
from incentives.views.plan import PLANS
from kol_crm.core import installation
from kol_crm.core.api.base import Resource, etagged
from kol_crm.core.api.paged import Paged
from kol_crm.core.api.parameters import IF_MATCH, parameters_of
from kol_crm.core.api.strict import StrictSerializer
from profiles.models import Kol
from profiles.services import access

PEOPLE = ("author", "submitted_by")
PLAIN = ("id", "version", "kol", "title", "note", "state", "reason", "sent_back", "submitted_at", "ended_at")
VALUES = (*PLAIN, *(f"{name}__username" for name in PEOPLE), "created_at")
ITEM = ("id", *FACTS)
API_PLANS = replace(PLANS, prepare=lambda rows: rows.values(*VALUES))


def _amount(**options) -> serializers.DecimalField:
    return serializers.DecimalField(
        max_digits=14, decimal_places=2, required=False, allow_null=True, **options
    )


class ItemBody(StrictSerializer):
    id = serializers.UUIDField(required=False)
    kind = serializers.ChoiceField(Kind.choices)
    what = serializers.CharField(max_length=160)
    pay = serializers.ChoiceField(Pay.choices, required=False, help_text="``buyout`` unless said.")
    amount = _amount(
        help_text="Of a buyout the whole, of per_result one result's, of continuous one period's."
    )
    currency = serializers.CharField(max_length=3, required=False, allow_blank=True)
    rate = serializers.DecimalField(
        max_digits=6, decimal_places=3, required=False, allow_null=True, help_text="In percent of ``base``."
    )
    base = serializers.CharField(max_length=80, required=False, allow_blank=True)
    floor = _amount()
    cap = _amount()
    expected = serializers.IntegerField(min_value=0, required=False, allow_null=True)
    period = serializers.ChoiceField(Period.choices, required=False, allow_blank=True)
    due_on = serializers.DateField(required=False, allow_null=True)
    ends_on = serializers.DateField(required=False, allow_null=True)
    need = serializers.UUIDField(required=False, allow_null=True, help_text="A need of this file.")


class PlanBody(StrictSerializer):
    kol = serializers.UUIDField()
    title = serializers.CharField(max_length=120)
    note = serializers.CharField(required=False, allow_blank=True)
    items = ItemBody(many=True, required=False)


class PlanEdit(StrictSerializer):
    title = serializers.CharField(max_length=120, required=False)
    note = serializers.CharField(required=False, allow_blank=True)
    items = ItemBody(many=True, required=False)


class PlanAnswer(PlanBody):
    id = serializers.UUIDField(read_only=True)
    version = serializers.IntegerField(read_only=True)
    state = serializers.ChoiceField(IncentivePlan.State.choices, read_only=True)
    reason = serializers.CharField(read_only=True, help_text="Why it is worth going outside policy.")
    sent_back = serializers.CharField(read_only=True)
    submitted_at = serializers.DateTimeField(read_only=True, allow_null=True)
    submitted_by = serializers.CharField(read_only=True, allow_null=True)
    ended_at = serializers.DateTimeField(read_only=True, allow_null=True)
    author = serializers.CharField(read_only=True, allow_null=True)
    created_at = serializers.DateTimeField(read_only=True)


class SubmitBody(StrictSerializer):
    reason = serializers.CharField(max_length=500)


class PlanSendBackBody(StrictSerializer):
    why = serializers.CharField(max_length=500)


class VerdictAnswer(serializers.Serializer):
    now = serializers.DictField()
    decisions = serializers.ListField(child=serializers.DictField())
    proposed = serializers.DictField(allow_null=True)


class PlanPage(Paged):
    results = PlanAnswer(many=True)


def represent(rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Complete plans from rows of ``VALUES``, their items in one more query."""
    rows = list(rows)
    items = defaultdict(list)
    for item in PlanItem.objects.filter(plan__in=[row["id"] for row in rows]).values("plan_id", *ITEM):
        items[item.pop("plan_id")].append(item)
    return [
        {
            **{name: row[name] for name in (*PLAIN, "created_at")},
            **{name: row[f"{name}__username"] for name in PEOPLE},
        }
        | {"items": items[row["id"]]}
        for row in rows
    ]


def _decision(row: PlanJudgement) -> dict[str, Any]:
    by = row.by.username if row.by else None
    return {"act": row.act, "by": by, "at": row.at, "reason": row.reason, "judgement": row.figures}


class PlanResource(Resource):
    """Plans of the files one may see; finance reads all of them."""

    def plan(self, pk: str, *, write: bool) -> IncentivePlan:
        """404 unless visible; to write, then 403 without scope or right."""
        plan = IncentivePlan.objects.visible_to(self.request.user).filter(pk=pk).first()
        if plan is None:
            raise Http404
        if write:
            self.demand_write_scope()
            if not IncentivePlan.objects.visible_to(self.request.user, "edit").filter(pk=pk).exists():
                raise PermissionDenied(_("You may see this plan but not change it."))
        return plan

    def answer(self, plan: IncentivePlan, status: int = 200):
        row = represent(IncentivePlan.objects.filter(pk=plan.pk).values(*VALUES))[0]
        return etagged(row, row["version"], status)

    @extend_schema(parameters=parameters_of(PLANS.filterset, PLANS.sorts), responses=PlanPage)
    def list(self, request):
        """Newest first."""
        return self.listed(API_PLANS, represent)

    @extend_schema(responses=PlanAnswer)
    def retrieve(self, request, pk: str):
        """One plan with its items."""
        return self.answer(self.plan(pk, write=False))

    @extend_schema(request=PlanBody, responses={201: PlanAnswer})
    def create(self, request):
        """A new draft for a file that one may edit."""
        checked = dict(self.checked(PlanBody))
        items, kol_id = checked.pop("items", []), checked.pop("kol")
        if not Kol.objects.visible_to(request.user).filter(pk=kol_id).exists():
            raise ValidationError({"kol": _("There is no such row.")})
        kol = access.kol_or_404(request.user, kol_id, "edit")
        return self.answer(verbs.create(self.actor, kol, checked, items), 201)

    @extend_schema(request=PlanEdit, responses=PlanAnswer, parameters=[IF_MATCH])
    def update(self, request, pk: str):
        """As PATCH: a draft's title, note and items; what is not sent stays."""
        return self._save(pk)

    @extend_schema(request=PlanEdit, responses=PlanAnswer, parameters=[IF_MATCH])
    def partial_update(self, request, pk: str):
        """A draft's title, note and items; items that are sent replace all of them."""
        return self._save(pk)

    @extend_schema(request=None, responses=PlanAnswer)
    @action(detail=True, methods=["post"])
    def activate(self, request, pk: str):
        """draft inside policy, or approved, → active; 409 ``outside_policy`` with the ``judgement``."""
        return self._step(pk, approvals.activate)

    @extend_schema(request=SubmitBody, responses=PlanAnswer)
    @action(detail=True, methods=["post"])
    def submit(self, request, pk: str):
        """Ask for approval of what is outside policy; 409 ``inside_policy`` where none is needed."""
        plan = self.plan(pk, write=True)
        return self.answer(approvals.submit(self.actor, plan, **self.checked(SubmitBody)))

    @extend_schema(request=None, responses=PlanAnswer)
    @action(detail=True, methods=["post"])
    def withdraw(self, request, pk: str):
        """submitted → draft."""
        return self._step(pk, approvals.withdraw)

    @extend_schema(request=None, responses=PlanAnswer)
    @action(detail=True, methods=["post"])
    def approve(self, request, pk: str):
        """submitted → approved, by a manager who wrote and submitted none of it; else 403."""
        return self._step(pk, approvals.approve)

    @extend_schema(request=PlanSendBackBody, responses=PlanAnswer)
    @action(detail=True, methods=["post"], url_path="send-back")
    def send_back(self, request, pk: str):
        """submitted → draft, by who might approve it, with what is to be changed."""
        plan = self.plan(pk, write=True)
        return self.answer(approvals.send_back(self.actor, plan, **self.checked(PlanSendBackBody)))

    @extend_schema(responses=VerdictAnswer)
    @action(detail=True, methods=["get"])
    def verdict(self, request, pk: str):
        """What the policy says of the plan today, what it said at each decision, and what is proposed."""
        plan = self.plan(pk, write=False)
        day = installation.day(timezone.now())
        now = judging.judge(plan.kol, list(plan.items.all()), day, plan=plan)
        proposed = proposing.of(plan.kol, day)
        return Response(
            {
                "now": now.as_json(),
                "decisions": [_decision(row) for row in plan.judgements.select_related("by")],
                "proposed": proposed and proposed.as_json(),
            }
        )

    @extend_schema(request=None, responses=PlanAnswer)
    @action(detail=True, methods=["post"])
    def finish(self, request, pk: str):
        """active → done."""
        return self._step(pk, verbs.finish)

    @extend_schema(request=None, responses=PlanAnswer)
    @action(detail=True, methods=["post"])
    def stop(self, request, pk: str):
        """active → stopped."""
        return self._step(pk, verbs.stop)

    def _save(self, pk: str):
        plan = self.plan(pk, write=True)
        version = self.version_asked(plan)
        checked = dict(self.checked(PlanEdit))
        items = checked.pop("items", None)
        return self.answer(verbs.edit(self.actor, plan, checked, items, version))

    def _step(self, pk: str, verb):
        return self.answer(verb(self.actor, self.plan(pk, write=True)))
