"""``/api/v1/bookings/``: who gets a slot, its use and its effect (DOMAIN 5.5)."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action

from kol_crm.core.api.paged import Paged
from kol_crm.core.api.parameters import parameters_of
from kol_crm.core.api.strict import StrictSerializer
from lifecycle.api.of_file import OfFile
from lifecycle.days import installation_day
from lifecycle.effects import effects_of
from lifecycle.models import Booking, Slot
from lifecycle.resource_lists import BOOKINGS
from lifecycle.services import booking as verbs
from profiles.models import Kol, Stage
from profiles.models.querysets import EDIT, VIEW
from profiles.services import access

PLAIN = (
    *("version", "state", "what_for", "value", "currency", "stage", "low_share", "due_on", "used_on"),
    *("created_at", "cancelled_at", "why"),
)


class BookingBody(StrictSerializer):
    slot = serializers.UUIDField()
    kol = serializers.UUIDField()
    what_for = serializers.CharField(max_length=300, required=False, allow_blank=True, default="")
    confirm = serializers.BooleanField(
        required=False, default=False, help_text="Book though initial gets less than its part."
    )


class BookingUse(StrictSerializer):
    on = serializers.DateField(required=False, allow_null=True, default=None)


class BookingEnd(StrictSerializer):
    why = serializers.CharField(max_length=300)


class EffectAnswer(serializers.Serializer):
    metric = serializers.CharField()
    before = serializers.DecimalField(max_digits=20, decimal_places=4, allow_null=True, help_text="A day.")
    after = serializers.DecimalField(max_digits=20, decimal_places=4, allow_null=True)
    change = serializers.DecimalField(max_digits=20, decimal_places=4, allow_null=True)
    figures_before = serializers.IntegerField()
    figures_after = serializers.IntegerField()
    first_day = serializers.DateField(help_text="Of the days before.")
    last_day = serializers.DateField(help_text="Of the days after.")
    reason = serializers.CharField(help_text="Why none is stated; empty where it is.")


class BookingAnswer(serializers.Serializer):
    id = serializers.UUIDField()
    version = serializers.IntegerField()
    kol = serializers.UUIDField()
    slot = serializers.UUIDField()
    slot_name = serializers.CharField()
    slot_kind = serializers.CharField()
    starts_on = serializers.DateField()
    ends_on = serializers.DateField()
    state = serializers.ChoiceField(Booking.State.choices)
    what_for = serializers.CharField()
    value = serializers.DecimalField(max_digits=14, decimal_places=2)
    currency = serializers.CharField()
    stage = serializers.ChoiceField(Stage.choices, help_text="When it was booked.")
    low_share = serializers.DecimalField(
        max_digits=5,
        decimal_places=1,
        allow_null=True,
        help_text="The share of initial, in per cent, over whose warning it was booked.",
    )
    due_on = serializers.DateField(allow_null=True)
    used_on = serializers.DateField(allow_null=True)
    author = serializers.CharField(allow_null=True)
    created_at = serializers.DateTimeField()
    cancelled_at = serializers.DateTimeField(allow_null=True)
    why = serializers.CharField()
    effect = EffectAnswer(many=True, allow_null=True, help_text="Of a used slot.")


class BookingPage(Paged):
    results = BookingAnswer(many=True)


def represent(rows: Iterable[Booking]) -> list[dict[str, Any]]:
    found = list(rows)
    effects = effects_of(found, installation_day(timezone.now()))
    return [
        {"id": row.pk, "kol": row.kol_id, "slot": row.slot_id}
        | {"slot_name": row.slot.name, "slot_kind": row.slot.kind}
        | {"starts_on": row.slot.starts_on, "ends_on": row.slot.ends_on}
        | {name: getattr(row, name) for name in PLAIN}
        | {"author": row.author.username if row.author else None}
        | {"effect": effects[row.pk].as_json() if row.pk in effects else None}
        for row in found
    ]


class BookingResource(OfFile):
    """Bookings of the files one may see."""

    model = Booking
    refusal = gettext_lazy("You may see this booking but not change it.")
    shape = staticmethod(represent)

    @extend_schema(parameters=parameters_of(BOOKINGS.filterset, BOOKINGS.sorts), responses=BookingPage)
    def list(self, request):
        """Newest first; ``kol`` leaves one file, ``due=unused`` what is over and not marked used."""
        return self.listed(BOOKINGS, represent)

    @extend_schema(responses=BookingAnswer)
    def retrieve(self, request, pk: str):
        """One booking with the effect of its use."""
        return self.shown(self.found(pk, VIEW))

    @extend_schema(request=BookingBody, responses={201: BookingAnswer})
    def create(self, request):
        """Book a slot for a file that one may edit. 400 at ``slot`` (booked already, over, no budget left) or
        ``kol`` (a stop stands); 409 ``initial_share_low`` unless ``confirm``.
        """
        values = dict(self.checked(BookingBody))
        slot = Slot.objects.visible_to(request.user).filter(pk=values.pop("slot")).first()
        kol_id = values.pop("kol")
        if not Kol.objects.visible_to(request.user).filter(pk=kol_id).exists():
            raise ValidationError({"kol": _("There is no such row.")})
        self.demand_write_scope()
        kol = access.kol_or_404(request.user, kol_id, EDIT)
        if slot is None:
            raise ValidationError({"slot": _("There is no such row.")})
        return self.shown(verbs.book(self.actor, slot, kol, **values), 201)

    @extend_schema(request=BookingUse, responses=BookingAnswer)
    @action(detail=True, methods=["post"])
    def use(self, request, pk: str):
        """It ran on that day. 400 at ``kol`` while a stop stands, 409 ``wrong_state``."""
        return self.shown(verbs.use(self.actor, self.found(pk, EDIT), **self.checked(BookingUse)))

    @extend_schema(request=None, responses=BookingAnswer)
    @action(detail=True, methods=["post"])
    def unuse(self, request, pk: str):
        """Taken back by who said so within 10 minutes, or by a manager. 409 ``too_late``, ``wrong_state``."""
        return self.shown(verbs.unuse(self.actor, self.found(pk, EDIT)))

    @extend_schema(request=BookingEnd, responses=BookingAnswer)
    @action(detail=True, methods=["post"])
    def cancel(self, request, pk: str):
        """The slot is free again, its value back in the budget. 409 ``wrong_state``."""
        return self.shown(verbs.cancel(self.actor, self.found(pk, EDIT), **self.checked(BookingEnd)))
