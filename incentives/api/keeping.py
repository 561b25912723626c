"""Keeping by API: bond and loss risk with their parts, what falls away, losses, survival (DOMAIN 7.6–7.8)."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from incentives import keeping, keeping_words
from incentives.rules.bond import Tie
from incentives.survivors import SURVIVORS
from kol_crm.core import installation
from kol_crm.core.api.base import Resource
from kol_crm.core.api.paged import Paged
from kol_crm.core.api.parameters import parameters_of
from kol_crm.core.score import Score, plain
from profiles.models import Kol
from profiles.services.access import kol_or_404


class KeepingPart(serializers.Serializer):
    key = serializers.CharField()
    label = serializers.CharField()
    value = serializers.JSONField(allow_null=True, help_text="What the part was worked out from.")
    points = serializers.FloatField(allow_null=True, help_text="null: not known, left out and rescaled.")
    weight = serializers.FloatField()
    note = serializers.CharField()


class BondTie(serializers.Serializer):
    part = serializers.CharField()
    what = serializers.CharField()
    since = serializers.DateField(allow_null=True)
    until = serializers.DateField(allow_null=True, help_text="Its last day; null: no end is set.")
    page = serializers.CharField()


class BondFalling(serializers.Serializer):
    by = serializers.DateField()
    bond_after = serializers.IntegerField(allow_null=True)
    points = serializers.IntegerField(allow_null=True)
    sentence = serializers.CharField()
    ties = BondTie(many=True)


class RiskScore(serializers.Serializer):
    day = serializers.DateField()
    value = serializers.IntegerField(allow_null=True)
    why_none = serializers.CharField(help_text="Why there is no value; else empty.")
    parts = KeepingPart(many=True)
    missing = serializers.ListField(child=serializers.CharField())


class BondScore(RiskScore):
    ties = BondTie(many=True)
    falls_away = BondFalling()


class SurvivorRow(serializers.Serializer):
    id = serializers.UUIDField()
    name = serializers.CharField()
    entered_initial = serializers.DateField()
    stage = serializers.CharField()
    bond = serializers.IntegerField(allow_null=True)
    risk = serializers.IntegerField(allow_null=True)


class SurvivorPage(Paged):
    results = SurvivorRow(many=True)


def _found(request, pk: str) -> keeping.Keeping:
    kol = kol_or_404(request.user, pk)
    return keeping.of_file(kol.pk, installation.day(timezone.now()))


def _score(found: keeping.Keeping, score: Score, rows: list[dict]) -> dict[str, Any]:
    """The parts with the words of the page as their notes."""
    parts = [
        {
            "key": part.key,
            "label": str(part.label),
            "value": plain(part.value),
            "points": plain(part.points),
            "weight": plain(part.weight),
            "note": row["evidence"],
        }
        for part, row in zip(score.parts, rows, strict=False)
    ]
    why = "" if score.value is not None else keeping_words.why_none(found.file.stage)
    missing = list(score.missing)
    return {
        "day": found.day,
        "value": plain(score.value),
        "why_none": why,
        "parts": parts,
        "missing": missing,
    }


def _rows(dial: dict[str, Any]) -> list[dict]:
    return dial["parts"]["rows"] if dial["parts"] else []


def _tie(tie: Tie) -> dict[str, Any]:
    return {"part": tie.part, "what": tie.what, "since": tie.since, "until": tie.until, "page": tie.url}


class FileKeeping(Resource):
    """How one file is bound and at risk."""

    @extend_schema(responses=BondScore)
    @action(detail=True, url_path="bond", url_name="bond")
    def bond(self, request, pk: str):
        """Bond with its parts and ties, and what of it falls away within the policy's days."""
        found = _found(request, pk)
        falling = found.falling
        return Response(
            {
                **_score(found, found.bond, _rows(keeping_words.bond_dial(found))),
                "ties": [_tie(tie) for tie in found.bond_facts.ties if tie.binds_on(found.day)],
                "falls_away": {
                    "by": falling.by,
                    "bond_after": plain(falling.then.value),
                    "points": plain(falling.points),
                    "sentence": keeping_words.falling_finding(found),
                    "ties": [_tie(tie) for tie in falling.ties],
                },
            }
        )

    @extend_schema(responses=RiskScore)
    @action(detail=True, url_path="risk", url_name="risk")
    def risk(self, request, pk: str):
        """Loss risk with its parts; what is missing is left out and named."""
        found = _found(request, pk)
        return Response(_score(found, found.risk, _rows(keeping_words.risk_dial(found))))


class SurvivorResource(Resource):
    """Who entered initial, and who of them is still there."""

    @extend_schema(parameters=parameters_of(SURVIVORS.filterset, SURVIVORS.sorts), responses=SurvivorPage)
    def list(self, request):
        """Files by the month of their first entry; ``at`` and ``state``: as of the end of a month."""
        return self.listed(SURVIVORS, _survivors)


def _survivors(rows: list[Kol]) -> list[dict]:
    return [
        {
            "id": row.pk,
            "name": row.name,
            "entered_initial": row.first_entry,  # type: ignore[attr-defined]  # annotated by the list
            "stage": row.stage,
            "bond": row.bond,
            "risk": row.risk,
        }
        for row in rows
    ]
