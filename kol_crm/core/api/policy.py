"""``/api/v1/policy/``: what managers of the top team may change, and the versions of it (DOMAIN, opening)."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.http import Http404
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from kol_crm.core import policy, rights, shapes
from kol_crm.core.api.base import etagged, version_of
from kol_crm.core.api.errors import PreconditionFailed, PreconditionRequired
from kol_crm.core.api.paged import Paged
from kol_crm.core.api.parameters import parameters_of
from kol_crm.core.api.settings import SettingResource
from kol_crm.core.api.strict import StrictSerializer
from kol_crm.core.errors import Conflict
from kol_crm.core.filters import FilterSet
from kol_crm.core.lists import ListSpec
from kol_crm.core.models import PolicyVersion
from kol_crm.core.paging import Sort

VERSIONS = ListSpec(
    name="policy-versions",
    rows=lambda _user: PolicyVersion.objects.all(),
    prepare=lambda rows: rows.select_related("user"),
    filterset=FilterSet,
    sorts=(Sort("number", "number", _("Version"), descending_first=True),),
    default_sort="-number",
    template="",
    rows_template="",
)
IF_MATCH = OpenApiParameter(
    "If-Match",
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    required=True,
    description='The ETag held (the number of the version in force), or "*" to insist.',
)


class Held(NamedTuple):
    """The policy in force as a precondition knows a row: by its version."""

    version: int


class SettingBody(StrictSerializer):
    value = serializers.JSONField(help_text="Of the shape of the one in force.")
    reason = serializers.CharField(max_length=500, help_text="Colleagues read it in the versions.")


class SettingAnswer(serializers.Serializer):
    name = serializers.CharField()
    section = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]  # a field of the answer
    unit = serializers.CharField()
    help = serializers.CharField()
    value = serializers.JSONField()
    default = serializers.JSONField()


class PolicyAnswer(serializers.Serializer):
    number = serializers.IntegerField(help_text="The version in force, 0 before the first change.")
    settings = SettingAnswer(many=True)


class DifferenceAnswer(serializers.Serializer):
    name = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]  # a field of the answer
    part = serializers.CharField(help_text="Which part of the value, in words; empty: the whole.")
    before = serializers.CharField(help_text="In words.")
    after = serializers.CharField(help_text="In words.")


class VersionAnswer(serializers.Serializer):
    number = serializers.IntegerField()
    at = serializers.DateTimeField()
    user = serializers.CharField(allow_null=True)
    reason = serializers.CharField()
    changes = DifferenceAnswer(many=True)


class VersionPage(Paged):
    results = VersionAnswer(many=True)


def represent(setting: policy.Setting, rules: policy.Policy) -> dict[str, Any]:
    words = ("label", "unit", "help")
    return {
        "name": setting.key,
        "section": setting.section.key,
        **{name: str(getattr(setting, name)) for name in words},
        "value": _plain(setting, rules.get(setting)),
        "default": _plain(setting, setting.default),
    }


def _plain(setting: policy.Setting, value: Any) -> Any:
    """The value as JSON has it: defaults are declared with members of enumerations as keys."""
    return shapes.put_together(
        {path: shapes.at(value, path) for path, *_rest in shapes.leaves(setting.shape, value)}
    )


def versions(rows: Iterable[PolicyVersion]) -> list[dict[str, Any]]:
    """Each version with what it changed of the one before it: one query more, however many."""
    rows = list(rows)
    earlier = PolicyVersion.objects.in_bulk([row.number - 1 for row in rows], field_name="number")
    return [
        {
            "number": row.number,
            "at": row.at,
            "user": row.user and row.user.username,
            "reason": row.reason,
            "changes": [
                {"name": setting.key, "label": str(setting.label), "part": part, "before": was, "after": now}
                for setting, part, was, now in policy.differences(
                    policy.Policy(earlier.get(row.number - 1)), policy.Policy(row)
                )
            ],
        }
        for row in rows
    ]


class PolicyResource(SettingResource):
    """Read and written by managers of the top team and admins; ``ETag`` is the number of the version."""

    @extend_schema(responses=PolicyAnswer, operation_id="policy_list")
    def list(self, request):
        """All that may be set, section by section."""
        rights.demand(request.user, self.right)
        rules, order = policy.current(), policy.sections()
        found = sorted(
            (one for one in policy.declared() if one.section in order),
            key=lambda one: order.index(one.section),
        )
        answer = {"number": rules.number, "settings": [represent(one, rules) for one in found]}
        return etagged(answer, rules.number)

    @extend_schema(responses=SettingAnswer)
    def retrieve(self, request, pk: str):
        """One setting, by its name."""
        setting = self._setting(pk)
        rights.demand(request.user, self.right)
        return self._shown(setting)

    @extend_schema(request=SettingBody, responses=SettingAnswer, parameters=[IF_MATCH])
    def update(self, request, pk: str):
        """Put another value in force, as a new version. 412 when somebody changed this setting since."""
        setting = self._setting(pk)
        self.demand_right()
        number = self._number_asked(setting)
        sent = self.checked(SettingBody)
        try:
            policy.change(self.actor, {setting.key: sent["value"]}, sent["reason"], number)
        except ValidationError as error:
            at = {key.replace(setting.key, "value", 1): words for key, words in error.message_dict.items()}
            raise ValidationError(at) from error
        return self._shown(setting)

    @extend_schema(parameters=parameters_of(VERSIONS.filterset, VERSIONS.sorts), responses=VersionPage)
    @action(detail=False)
    def versions(self, request):
        """What was changed, by whom and why, the newest first."""
        rights.demand(request.user, self.right)
        return self.listed(VERSIONS, versions)

    def _setting(self, name: str) -> policy.Setting:
        setting = policy.find(name)
        if setting is None or setting.section == policy.HIDDEN:
            raise Http404
        return setting

    def _shown(self, setting: policy.Setting) -> Response:
        rules = policy.current()
        return etagged(represent(setting, rules), rules.number)

    def _number_asked(self, setting: policy.Setting) -> int | None:
        """The version that If-Match names; one in which this setting was the same will do."""
        match = self.request.headers.get("If-Match", "").strip()
        if not match:
            raise PreconditionRequired
        if match == "*":
            return None
        standing, number = policy.current(), version_of(match)
        if number is None:
            number = standing.number + 1
        seen = policy.Policy(PolicyVersion.objects.filter(number=number).first())
        if number > standing.number or seen.get(setting) != standing.get(setting):
            raise PreconditionFailed(Conflict(Held(standing.number), frozenset({setting.key})))
        return number
