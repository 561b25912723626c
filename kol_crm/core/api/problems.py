"""The shape of every refusal (RFC 9457), for the OpenAPI document."""

from rest_framework import serializers

PROBLEM = "application/problem+json"


class ProblemAnswer(serializers.Serializer):
    """What was refused and why; a code may bring more: ``missing``, ``twins``, ``changed``, … ."""

    type = serializers.CharField(help_text="urn:kol-crm:problem:, then the code.")
    title = serializers.CharField(help_text="For people, in the language of the request.")
    status = serializers.IntegerField()
    code = serializers.CharField(help_text="Stable: what programs go by.")
    errors = serializers.DictField(  # type: ignore[assignment]
        child=serializers.ListField(child=serializers.CharField()),
        required=False,
        help_text="By field, with code invalid: contacts.0.value.",
    )
