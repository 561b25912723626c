"""``/api/v1/payouts/``: what is to be paid, batches, confirmations (DOMAIN 6.3)."""

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from incentives import payout_table
from incentives.api.ledger import (
    MONEY,
    EntryReader,
    LedgerEntryAnswer,
    Reason,
    TotalsAnswer,
    represent,
)
from incentives.ledger_lists import MONEY as PAYOUTS
from incentives.models import Payout, PayoutBatch
from incentives.models.querysets import PAY
from incentives.services import batch as sheets
from incentives.services import confirming
from incentives.services import payout as verbs
from kol_crm.core import lists
from kol_crm.core.api.base import Resource
from kol_crm.core.api.file_kinds import CSV, XLSX, files
from kol_crm.core.api.paged import Paged
from kol_crm.core.api.parameters import parameters_of
from kol_crm.core.api.strict import StrictSerializer


class PayBody(StrictSerializer):
    on = serializers.DateField(required=False, help_text="Today, where none is given.")
    reference = serializers.CharField(max_length=80, required=False, allow_blank=True)


class LeftOut(serializers.Serializer):
    entry = serializers.UUIDField()
    why = serializers.CharField()


class BatchAnswer(serializers.Serializer):
    number = serializers.IntegerField()
    created_at = serializers.DateTimeField()
    author = serializers.CharField(allow_null=True)
    entries = serializers.ListField(child=serializers.UUIDField())
    left_out = LeftOut(many=True, help_text="What its file leaves out by now: paid, failed, reversed, held.")


class HandedOutAnswer(serializers.Serializer):
    batch = BatchAnswer(allow_null=True, help_text="Null: nothing was due.")
    left_out = LeftOut(many=True)


class ConfirmationBody(StrictSerializer):
    entry = serializers.UUIDField()
    state = serializers.ChoiceField([("paid", "paid"), ("failed", "failed")])
    on = serializers.DateField(required=False)
    reference = serializers.CharField(max_length=80, required=False, allow_blank=True, default="")
    reason = serializers.CharField(max_length=300, required=False, allow_blank=True, default="")
    amount = serializers.DecimalField(**MONEY)
    currency = serializers.CharField(max_length=3)


class ConfirmationsBody(StrictSerializer):
    rows = ConfirmationBody(many=True)


class ConfirmedAnswer(serializers.Serializer):
    entry = serializers.UUIDField()
    does = serializers.ChoiceField([("new", "new"), ("repeated", "repeated")])


class ConfirmationsAnswer(serializers.Serializer):
    results = ConfirmedAnswer(many=True)


def represent_batch(batch: PayoutBatch) -> dict:
    handed = batch.payouts.filter(state=Payout.State.DUE).order_by("entry")
    return {
        "number": batch.number,
        "created_at": batch.created_at,
        "author": batch.author and batch.author.username,
        "entries": list(handed.values_list("entry", flat=True)),
        "left_out": [{"entry": entry, "why": why} for entry, why in sheets.sheet(batch).left_out.items()],
    }


class PayoutPage(Paged):
    results = LedgerEntryAnswer(many=True)


class PayoutResource(EntryReader):
    """Money of the ledger; finance and admins pay it."""

    @extend_schema(parameters=parameters_of(PAYOUTS.filterset, PAYOUTS.sorts), responses=PayoutPage)
    def list(self, request):
        """The oldest first; ``payout=due`` leaves what is to be paid."""
        return self.listed(PAYOUTS, represent)

    @extend_schema(parameters=parameters_of(PAYOUTS.filterset, PAYOUTS.sorts), responses=TotalsAnswer)
    @action(detail=False, methods=["get"])
    def totals(self, request):
        """Exact sums of all that match the filters of the list."""
        return self.summed(PAYOUTS)

    @extend_schema(request=PayBody, responses=LedgerEntryAnswer)
    @action(detail=True, methods=["post"])
    def pay(self, request, pk: str):
        """It was paid. 409 ``wrong_state``, ``not_payable``, ``minor_without_consent``."""
        row = self.found(pk, PAY)
        verbs.pay(self.actor, row, **self.checked(PayBody))
        return self.shown(row)

    @extend_schema(request=Reason, responses=LedgerEntryAnswer)
    @action(detail=True, methods=["post"])
    def fail(self, request, pk: str):
        """It did not arrive. 409 as ``pay``."""
        row = self.found(pk, PAY)
        verbs.fail(self.actor, row, self.checked(Reason)["reason"])
        return self.shown(row)

    @extend_schema(request=None, responses=LedgerEntryAnswer)
    @action(detail=True, methods=["post"])
    def retry(self, request, pk: str):
        """What failed is due again. 409 as ``pay``."""
        row = self.found(pk, PAY)
        verbs.retry(self.actor, row)
        return self.shown(row)

    @extend_schema(
        parameters=parameters_of(PAYOUTS.filterset, PAYOUTS.sorts),
        request=None,
        responses={201: HandedOutAnswer, 200: HandedOutAnswer},
    )
    @action(detail=False, methods=["post"], url_path="hand-out")
    def hand_out(self, request):
        """What is due of what matches goes out as a batch, whose rows are fixed; what is held is named."""
        self._demand_payer()
        listing = lists.list_page(PAYOUTS, request.GET, request.user, timezone.now(), path=request.path)
        made = verbs.hand_out(self.actor, listing.matching)
        left_out = [{"entry": entry, "why": why} for entry, why in made.left_out.items()]
        answer = {"batch": made.batch and represent_batch(made.batch), "left_out": left_out}
        return Response(answer, status=201 if made.batch else 200)

    @extend_schema(request=ConfirmationsBody, responses=ConfirmationsAnswer)
    @action(detail=False, methods=["post"])
    def confirmations(self, request):
        """What whoever pays confirms: all rows or none, the same again changes nothing."""
        self._demand_payer()
        found = confirming.confirm(self.actor, self.checked(ConfirmationsBody)["rows"])
        return Response({"results": [{"entry": one.row["entry"], "does": one.does} for one in found]})

    def _demand_payer(self) -> None:
        verbs.demand_payer(self.actor)
        self.demand_write_scope()


class BatchResource(Resource):
    """Batches that went to whoever pays."""

    lookup_url_kwarg = "number"
    lookup_value_regex = "[0-9]{1,9}"

    @extend_schema(responses=BatchAnswer)
    def retrieve(self, request, number: str):
        """A batch and its fixed rows."""
        return Response(represent_batch(self._found(number)))

    @extend_schema(responses=files(CSV, XLSX))
    @action(detail=True, methods=["get"], url_path="file/(?P<kind>csv|xlsx)")
    def file(self, request, number: str, kind: str):
        """What of the batch is still to be paid as a table, ``csv`` or ``xlsx``; ``left_out`` of the batch
        names the rest.
        """
        made = payout_table.of_entries(sheets.to_send(self._found(number)).rows, kind)
        return HttpResponse(made.content, content_type=made.media_type)

    def _found(self, number: str) -> PayoutBatch:
        if not verbs.may_pay(self.request.user):
            raise PermissionDenied(_("Only finance and admins pay."))
        batch = PayoutBatch.objects.select_related("author").filter(number=int(number)).first()
        if batch is None:
            raise Http404
        return batch
