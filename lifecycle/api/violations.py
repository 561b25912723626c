"""``/api/v1/violations/``, ``no-privilege/``: penalties, appeals, levels compared (DOMAIN 5.10)."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from kol_crm.core.api.base import Resource
from kol_crm.core.api.paged import Paged
from kol_crm.core.api.parameters import IF_MATCH, parameters_of
from kol_crm.core.api.strict import StrictSerializer
from lifecycle import no_privilege
from lifecycle.api.proven import ProvenResource
from lifecycle.conduct_lists import VIOLATIONS
from lifecycle.models import Rule, Severity, Violation
from lifecycle.services import violation as verbs
from profiles.models import Kol
from profiles.models.querysets import EDIT, VIEW
from profiles.services import access

PLAIN = (
    *("version", "happened_at", "what", "evidence", "links", "state", "due_on", "created_at"),
    *("severity", "why", "decided_at", "ordinary", "proposed", "level", "grounds", "appealed_at"),
    *("answer", "answered_at"),
)


class ViolationEdit(StrictSerializer):
    rule = serializers.UUIDField(required=False)
    happened_at = serializers.DateTimeField(required=False)
    what = serializers.CharField(max_length=300, required=False)
    evidence = serializers.CharField(max_length=5000, required=False, allow_blank=True)
    links = serializers.ListField(child=serializers.URLField(), required=False, max_length=10)
    attachments = serializers.ListField(
        child=serializers.UUIDField(), required=False, help_text="Of the file; they replace those that stand."
    )


class ViolationBody(ViolationEdit):
    kol = serializers.UUIDField()
    rule = serializers.UUIDField()
    happened_at = serializers.DateTimeField()
    what = serializers.CharField(max_length=300)


class PenaliseBody(StrictSerializer):
    severity = serializers.ChoiceField(Severity.choices)
    why = serializers.CharField(max_length=2000)
    until = serializers.DateField(
        required=False, help_text="The last day of a stop (3) or a suspension (4, which needs one)."
    )


class DismissBody(StrictSerializer):
    why = serializers.CharField(max_length=2000)


class AppealBody(StrictSerializer):
    grounds = serializers.CharField(max_length=5000)


class AppealEnd(StrictSerializer):
    answer = serializers.CharField(max_length=2000)


class ViolationAnswer(serializers.Serializer):
    id = serializers.UUIDField()
    kol = serializers.UUIDField()
    rule = serializers.UUIDField()
    told = serializers.IntegerField(
        allow_null=True, help_text="The version they had been told by then; null: it cannot be penalised."
    )
    version = serializers.IntegerField()
    happened_at = serializers.DateTimeField()
    what = serializers.CharField()
    evidence = serializers.CharField()
    links = serializers.ListField(child=serializers.URLField())
    attachments = serializers.ListField(child=serializers.UUIDField())
    state = serializers.ChoiceField(Violation.State.choices)
    due_on = serializers.DateField(allow_null=True)
    author = serializers.CharField(allow_null=True)
    created_at = serializers.DateTimeField()
    severity = serializers.ChoiceField(Severity.choices, allow_null=True)
    ordinary = serializers.ChoiceField(Severity.choices, allow_null=True)
    proposed = serializers.ChoiceField(Severity.choices, allow_null=True)
    level = serializers.CharField(help_text="Of the day of the decision; empty: none.")
    why = serializers.CharField()
    decided_by = serializers.CharField(allow_null=True)
    decided_at = serializers.DateTimeField(allow_null=True)
    grounds = serializers.CharField()
    appealed_at = serializers.DateTimeField(allow_null=True)
    answer = serializers.CharField()
    answered_by = serializers.CharField(allow_null=True)
    answered_at = serializers.DateTimeField(allow_null=True)


class ViolationPage(Paged):
    results = ViolationAnswer(many=True)


class ProposalAnswer(serializers.Serializer):
    value = serializers.IntegerField()
    parts = serializers.ListField(child=serializers.DictField())
    missing = serializers.ListField(child=serializers.CharField())


class PrivilegeLine(serializers.Serializer):
    rule = serializers.UUIDField()
    title_en = serializers.CharField()
    title_zh = serializers.CharField()
    ordinary = serializers.DictField(help_text="Lowest and highest severity that ordinary users got.")
    number = serializers.IntegerField()
    lighter = serializers.DictField(
        allow_null=True, help_text="The pair of levels of which the larger gets less by the most."
    )
    levels = serializers.DictField(help_text="By level: penalties by severity, number, mean, overturned.")


class PrivilegeAnswer(serializers.Serializer):
    finding = serializers.CharField()
    results = PrivilegeLine(many=True)


class ViolationResource(ProvenResource):
    """Violations of the files one may see."""

    model = Violation

    def represent(self, rows: Iterable[Violation]) -> list[dict[str, Any]]:
        return [
            {"id": row.pk, "kol": row.kol_id, "rule": row.rule_id}
            | {"told": row.told.number if row.told else None}
            | {name: getattr(row, name) for name in PLAIN}
            | self.people(row, "author", "decided_by", "answered_by")
            | {"attachments": [one.attachment_id for one in row.files.all()]}
            for row in rows
        ]

    def values(self, body: type[StrictSerializer], kol: Kol | None = None) -> tuple[dict[str, Any], Any]:
        """Facts with the rule looked up, and the attachments where sent; ``kol``: whose they must be."""
        checked = dict(self.checked(body))
        if asked := checked.get("rule"):
            checked["rule"] = Rule.objects.filter(pk=asked).first()
            if checked["rule"] is None:
                raise ValidationError({"rule": _("There is no such row.")})
        return self.proven(checked, kol.pk if kol else checked.get("kol"))

    @extend_schema(parameters=parameters_of(VIOLATIONS.filterset, VIOLATIONS.sorts), responses=ViolationPage)
    def list(self, request):
        """Newest first."""
        return self.listed(VIOLATIONS, self.represent)

    @extend_schema(responses=ViolationAnswer)
    def retrieve(self, request, pk: str):
        """One violation with its decision and appeal."""
        return self.shown(self.found(pk, VIEW))

    @extend_schema(responses=ProposalAnswer)
    @action(detail=True, methods=["get"])
    def proposal(self, request, pk: str):
        """What the ladder proposes, with its parts."""
        return Response(verbs.proposal(self.found(pk, VIEW)).as_json())

    @extend_schema(request=ViolationBody, responses={201: ViolationAnswer})
    def create(self, request):
        """Put one on a file that one may edit, with evidence in words, by links or attachments."""
        values, attachments = self.values(ViolationBody)
        kol_id = values.pop("kol")
        if not Kol.objects.visible_to(request.user).filter(pk=kol_id).exists():
            raise ValidationError({"kol": _("There is no such row.")})
        kol = access.kol_or_404(request.user, kol_id, EDIT)
        return self.shown(verbs.record(self.actor, kol, values, attachments or ()), 201)

    @extend_schema(request=ViolationEdit, responses=ViolationAnswer, parameters=[IF_MATCH])
    def partial_update(self, request, pk: str):
        """While it is undecided. 409 ``wrong_state``."""
        row = self.found(pk, EDIT)
        version = self.version_asked(row)
        values, attachments = self.values(ViolationEdit, row.kol)
        return self.shown(verbs.edit(self.actor, row, values, attachments, version))

    @extend_schema(responses={204: None}, parameters=[IF_MATCH])
    def destroy(self, request, pk: str):
        """Recorded by mistake, while it is undecided; it stays in the history."""
        row = self.found(pk, EDIT)
        verbs.remove(self.actor, row, self.version_asked(row))
        return Response(status=204)

    @extend_schema(request=PenaliseBody, responses=ViolationAnswer)
    @action(detail=True, methods=["post"])
    def penalise(self, request, pk: str):
        """Decide, and start what the penalty brings. 409 ``not_told``; 400 at ``severity`` where it is
        lighter than for an ordinary user; 403 for a termination by who is no manager.
        """
        return self.shown(verbs.penalise(self.actor, self.found(pk, EDIT), **self.checked(PenaliseBody)))

    @extend_schema(request=DismissBody, responses=ViolationAnswer)
    @action(detail=True, methods=["post"])
    def dismiss(self, request, pk: str):
        """It was none."""
        return self.shown(verbs.dismiss(self.actor, self.found(pk, EDIT), **self.checked(DismissBody)))

    @extend_schema(request=AppealBody, responses=ViolationAnswer)
    @action(detail=True, methods=["post"])
    def appeal(self, request, pk: str):
        """The KOL appeals against the penalty."""
        return self.shown(verbs.appeal(self.actor, self.found(pk, EDIT), **self.checked(AppealBody)))

    @extend_schema(request=AppealEnd, responses=ViolationAnswer)
    @action(detail=True, methods=["post"])
    def uphold(self, request, pk: str):
        """The penalty stands; 403 for who decided on it."""
        return self.shown(verbs.uphold(self.actor, self.found(pk, EDIT), **self.checked(AppealEnd)))

    @extend_schema(request=AppealEnd, responses=ViolationAnswer)
    @action(detail=True, methods=["post"])
    def overturn(self, request, pk: str):
        """The penalty is void; 403 for who decided on it."""
        return self.shown(verbs.overturn(self.actor, self.found(pk, EDIT), **self.checked(AppealEnd)))


class PrivilegeResource(Resource):
    @extend_schema(responses=PrivilegeAnswer)
    def list(self, request):
        """Penalties for the same rule side by side across levels, of the files one sees."""
        found = no_privilege.lines(request.user)
        rows = [no_privilege.as_json(line) for line in found]
        return Response({"finding": no_privilege.finding(found), "results": rows})
