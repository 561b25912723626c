"""The shapes of single rows of a file."""

from uuid import UUID

from django.http import Http404
from rest_framework import serializers

from kol_crm.core import installation
from kol_crm.core.api.strict import StrictSerializer
from profiles.api.serializers import AccountBody, ContactBody

ID = "[0-9a-f-]{36}"


class ContactRow(ContactBody):
    id = None


class ContactAnswer(ContactBody):
    id = serializers.UUIDField()


class Named(serializers.Serializer):
    id = serializers.UUIDField()
    name = serializers.CharField()


class SharedAnswer(serializers.Serializer):
    shared = serializers.BooleanField(help_text="An agency's, or on so many files that it makes no twins.")
    kols = Named(many=True)
    agencies = Named(many=True)
    hidden = serializers.IntegerField(help_text="Holders that you do not see: neither names nor ids.")


class AccountRow(AccountBody):
    id = None


class AccountAnswer(AccountBody):
    id = serializers.UUIDField()


class QuoteRow(StrictSerializer):
    what = serializers.CharField(max_length=120)
    amount = serializers.DecimalField(max_digits=14, decimal_places=2, min_value=0)
    currency = serializers.RegexField("^[A-Z]{3}$", default=installation.currency)
    on = serializers.DateField()


class QuoteAnswer(QuoteRow):
    id = serializers.UUIDField()


def id_of(text: str) -> UUID:
    """The id in an address. Raises ``Http404``."""
    try:
        return UUID(text)
    except ValueError:
        raise Http404 from None
