"""``/api/v1/gifts/``: gifts from the idea to the reaction, ideas, and the budget of a KOL (DOMAIN 7.4)."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from incentives import gift_budget, gift_ideas
from incentives.gift_lists import GIFTS
from incentives.models import Gift
from incentives.services import gift as verbs
from incentives.views.gift import REFUSAL
from kol_crm.core import installation, policy
from kol_crm.core.api.base import Resource, etagged
from kol_crm.core.api.paged import Paged
from kol_crm.core.api.parameters import IF_MATCH, parameters_of
from kol_crm.core.api.strict import StrictSerializer
from profiles.models import ImportantDate, Kol, LifeEvent, Tie
from profiles.models.querysets import EDIT, VIEW
from profiles.services.access import kol_or_404, row_or_404

MONEY = {"max_digits": 15, "decimal_places": 3}
SUM = {"max_digits": 20, "decimal_places": 3}
LINKED = {"tie": Tie, "date": ImportantDate, "event": LifeEvent}
PLAIN = (
    *("version", "state", "item", "note", "recipient", "occasion", "for_on", "amount", "currency"),
    *("over_reason", "carrier", "tracking", "sent_on", "received_on", "reaction", "liked", "drop_reason"),
    *("next_on", "cost_is_reversed", "created_at", "chosen_at", "sent_at", "received_at", "dropped_at"),
)


class GiftFacts(StrictSerializer):
    note = serializers.CharField(max_length=2000, required=False, allow_blank=True)
    tie = serializers.UUIDField(
        required=False, allow_null=True, help_text="One of their family, by a tie of the file; else the KOL."
    )
    date = serializers.UUIDField(required=False, allow_null=True, help_text="An important date of the file.")
    event = serializers.UUIDField(required=False, allow_null=True, help_text="A life event of the file.")
    occasion = serializers.CharField(max_length=200, required=False, allow_blank=True)
    for_on = serializers.DateField(required=False, allow_null=True)
    amount = serializers.DecimalField(**MONEY, required=False, allow_null=True, min_value=0)
    currency = serializers.RegexField("^[A-Z]{3}$", required=False)
    over_reason = serializers.CharField(
        max_length=300, required=False, help_text="Of a manager, why beyond the budget."
    )


class GiftBody(GiftFacts):
    kol = serializers.UUIDField()
    item = serializers.CharField(max_length=160)
    chosen = serializers.BooleanField(required=False, default=False, help_text="Chosen already.")


class GiftEdit(GiftFacts):
    item = serializers.CharField(max_length=160, required=False)
    carrier = serializers.CharField(max_length=60, required=False, allow_blank=True)
    tracking = serializers.CharField(max_length=80, required=False, allow_blank=True)
    reaction = serializers.CharField(max_length=2000, required=False, allow_blank=True)
    liked = serializers.BooleanField(required=False, allow_null=True)


class GiftChoice(StrictSerializer):
    amount = serializers.DecimalField(**MONEY, required=False, min_value=0)
    currency = serializers.RegexField("^[A-Z]{3}$", required=False)
    for_on = serializers.DateField(required=False)
    over_reason = serializers.CharField(max_length=300, required=False)


class GiftParcel(StrictSerializer):
    sent_on = serializers.DateField(required=False)
    carrier = serializers.CharField(max_length=60, required=False, allow_blank=True)
    tracking = serializers.CharField(max_length=80, required=False, allow_blank=True)
    amount = serializers.DecimalField(**MONEY, required=False, min_value=0)
    currency = serializers.RegexField("^[A-Z]{3}$", required=False)
    over_reason = serializers.CharField(max_length=300, required=False)


class GiftReaction(StrictSerializer):
    received_on = serializers.DateField(required=False)
    reaction = serializers.CharField(max_length=2000, required=False, allow_blank=True)
    liked = serializers.BooleanField(required=False, allow_null=True)


class GiftWhy(StrictSerializer):
    reason = serializers.CharField(max_length=300, required=False, allow_blank=True)


class GiftAnswer(serializers.Serializer):
    id = serializers.UUIDField()
    version = serializers.IntegerField()
    kol = serializers.UUIDField()
    state = serializers.ChoiceField(Gift.State.choices)
    item = serializers.CharField()
    note = serializers.CharField()
    tie = serializers.UUIDField(allow_null=True)
    recipient = serializers.CharField(help_text="Who of their family gets it; empty: the KOL.")
    date = serializers.UUIDField(allow_null=True)
    event = serializers.UUIDField(allow_null=True)
    occasion = serializers.CharField()
    for_on = serializers.DateField(allow_null=True)
    amount = serializers.DecimalField(**MONEY, allow_null=True)
    currency = serializers.CharField()
    over_reason = serializers.CharField()
    carrier = serializers.CharField()
    tracking = serializers.CharField()
    sent_on = serializers.DateField(allow_null=True)
    received_on = serializers.DateField(allow_null=True)
    reaction = serializers.CharField()
    liked = serializers.BooleanField(allow_null=True)
    drop_reason = serializers.CharField()
    entry = serializers.UUIDField(allow_null=True, help_text="Its cost in the ledger.")
    cost_is_reversed = serializers.BooleanField()
    next_on = serializers.DateField(allow_null=True, help_text="When its next step is due.")
    author = serializers.CharField(allow_null=True)
    created_at = serializers.DateTimeField()
    chosen_at = serializers.DateTimeField(allow_null=True)
    sent_at = serializers.DateTimeField(allow_null=True)
    received_at = serializers.DateTimeField(allow_null=True)
    dropped_at = serializers.DateTimeField(allow_null=True)


class GiftPage(Paged):
    results = GiftAnswer(many=True)


class GiftReason(serializers.Serializer):
    code = serializers.CharField()
    words = serializers.CharField()
    row = serializers.UUIDField(allow_null=True)


class GiftIdea(serializers.Serializer):
    item = serializers.CharField()
    weight = serializers.IntegerField()
    reasons = GiftReason(many=True)


class GiftBudget(serializers.Serializer):
    year = serializers.IntegerField()
    level = serializers.CharField()
    currency = serializers.CharField()
    limit = serializers.DecimalField(**SUM)
    taken = serializers.DecimalField(**SUM, allow_null=True, help_text="Null: a part has no rate.")
    left = serializers.DecimalField(**SUM, allow_null=True)


class GiftIdeas(serializers.Serializer):
    budget = GiftBudget()
    ideas = GiftIdea(many=True)


def represent(rows: Iterable[Gift]) -> list[dict[str, Any]]:
    return [
        {"id": row.pk, "kol": row.kol_id, "entry": row.entry_id}
        | {name: getattr(row, f"{name}_id") for name in LINKED}
        | {name: getattr(row, name) for name in PLAIN}
        | {"author": row.author.username if row.author else None}
        for row in rows
    ]


def linked(values: dict[str, Any], kol: Kol) -> dict[str, Any]:
    """Ids as rows of the file. Raises ``ValidationError`` at the field of one that it does not have."""
    for name, model in LINKED.items():
        if values.get(name) is not None:
            values[name] = model.objects.filter(kol=kol, pk=values[name]).first()
            if values[name] is None:
                raise ValidationError({name: _("There is no such row.")})
    return values


class GiftResource(Resource):
    """Gifts of the files that one may see."""

    def found(self, pk: str, right: str) -> Gift:
        """404 unless visible, then 403 without scope or right."""
        rows = Gift.objects.for_list()
        row_or_404(rows, self.request.user, pk, VIEW, REFUSAL)
        if right == EDIT:
            self.demand_write_scope()
        return row_or_404(rows, self.request.user, pk, right, REFUSAL)

    def shown(self, row: Gift, status: int = 200) -> Response:
        [answer] = represent([Gift.objects.for_list().get(pk=row.pk)])
        return etagged(answer, answer["version"], status)

    @extend_schema(parameters=parameters_of(GIFTS.filterset, GIFTS.sorts), responses=GiftPage)
    def list(self, request):
        """The latest first."""
        return self.listed(GIFTS, represent)

    @extend_schema(responses=GiftAnswer)
    def retrieve(self, request, pk: str):
        """One gift."""
        return self.shown(self.found(pk, VIEW))

    @extend_schema(request=GiftBody, responses={201: GiftAnswer})
    def create(self, request):
        """An idea, or with ``chosen`` what is decided on; 400 ``item``: they had it within two years.
        Chosen, as ``choose``.
        """
        values = dict(self.checked(GiftBody))
        kol_id, chosen = values.pop("kol"), values.pop("chosen")
        if not Kol.objects.visible_to(request.user).filter(pk=kol_id).exists():
            raise ValidationError({"kol": _("There is no such row.")})
        self.demand_write_scope()
        kol = kol_or_404(request.user, kol_id, EDIT)
        return self.shown(verbs.suggest(self.actor, kol, linked(values, kol), chosen=chosen), 201)

    @extend_schema(request=GiftEdit, responses=GiftAnswer, parameters=[IF_MATCH])
    def partial_update(self, request, pk: str):
        """What is sent of what its state leaves open."""
        row = self.found(pk, EDIT)
        version = self.version_asked(row)
        values = linked(dict(self.checked(GiftEdit)), row.kol)
        return self.shown(verbs.edit(self.actor, row, values, version))

    @extend_schema(request=GiftChoice, responses=GiftAnswer)
    @action(detail=True, methods=["post"])
    def choose(self, request, pk: str):
        """Held in the budget of the year. 400 ``item``, ``amount``, ``over_reason``, ``kol`` (a stop); 409
        ``outside_policy``, ``gift_state``, ``kol_archived``, ``kol_departed``.
        """
        row = self.found(pk, EDIT)
        return self.shown(verbs.choose(self.actor, row, self.checked(GiftChoice), self.version_if_asked(row)))

    @extend_schema(request=GiftParcel, responses=GiftAnswer)
    @action(detail=True, methods=["post"])
    def send(self, request, pk: str):
        """It left; its cost stands in the ledger. Refused as ``choose``."""
        row = self.found(pk, EDIT)
        return self.shown(verbs.send(self.actor, row, self.checked(GiftParcel), self.version_if_asked(row)))

    @extend_schema(request=GiftReaction, responses=GiftAnswer)
    @action(detail=True, methods=["post"])
    def receive(self, request, pk: str):
        """It arrived, and what they said of it."""
        row = self.found(pk, EDIT)
        return self.shown(
            verbs.receive(self.actor, row, self.checked(GiftReaction), self.version_if_asked(row))
        )

    @extend_schema(request=GiftWhy, responses=GiftAnswer)
    @action(detail=True, methods=["post"])
    def drop(self, request, pk: str):
        """It will not be given."""
        row = self.found(pk, EDIT)
        reason = self.checked(GiftWhy).get("reason", "")
        return self.shown(verbs.drop(self.actor, row, reason, self.version_if_asked(row)))

    @extend_schema(request=GiftWhy, responses=GiftAnswer)
    @action(detail=True, methods=["post"], url_path="take-back")
    def take_back(self, request, pk: str):
        """One step back; of what was sent the cost is reversed, with a ``reason``."""
        row = self.found(pk, EDIT)
        reason = self.checked(GiftWhy).get("reason", "")
        return self.shown(verbs.take_back(self.actor, row, reason, self.version_if_asked(row)))


class FileGifts(Resource):
    """What one might give a KOL."""

    @extend_schema(responses=GiftIdeas)
    @action(detail=True, methods=["get"], url_path="gift-ideas", url_name="ideas")
    def ideas(self, request, pk: str):
        """The best ideas with their reasons, and the budget of this year."""
        kol = kol_or_404(request.user, pk)
        rules, day = policy.current(), installation.day(timezone.now())
        budget = gift_budget.of(kol, day.year, day, rules)
        return Response(
            {
                "budget": {
                    "year": budget.year,
                    "level": budget.level,
                    "currency": installation.currency(),
                    "limit": budget.limit,
                    "taken": budget.taken,
                    "left": budget.left,
                },
                "ideas": [
                    {
                        "item": idea.item,
                        "weight": idea.weight,
                        "reasons": [
                            {"code": one.code, "words": gift_ideas.words(one), "row": one.row}
                            for one in idea.reasons
                        ],
                    }
                    for idea in gift_ideas.of(request.user, kol, day, rules)
                ],
            }
        )
