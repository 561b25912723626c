"""``/api/v1/ledger/``: what was given, and its reversals (DOMAIN 6.3)."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from incentives import ledger_table, payouts, running, totals
from incentives.ledger_lists import ENTRIES
from incentives.models import Entry, Kind, PlanItem
from incentives.services import giving
from incentives.services import ledger as verbs
from incentives.views.ledger import REFUSAL
from kol_crm.core import lists
from kol_crm.core.api.base import Resource
from kol_crm.core.api.file_kinds import CSV, XLSX, files
from kol_crm.core.api.paged import Paged
from kol_crm.core.api.parameters import parameters_of
from kol_crm.core.api.strict import StrictSerializer
from profiles.models import Kol
from profiles.models.querysets import EDIT
from profiles.services.access import kol_or_404, row_or_404

MONEY = {"max_digits": 15, "decimal_places": 3}
PLAIN = (
    *("id", "kind", "form", "what", "amount", "currency", "given_on", "converted", "converted_to"),
    *("rate", "rate_on", "note", "created_at"),
)


class GiveBody(StrictSerializer):
    form = serializers.ChoiceField(Entry.Form.choices, required=False)
    what = serializers.CharField(max_length=160, required=False)
    amount = serializers.DecimalField(**MONEY, required=False, min_value=0)
    currency = serializers.RegexField("^[A-Z]{3}$", required=False)
    given_on = serializers.DateField(required=False)
    note = serializers.CharField(max_length=2000, required=False, allow_blank=True)


class EntryBody(GiveBody):
    kol = serializers.UUIDField()
    kind = serializers.ChoiceField(Kind.choices)
    form = serializers.ChoiceField(Entry.Form.choices)
    what = serializers.CharField(max_length=160)


class FromItem(GiveBody):
    item = serializers.UUIDField(help_text="Of a running plan; what is left out is as the plan says it.")


class Reason(StrictSerializer):
    reason = serializers.CharField(max_length=300)


class PayoutAnswer(serializers.Serializer):
    state = serializers.ChoiceField(payouts.STATES)
    held = serializers.BooleanField(help_text="By a stop; derived, never stored.")
    on = serializers.DateField(allow_null=True)
    reference = serializers.CharField()
    reason = serializers.CharField()
    batch = serializers.IntegerField(allow_null=True)


class LedgerEntryAnswer(serializers.Serializer):
    id = serializers.UUIDField()
    kol = serializers.UUIDField()
    item = serializers.UUIDField(allow_null=True)
    plan = serializers.UUIDField(allow_null=True)
    kind = serializers.ChoiceField(Kind.choices)
    form = serializers.ChoiceField(Entry.Form.choices)
    what = serializers.CharField()
    amount = serializers.DecimalField(**MONEY, help_text="Below zero: a reversal.")
    currency = serializers.CharField()
    given_on = serializers.DateField()
    converted = serializers.DecimalField(**MONEY, allow_null=True, help_text="Null: no rate on that day.")
    converted_to = serializers.CharField()
    rate = serializers.DecimalField(max_digits=15, decimal_places=9, allow_null=True)
    rate_on = serializers.DateField(allow_null=True)
    reversal_of = serializers.UUIDField(allow_null=True)
    reversed_by = serializers.UUIDField(allow_null=True)
    note = serializers.CharField()
    payout = PayoutAnswer(allow_null=True)
    author = serializers.CharField(allow_null=True)
    created_at = serializers.DateTimeField()


class LedgerRowAnswer(LedgerEntryAnswer):
    running_total = serializers.DecimalField(
        **MONEY, help_text="Of its currency, over all that match, from the earliest up to it."
    )


class EntryPage(Paged):
    results = LedgerRowAnswer(many=True)


class TotalAnswer(serializers.Serializer):
    currency = serializers.CharField()
    amount = serializers.DecimalField(**MONEY)
    unconverted = serializers.DecimalField(**MONEY)
    entries = serializers.IntegerField()
    without_rate = serializers.IntegerField()


class ConvertedAnswer(serializers.Serializer):
    currency = serializers.CharField()
    amount = serializers.DecimalField(**MONEY)


class TotalsAnswer(serializers.Serializer):
    currencies = TotalAnswer(many=True)
    converted = ConvertedAnswer(many=True)


def represent(rows: Iterable[Entry]) -> list[dict[str, Any]]:
    """Of rows ``for_list`` and ``with_payout``."""
    return [
        {name: getattr(row, name) for name in PLAIN}
        | {
            "kol": row.kol_id,
            "item": row.item_id,
            "plan": row.item and row.item.plan_id,
            "reversal_of": row.reversal_of_id,
            "reversed_by": row.reversal.pk if hasattr(row, "reversal") else None,
            "payout": _payout(row),
            "author": row.author and row.author.username,
        }
        for row in rows
    ]


def _payout(row: Any) -> dict[str, Any] | None:
    state = payouts.of_row(row)
    if not state:
        return None
    return {
        "state": state,
        "held": row.is_held and state in (payouts.DUE, payouts.SENT, payouts.FAILED),
        "on": row.payout_on,
        "reference": row.payout_reference,
        "reason": row.payout_reason,
        "batch": row.payout_batch,
    }


class EntryReader(Resource):
    """Entries one sees; what they answer."""

    def found(self, pk: str, right: str = "view") -> Entry:
        rows = Entry.objects.select_related("kol")
        row = row_or_404(rows, self.request.user, pk, "view", REFUSAL)
        if self.request.method not in ("GET", "HEAD"):
            self.demand_write_scope()
        return row_or_404(rows, self.request.user, pk, right, REFUSAL) if right != "view" else row

    def shown(self, entry: Entry, status: int = 200) -> Response:
        [answer] = represent(Entry.objects.for_list().with_payout().filter(pk=entry.pk))
        return Response(answer, status=status)

    def summed(self, spec: lists.ListSpec) -> Response:
        asked = self.request.GET
        listing = lists.list_page(spec, asked, self.request.user, timezone.now(), path=self.request.path)
        return Response(totals.of(listing.matching).as_json())


class EntryResource(EntryReader):
    """The ledger: append-only, corrected by reversals."""

    @extend_schema(parameters=parameters_of(ENTRIES.filterset, ENTRIES.sorts), responses=EntryPage)
    def list(self, request):
        """Newest first, each with the running total of its currency."""
        listing = self.page_of(ENTRIES)
        sums = running.beside(listing)
        return self.paged(
            listing,
            lambda rows: [
                told | {"running_total": sums[row]} for row, told in zip(rows, represent(rows), strict=True)
            ],
        )

    @extend_schema(
        parameters=parameters_of(ENTRIES.filterset, ENTRIES.sorts),
        responses=files(CSV, XLSX),
    )
    @action(detail=False, methods=["get"], url_path="file/(?P<kind>csv|xlsx)")
    def file(self, request, kind: str):
        """All that match the filters of the list as a table, ``csv`` or ``xlsx``, with running totals;
        400 ``rows`` beyond 20,000.
        """
        made = ledger_table.of(self.page_of(ENTRIES), kind)
        return HttpResponse(made.content, content_type=made.media_type)

    @extend_schema(parameters=parameters_of(ENTRIES.filterset, ENTRIES.sorts), responses=TotalsAnswer)
    @action(detail=False, methods=["get"])
    def totals(self, request):
        """Exact sums of all that match the filters of the list, reversals taken off."""
        return self.summed(ENTRIES)

    @extend_schema(responses=LedgerEntryAnswer)
    def retrieve(self, request, pk: str):
        """One entry, and where its money stands."""
        return self.shown(self.found(pk))

    @extend_schema(request=EntryBody, responses={201: LedgerEntryAnswer})
    def create(self, request):
        """What was given outside a plan, by managers, inside policy; to a departed KOL by finance or an
        admin. 409 ``kol_archived``, ``outside_policy``, ``minor_without_consent``.
        """
        values = dict(self.checked(EntryBody))
        kol_id = values.pop("kol")
        kol = verbs.files_to_enter(request.user).filter(pk=kol_id).first()
        if kol is None and not Kol.objects.visible_to(request.user).filter(pk=kol_id).exists():
            raise ValidationError({"kol": _("There is no such row.")})
        self.demand_write_scope()
        kol = kol or kol_or_404(request.user, kol_id, EDIT)
        return self.shown(verbs.enter(self.actor, kol, values), 201)

    @extend_schema(request=FromItem, responses={201: LedgerEntryAnswer})
    @action(detail=False, methods=["post"])
    def give(self, request):
        """An item of a running plan is given. 409 ``plan_state``, ``already_given``, ``kol_departed``,
        ``minor_without_consent``.
        """
        values = dict(self.checked(FromItem))
        files = Kol.objects.visible_to(request.user)
        rows = PlanItem.objects.select_related("plan__kol").filter(plan__kol__in=files)
        item = rows.filter(pk=values.pop("item")).first()
        if item is None:
            raise ValidationError({"item": _("There is no such row.")})
        self.demand_write_scope()
        return self.shown(giving.give(self.actor, item, values), 201)

    @extend_schema(request=Reason, responses={201: LedgerEntryAnswer})
    @action(detail=True, methods=["post"])
    def reverse(self, request, pk: str):
        """Takes the whole entry back; answers the reversal. 409 ``already_reversed``, ``is_reversal``,
        ``with_the_payer``.
        """
        row = self.found(pk)
        return self.shown(verbs.reverse(self.actor, row, self.checked(Reason)["reason"]), 201)
