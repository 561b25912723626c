"""``/api/v1/touches/``, ``/api/v1/snapshots/``: facts are added and taken back, not edited (DOMAIN 3.12)."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef, Q
from django.http import Http404
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.response import Response

from kol_crm.core.api.base import Resource
from kol_crm.core.api.idempotency import AGAIN, KEY
from kol_crm.core.api.parameters import parameters_of
from kol_crm.core.models import User
from kol_crm.core.text import to_keep
from profiles.api import figure_files, figure_rows
from profiles.api.lists import SNAPSHOTS, TOUCHES
from profiles.api.schema import SnapshotAnswer, SnapshotPage, TouchAnswer, TouchPage
from profiles.api.serializers import SnapshotBody, TouchBody
from profiles.models import Account, Kol, Snapshot, Touch
from profiles.services import access, figure_intake, figures, touch, touched
from profiles.services.figure_intake import CHANGED, NEW, UNCHANGED, Taken
from profiles.services.figures import NewFigure


def _touches(user: User, rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Touches as they are answered, each with those that it names and is named by (one query each)."""
    found = [
        {("user" if key == "user__username" else key): value for key, value in row.items()} for row in rows
    ]
    by_id = {row["id"]: row | {"beside": None, "followed_by": []} for row in found}
    seen = Kol.objects.visible_to(user)
    pairs = Touch.objects.standing().filter(Q(pk__in=by_id) | Q(beside__in=by_id), beside__isnull=False)
    pairs = pairs.select_related("user", "beside__user").annotate(
        sees=Exists(seen.filter(pk=OuterRef("kol"))),
        sees_beside=Exists(seen.filter(pk=OuterRef("beside__kol"))),
    )
    for later in pairs.order_by("at", "pk"):
        earlier = later.beside
        if later.pk in by_id:
            by_id[later.pk]["beside"] = _voice(earlier, later.voice_reason, shown=later.sees_beside)
        if earlier.pk in by_id:
            by_id[earlier.pk]["followed_by"].append(_voice(later, later.voice_reason, shown=later.sees))
    return list(by_id.values())


def _voice(touch: Touch, reason: str, *, shown: bool) -> dict[str, Any]:
    return {
        "user": touch.user.username if touch.user else None,
        "at": touch.at,
        "touch": touch.pk if shown else None,
        "reason": reason,
    }


def _snapshot(row: dict[str, Any]) -> dict[str, Any]:
    names = {"holder": "kol", "writer__username": "writer"}
    return {names.get(name, name): value for name, value in row.items()}


class TouchResource(Resource):
    """Touches of the files one may see."""

    @extend_schema(parameters=parameters_of(TOUCHES.filterset, TOUCHES.sorts), responses=TouchPage)
    def list(self, request):
        """Newest first."""
        return self.listed(TOUCHES, lambda rows: _touches(request.user, rows))

    @extend_schema(responses=TouchAnswer)
    def retrieve(self, request, pk: str):
        """One touch."""
        return Response(self._one(pk))

    @extend_schema(request=TouchBody, responses={201: TouchAnswer})
    def create(self, request):
        """Log a touch on a file of one's team; it re-dates the next one."""
        checked = dict(self.checked(TouchBody))
        kol = row_named("kol", lambda: access.kol_or_404(request.user, checked.pop("kol"), "touch"))
        noted = checked.pop("also", None)
        row = touched.log(self.actor, kol, checked, noted)
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
        return _touches(self.request.user, [row])[0]


class SnapshotResource(Resource):
    """Figures of the accounts one may see."""

    scopes = {"read": "kols:read", "write": "figures:write"}
    keyed = frozenset({"bulk"})

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
        account = row_named("account", lambda: self._account(checked["account"]))
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

    @extend_schema(request=figure_rows.FigureRows, responses=figure_rows.FiguresAnswer, parameters=[KEY])
    @action(detail=False, methods=["post"])
    def bulk(self, request):
        """Take in the figures of many accounts; what is wrong with a row leaves the others in."""
        self.demand_write_scope()
        rows = self.checked(figure_rows.RowsBody)["rows"]
        accounts = figure_rows.accounts_of(rows)
        of_files = figure_files.accounts_of(request.user, rows)
        read = [figure_rows.read(raw, accounts, of_files) for raw in rows]
        taken = iter(figure_intake.take_in(self.actor, [row for row, _errors in read if row is not None]))
        became = [next(taken) if row else Taken(errors=errors) for row, errors in read]
        results = [
            {"row": place, "figures": one.states, "errors": one.errors} for place, one in enumerate(became)
        ]
        states = Counter(state for one in became for state in one.states.values())
        counts = {state: states[state] for state in (NEW, CHANGED, UNCHANGED)}
        counts["refused"] = sum(bool(one.errors) for one in became)
        response = Response({"counts": counts, "results": results})
        response.kept = {"counts": counts, "results": [_kept(one) for one in became]}
        return response

    def replayed(self, status: int, answer: Mapping[str, Any]) -> Response:
        """The same counts and states; of rows that were refused the fields."""
        if "results" not in answer:
            return super().replayed(status, answer)
        results = [
            {"row": place, "figures": states, "errors": {name: [AGAIN] for name in fields}}
            for place, (states, fields) in enumerate(answer["results"])
        ]
        return Response({"counts": answer["counts"], "results": results})

    @extend_schema(request=None, responses={204: None})
    @action(detail=True, methods=["post"], url_path="take-back")
    def take_back(self, request, pk: str):
        """By its writer within 10 minutes, or by a manager; what stood before it stands again."""
        row = SNAPSHOTS.rows(request.user).filter(pk=pk).first()
        if row is None:
            raise Http404
        self.demand_write_scope()
        figures.withdraw(self.actor, row)
        return Response(status=204)

    def _account(self, pk) -> Account:
        account = Account.objects.filter(pk=pk, kol__in=Kol.objects.visible_to(self.request.user)).first()
        if account is None:
            raise Http404
        access.kol_or_404(self.request.user, account.kol_id, "edit")
        return account


def row_named(field: str, find):
    """A row that the body names: not visible is a 400 at the field, as for any id that does not exist."""
    try:
        return find()
    except Http404:
        raise ValidationError({field: _("There is no such row.")}) from None


def _kept(one: Taken) -> list[Any]:
    """Of a row what a replay needs: states by metric, the fields that were refused."""
    return [one.states, [to_keep(name) for name in one.errors]]
