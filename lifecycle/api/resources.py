"""``/api/v1/slots/``, ``resource-budgets/``: the inventory and what a month may cost (DOMAIN 5.5)."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from kol_crm.core.api.paged import Paged
from kol_crm.core.api.parameters import IF_MATCH, parameters_of
from kol_crm.core.api.strict import StrictSerializer
from lifecycle.api.of_file import OfFile
from lifecycle.models import ResourceKind, Slot
from lifecycle.resource_lists import SLOTS
from lifecycle.services import slot as verbs
from profiles.models import Kol
from profiles.models.querysets import EDIT, VIEW
from profiles.services import access

PLAIN = (
    *("version", "kind", "name", "starts_on", "ends_on", "value", "currency", "note", "series"),
    *("created_at", "withdrawn_at"),
)
MONEY = {"max_digits": 14, "decimal_places": 2}


class SlotEdit(StrictSerializer):
    kind = serializers.ChoiceField(ResourceKind.choices, required=False)
    name = serializers.CharField(max_length=120, required=False)
    starts_on = serializers.DateField(required=False)
    ends_on = serializers.DateField(required=False)
    value = serializers.DecimalField(**MONEY, min_value=0, required=False)
    currency = serializers.RegexField("^[A-Z]{3}$", required=False)
    team = serializers.CharField(
        max_length=80, required=False, allow_null=True, help_text="By name; null: all teams."
    )
    note = serializers.CharField(max_length=2000, required=False, allow_blank=True)


class SlotBody(SlotEdit):
    kind = serializers.ChoiceField(ResourceKind.choices)
    name = serializers.CharField(max_length=120)
    starts_on = serializers.DateField()
    value = serializers.DecimalField(**MONEY, min_value=0)


class SlotSeriesBody(SlotBody):
    every = serializers.IntegerField(min_value=1, max_value=366, help_text="Days between two slots.")
    until = serializers.DateField()


class SlotsBody(StrictSerializer):
    rows = SlotBody(many=True, allow_empty=False, max_length=verbs.MOST)


class SlotTaken(serializers.Serializer):
    id = serializers.UUIDField()
    kol = serializers.UUIDField()
    state = serializers.CharField()


class SlotAnswer(SlotBody):
    id = serializers.UUIDField(read_only=True)
    version = serializers.IntegerField(read_only=True)
    series = serializers.UUIDField(read_only=True, allow_null=True)
    taken = serializers.BooleanField(read_only=True)
    booking = SlotTaken(read_only=True, allow_null=True, help_text="Null of a file that one does not see.")
    created_at = serializers.DateTimeField(read_only=True)
    withdrawn_at = serializers.DateTimeField(read_only=True, allow_null=True)


class SlotPage(Paged):
    results = SlotAnswer(many=True)


class SlotsMade(serializers.Serializer):
    results = SlotAnswer(many=True)


def represent(rows: Iterable[Slot], user) -> list[dict[str, Any]]:
    found = list(rows)
    taken = [one.kol_id for row in found for one in row.taken]
    seen = set(Kol.objects.visible_to(user).filter(pk__in=taken).values_list("pk", flat=True))
    return [
        {"id": row.pk, "team": row.team and row.team.name, "taken": bool(row.taken)}
        | {name: getattr(row, name) for name in PLAIN}
        | {
            "booking": next(
                (
                    {"id": one.pk, "kol": one.kol_id, "state": one.state}
                    for one in row.taken
                    if one.kol_id in seen
                ),
                None,
            )
        }
        for row in found
    ]


class SlotResource(OfFile):
    """The inventory of all teams and of those whose files one sees."""

    model = Slot
    refusal = gettext_lazy("Inventory and budgets are kept by managers.")

    def shape(self, rows: Iterable[Slot]) -> list[dict[str, Any]]:
        return represent(rows, self.request.user)

    def demand_keeper(self) -> None:
        if not verbs.may_keep(self.request.user):
            raise PermissionDenied(_("Inventory and budgets are kept by managers."))
        self.demand_write_scope()

    def values(self, body: type[StrictSerializer]) -> dict[str, Any]:
        checked = dict(self.checked(body))
        self.name_teams({"team": checked})
        return checked

    def name_teams(self, rows: Mapping[str, dict[str, Any]]) -> None:
        """The teams that rows name, by the key of a problem with them. Raises a 400."""
        names = {row["team"] for row in rows.values() if row.get("team")}
        known = {team.name: team for team in access.teams_for(self.request.user).filter(name__in=names)}
        wrong = [key for key, row in rows.items() if row.get("team") and row["team"] not in known]
        if wrong:
            raise ValidationError(dict.fromkeys(wrong, _("There is no such row.")))
        for row in rows.values():
            if row.get("team"):
                row["team"] = known[row["team"]]

    @extend_schema(parameters=parameters_of(SLOTS.filterset, SLOTS.sorts), responses=SlotPage)
    def list(self, request):
        """By day; ``month=2026-11`` leaves one month."""
        return self.listed(SLOTS, lambda rows: represent(rows, request.user))

    @extend_schema(responses=SlotAnswer)
    def retrieve(self, request, pk: str):
        """One slot, and who has it."""
        return self.shown(self.found(pk, VIEW))

    @extend_schema(request=SlotBody, responses={201: SlotAnswer})
    def create(self, request):
        """By managers."""
        self.demand_keeper()
        return self.shown(verbs.create(self.actor, self.values(SlotBody)), 201)

    @extend_schema(request=SlotSeriesBody, responses={201: SlotsMade})
    @action(detail=False, methods=["post"])
    def series(self, request):
        """The same slot again every so many days, up to and with ``until``."""
        self.demand_keeper()
        values = self.values(SlotSeriesBody)
        every, until = values.pop("every"), values.pop("until")
        return self.made(verbs.create_series(self.actor, values, every, until))

    @extend_schema(request=SlotsBody, responses={201: SlotsMade})
    @action(detail=False, methods=["post"])
    def many(self, request):
        """A table of them: all rows or none; 400 names ``rows.0.value``."""
        self.demand_keeper()
        rows = [dict(row) for row in self.checked(SlotsBody)["rows"]]
        self.name_teams({f"rows.{place}.team": row for place, row in enumerate(rows)})
        return self.made(verbs.create_many(self.actor, rows, in_table=True))

    def made(self, made: Iterable[Slot]) -> Response:
        rows = Slot.objects.for_list().filter(pk__in=[row.pk for row in made]).order_by("starts_on")
        return Response({"results": represent(rows, self.request.user)}, status=201)

    @extend_schema(request=SlotEdit, responses=SlotAnswer, parameters=[IF_MATCH])
    def partial_update(self, request, pk: str):
        """While somebody is booked on it, only name and note."""
        row = self.found(pk, EDIT)
        version = self.version_asked(row)
        return self.shown(verbs.edit(self.actor, row, self.values(SlotEdit), version))

    @extend_schema(request=None, responses=SlotAnswer)
    @action(detail=True, methods=["post"])
    def withdraw(self, request, pk: str):
        """No longer offered. 409 ``taken``, ``withdrawn``."""
        return self.shown(verbs.withdraw(self.actor, self.found(pk, EDIT)))

    @extend_schema(request=None, responses=SlotAnswer)
    @action(detail=True, methods=["post"])
    def restore(self, request, pk: str):
        """Withdrawn by mistake. 409 ``not_withdrawn``."""
        return self.shown(verbs.restore(self.actor, self.found(pk, EDIT)))
