"""``/api/v1/touches/``, ``/api/v1/snapshots/``: facts are added and taken back, not edited (DOMAIN 3.12)."""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.response import Response

from kol_crm.core.api.base import Resource
from profiles.api.lists import SNAPSHOTS, TOUCHES
from profiles.api.schema import SnapshotAnswer, SnapshotPage, TouchAnswer, TouchPage, parameters_of
from profiles.api.serializers import SnapshotBody, TouchBody
from profiles.models import Account, Kol, Snapshot
from profiles.services import access, figures, touch
from profiles.services.figures import NewFigure


def _touch(row: dict[str, Any]) -> dict[str, Any]:
    return {("user" if name == "user__username" else name): value for name, value in row.items()}


def _snapshot(row: dict[str, Any]) -> dict[str, Any]:
    names = {"account__kol": "kol", "writer__username": "writer"}
    return {names.get(name, name): value for name, value in row.items()}


class TouchResource(Resource):
    """Touches of the files one may see."""

    @extend_schema(parameters=parameters_of(TOUCHES.filterset, TOUCHES.sorts), responses=TouchPage)
    def list(self, request):
        """Newest first."""
        return self.listed(TOUCHES, lambda rows: [_touch(row) for row in rows])

    @extend_schema(responses=TouchAnswer)
    def retrieve(self, request, pk: str):
        """One touch."""
        return Response(self._one(pk))

    @extend_schema(request=TouchBody, responses={201: TouchAnswer})
    def create(self, request):
        """Log a touch on a file of one's team; it re-dates the next one."""
        checked = dict(self.checked(TouchBody))
        kol = _row_named("kol", lambda: access.kol_or_404(request.user, checked.pop("kol"), "touch"))
        row = touch.log(self.actor, kol, **checked)
        return Response(self._one(row.pk), status=201)

    @extend_schema(request=None, responses={204: None})
    @action(detail=True, methods=["post"], url_path="take-back")
    def take_back(self, request, pk: str):
        """By its author within 10 minutes, or by a manager."""
        row = TOUCHES.rows(request.user).filter(pk=pk).first()
        if row is None:
            raise Http404
        self.demand_write_scope()
        touch.take_back(self.actor, row)
        return Response(status=204)

    def _one(self, pk) -> dict[str, Any]:
        row = TOUCHES.prepare(TOUCHES.rows(self.request.user).filter(pk=pk)).first()
        if row is None:
            raise Http404
        return _touch(row)


class SnapshotResource(Resource):
    """Figures of the accounts one may see."""

    scopes = {"read": "kols:read", "write": "figures:write"}

    @extend_schema(parameters=parameters_of(SNAPSHOTS.filterset, SNAPSHOTS.sorts), responses=SnapshotPage)
    def list(self, request):
        """Standing figures, newest first."""
        return self.listed(SNAPSHOTS, lambda rows: [_snapshot(row) for row in rows])

    @extend_schema(responses=SnapshotAnswer)
    def retrieve(self, request, pk: str):
        """One standing figure."""
        row = SNAPSHOTS.prepare(SNAPSHOTS.rows(request.user).filter(pk=pk)).first()
        if row is None:
            raise Http404
        return Response(_snapshot(row))

    @extend_schema(request=SnapshotBody, responses={200: SnapshotAnswer, 201: SnapshotAnswer})
    def create(self, request):
        """Take in one figure: 201 when it is new or corrects the standing one, 200 when that is equal."""
        checked = self.checked(SnapshotBody)
        account = _row_named("account", lambda: self._account(checked["account"]))
        start = checked["start"] or checked["end"]
        figure = NewFigure(
            account.pk, checked["metric"], checked["value"], start, checked["end"], checked["source"]
        )
        figures.validate(figure)
        recorded = figures.record(self.actor, [figure])
        same = Snapshot.objects.filter(
            account=account,
            metric=figure.metric,
            start=start,
            end=figure.end,
            source=figure.source,
            standing=True,
        )
        return Response(_snapshot(SNAPSHOTS.prepare(same)[0]), status=201 if recorded.added else 200)

    def _account(self, pk) -> Account:
        account = Account.objects.filter(pk=pk, kol__in=Kol.objects.visible_to(self.request.user)).first()
        if account is None:
            raise Http404
        access.kol_or_404(self.request.user, account.kol_id, "edit")
        return account


def _row_named(field: str, find):
    """A row that the body names: not visible is a 400 at the field, as for any id that does not exist."""
    try:
        return find()
    except Http404:
        raise ValidationError({field: _("There is no such row.")}) from None
