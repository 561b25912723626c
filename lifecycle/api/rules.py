"""``/api/v1/rules/``, ``kols/{id}/rules/``, ``rule-facts/``: what holds, and who knows it (DOMAIN 5.10)."""

from typing import Any

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from kol_crm.core.api.base import Resource, etagged
from kol_crm.core.api.parameters import IF_MATCH
from kol_crm.core.api.settings import SettingResource
from kol_crm.core.api.strict import StrictSerializer
from lifecycle import knowing
from lifecycle.models import Rule, RuleFact, RuleLink, Severity
from lifecycle.models.rule import CONTENT
from lifecycle.services import rule as verbs
from lifecycle.services import rule_link as links
from profiles.models import Kol, TouchChannel
from profiles.models.querysets import EDIT, VIEW
from profiles.services import access


class RuleBody(StrictSerializer):
    title_en = serializers.CharField(max_length=120)
    title_zh = serializers.CharField(max_length=120)
    text_en = serializers.CharField(max_length=10_000)
    text_zh = serializers.CharField(max_length=10_000)
    severity = serializers.ChoiceField(Severity.choices, help_text="What an ordinary user gets.")


class RuleEdit(RuleBody):
    retired = serializers.BooleanField(required=False)


class RuleAnswer(RuleBody):
    id = serializers.UUIDField()
    number = serializers.IntegerField(help_text="Of the version in force.")
    retired = serializers.BooleanField()
    version = serializers.IntegerField()


class RuleVersionAnswer(RuleBody):
    number = serializers.IntegerField()
    at = serializers.DateTimeField()
    user = serializers.CharField(allow_null=True)


class RuleVersionsAnswer(serializers.Serializer):
    results = RuleVersionAnswer(many=True)


class FactAnswer(serializers.Serializer):
    id = serializers.UUIDField()
    at = serializers.DateTimeField()
    channel = serializers.ChoiceField(TouchChannel.choices)
    by_link = serializers.BooleanField()
    user = serializers.CharField(allow_null=True, help_text="Null: the KOL, by their own link.")


class KnownAnswer(serializers.Serializer):
    rule = serializers.UUIDField()
    number = serializers.IntegerField()
    title_en = serializers.CharField()
    title_zh = serializers.CharField()
    told = FactAnswer(allow_null=True)
    acknowledged = FactAnswer(allow_null=True)


class KnownsAnswer(serializers.Serializer):
    results = KnownAnswer(many=True)
    all_acknowledged = serializers.BooleanField()


class KnownBody(StrictSerializer):
    channel = serializers.ChoiceField(TouchChannel.choices)
    at = serializers.DateTimeField(required=False, allow_null=True, default=None)


class LinkBody(StrictSerializer):
    mail = serializers.BooleanField(default=False, help_text="Send it by mail instead of answering it.")
    voice_reason = serializers.CharField(max_length=300, required=False, allow_blank=True, default="")


class LinkAnswer(serializers.Serializer):
    url = serializers.CharField(allow_null=True, help_text="Answered this once; null where it goes by mail.")
    expires_at = serializers.DateTimeField()


def represent(rule: Rule) -> dict[str, Any]:
    return {name: getattr(rule, name) for name in ("id", *CONTENT, "number", "retired", "version")}


class RuleResource(SettingResource):
    """All read the rules; those who edit policy write them."""

    def row(self, pk: str, *, write: bool = True) -> Rule:
        """404 unless it is there; to write, then 403 without right or scope."""
        row = Rule.objects.filter(pk=pk).first()
        if row is None:
            raise Http404
        if write:
            self.demand_right()
        return row

    @extend_schema(responses=RuleAnswer(many=True))
    def list(self, request):
        """In the order they were made, retired ones too."""
        return Response([represent(rule) for rule in Rule.objects.all()])

    @extend_schema(responses=RuleAnswer)
    def retrieve(self, request, pk: str):
        """One rule as it is in force."""
        rule = self.row(pk, write=False)
        return etagged(represent(rule), rule.version)

    @extend_schema(responses=RuleVersionsAnswer)
    @action(detail=True, methods=["get"])
    def versions(self, request, pk: str):
        """Every version, the first one first."""
        rows = self.row(pk, write=False).versions.select_related("user").order_by("number")
        return Response(
            {
                "results": [
                    {name: getattr(row, name) for name in (*CONTENT, "number", "at")}
                    | {"user": row.user.username if row.user else None}
                    for row in rows
                ]
            }
        )

    @extend_schema(request=RuleBody, responses={201: RuleAnswer})
    def create(self, request):
        """In force at once, as version 1."""
        self.demand_right()
        rule = verbs.create(self.actor, self.checked(RuleBody))
        return etagged(represent(rule), rule.version, 201, Location=f"{request.path}{rule.pk}/")

    @extend_schema(request=RuleEdit(partial=True), responses=RuleAnswer, parameters=[IF_MATCH])
    def partial_update(self, request, pk: str):
        """Other words or another severity are a new version; ``retired`` ends it or revives it."""
        rule = self.row(pk)
        version = self.version_asked(rule)
        saved = verbs.edit(self.actor, rule, self.checked(RuleEdit, partial=True), version)
        return etagged(represent(saved), saved.version)


def _fact(fact: RuleFact | None) -> dict[str, Any] | None:
    if fact is None:
        return None
    return {
        "id": fact.pk,
        "at": fact.at,
        "channel": fact.channel,
        "by_link": fact.link_id is not None and fact.user_id is None,
        "user": fact.user.username if fact.user else None,
    }


class FileRules(Resource):
    """What a KOL was told and acknowledged of the rules in force."""

    def file(self, pk: str, right: str) -> Kol:
        kol = access.kol_or_404(self.request.user, pk)
        if right == EDIT:
            self.demand_write_scope()
        return access.kol_or_404(self.request.user, kol.pk, right)

    def answer(self, kol: Kol, status: int = 200) -> Response:
        known = knowing.of(kol)
        rows = [
            {
                "rule": one.version.rule_id,
                "number": one.version.number,
                "title_en": one.version.title_en,
                "title_zh": one.version.title_zh,
                "told": _fact(one.told),
                "acknowledged": _fact(one.acknowledged),
            }
            for one in known
        ]
        agreed = all(one.acknowledged for one in known)
        return Response({"results": rows, "all_acknowledged": agreed}, status=status)

    @extend_schema(responses=KnownsAnswer)
    @action(detail=True, methods=["get"], url_path="rules")
    def known(self, request, pk: str):
        """Each rule in force: when, how and by whom it was told and acknowledged."""
        return self.answer(self.file(pk, VIEW))

    @extend_schema(request=KnownBody, responses={201: KnownsAnswer})
    @action(detail=True, methods=["post"], url_path="rules/tell")
    def tell(self, request, pk: str):
        """They were told all that is in force and was not told yet. 409 ``nothing_to_tell``."""
        kol = self.file(pk, EDIT)
        verbs.tell(self.actor, kol, **self.checked(KnownBody))
        return self.answer(kol, 201)

    @extend_schema(request=KnownBody, responses={201: KnownsAnswer})
    @action(detail=True, methods=["post"], url_path="rules/acknowledge")
    def acknowledge(self, request, pk: str):
        """They agree to all that is in force, as you put it on record. 409 ``nothing_to_tell``."""
        kol = self.file(pk, EDIT)
        verbs.acknowledge(self.actor, kol, **self.checked(KnownBody))
        return self.answer(kol, 201)

    @extend_schema(request=LinkBody, responses={201: LinkAnswer})
    @action(detail=True, methods=["post"], url_path="rules/link")
    def link(self, request, pk: str):
        """A one-time link at which the KOL reads and acknowledges; an earlier open one closes.

        409 ``nothing_to_tell``, ``cannot_mail``, ``second_voice``.
        """
        kol = self.file(pk, EDIT)
        body = self.checked(LinkBody)
        made: RuleLink = (
            links.mail(self.actor, kol, body["voice_reason"]) if body["mail"] else links.make(self.actor, kol)
        )
        url = None if body["mail"] else links.address(made)
        return Response({"url": url, "expires_at": made.expires_at}, status=201)

    @extend_schema(request=None, responses={204: None})
    @link.mapping.delete
    def call_back(self, request, pk: str):
        """The open link is no longer good. 409 ``no_link``."""
        links.close(self.actor, self.file(pk, EDIT))
        return Response(status=204)


class RuleFactResource(Resource):
    @extend_schema(request=None, responses={204: None})
    @action(detail=True, methods=["post"], url_path="take-back")
    def take_back(self, request, pk: str):
        """By its author within 10 minutes, or by a manager. 409 ``too_late``, ``relied_on``."""
        rows, refusal = RuleFact.objects.select_related("kol"), "You may see this file but not do this."
        access.row_or_404(rows, request.user, pk, VIEW, refusal)
        self.demand_write_scope()
        verbs.take_back(self.actor, access.row_or_404(rows, request.user, pk, EDIT, refusal))
        return Response(status=204)
