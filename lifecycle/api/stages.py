"""``/api/v1/stages/``: what is written about each, and the gate before it as managers composed it."""

from typing import Any

from django.http import Http404
from django.utils.translation import get_language
from drf_spectacular.utils import extend_schema
from rest_framework import serializers

from kol_crm.core import policy
from kol_crm.core.api.base import Resource, etagged
from lifecycle import gates, stage_words
from lifecycle.services.steps import ORDER
from profiles.models import Stage


class CheckKindAnswer(serializers.Serializer):
    key = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]  # a field of the answer
    use = serializers.ChoiceField(gates.USES)
    parameters = serializers.JSONField()
    setting = serializers.CharField(help_text="The name under policy/ by which managers change it.")


class StageAnswer(serializers.Serializer):
    stage = serializers.ChoiceField(Stage.choices)
    language = serializers.CharField()
    entry = serializers.CharField()
    exit = serializers.CharField()
    playbook = serializers.CharField()
    setting = serializers.CharField(help_text="The name under policy/ of the texts in both languages.")
    gate = CheckKindAnswer(many=True, help_text="What is asked before a KOL enters, and what could be.")


class StagesAnswer(serializers.Serializer):
    number = serializers.IntegerField(help_text="The version of the policy in force.")
    stages = StageAnswer(many=True)


def represent(stage: Stage, rules: policy.Policy) -> dict[str, Any]:
    words = stage_words.words(stage, rules)
    gate = []
    for key, kind in gates.kinds.items() if stage in gates.GATED else ():
        setting = gates.setting_of(stage, key)
        values = dict(rules.get(setting))
        gate.append(
            {
                "key": key,
                "label": str(kind.label),
                "use": values.pop("use"),
                "parameters": values,
                "setting": setting.key,
            }
        )
    return {
        "stage": stage.value,
        "language": get_language(),
        "entry": words.entry,
        "exit": words.exit,
        "playbook": words.playbook,
        "setting": stage_words.WORDS[stage].key,
        "gate": gate,
    }


class StageResource(Resource):
    """Read by everybody; a check or text is changed under ``policy/`` by its setting."""

    lookup_value_regex = r"[\w-]+"

    @extend_schema(responses=StagesAnswer, operation_id="stage_list")
    def list(self, request):
        """All four, in their order."""
        rules = policy.current()
        stages = [represent(stage, rules) for stage in ORDER]
        return etagged({"number": rules.number, "stages": stages}, rules.number)

    @extend_schema(responses=StageAnswer)
    def retrieve(self, request, pk: str):
        """One stage."""
        if pk not in ORDER:
            raise Http404
        rules = policy.current()
        return etagged(represent(Stage(pk), rules), rules.number)
