"""The shape of every list that is walked page by page, for the schema."""

from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers


@extend_schema_serializer(many=False)
class Paged(serializers.Serializer):
    """One page; ``next`` and ``previous`` are whole addresses, null at the ends. Below it: ``results``."""

    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)
