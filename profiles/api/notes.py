"""``/api/v1/needs/`` and the other notes of a file: the same verbs as on its page (DOMAIN 3.9, 3.11)."""

from dataclasses import replace
from types import ModuleType
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import Http404
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from kol_crm.core.api.base import Resource, etagged
from kol_crm.core.api.parameters import IF_MATCH, parameters_of
from kol_crm.core.lists import ListSpec
from profiles import note_lists
from profiles.api import note_bodies as bodies
from profiles.models import Kol
from profiles.services import access, date, event, need, promise, tie
from profiles.services import request as requests

COMMON = ("id", "version", "kol", "author__username", "created_at")


def described(spec: ListSpec, body, edit, answer, page, *steps: str):
    """What the OpenAPI document says of the five methods, and of steps that take no body."""
    parameters = parameters_of(spec.filterset, spec.sorts)
    return extend_schema_view(
        list=extend_schema(parameters=parameters, responses=page),
        retrieve=extend_schema(responses=answer),
        create=extend_schema(request=body, responses={201: answer}),
        partial_update=extend_schema(request=edit(partial=True), responses=answer, parameters=[IF_MATCH]),
        destroy=extend_schema(responses={204: None}, parameters=[IF_MATCH]),
        **{step: extend_schema(request=None, responses=answer) for step in steps},
    )


class NoteResource(Resource):
    """A note on a file that one may see; writing asks for the right to edit the file."""

    spec: ListSpec
    verbs: ModuleType
    columns: tuple[str, ...]
    body: type[serializers.Serializer]
    edit_body: type[serializers.Serializer]

    def note(self, pk: str, *, write: bool = True) -> Any:
        """404 unless visible; to write, then 403 without scope or right."""
        rows: QuerySet = self.spec.rows(self.request.user)
        row = rows.filter(pk=pk).select_related("kol__team").first()
        if row is None:
            raise Http404
        if write:
            self.demand_write_scope()
            self.demand_right(row)
        return row

    def demand_right(self, row) -> None:
        access.demand(self.request.user, row.kol, "edit", _("You may see this file but not do this."))

    def shape(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [{name.removesuffix("__username"): value for name, value in row.items()} for row in rows]

    def values(self, rows: QuerySet) -> QuerySet:
        return rows.values(*COMMON, *self.columns)

    def shown(self, row, status: int = 200) -> Response:
        found = self.shape(list(self.values(self.spec.rows(self.request.user).filter(pk=row.pk))))[0]
        return etagged(found, found["version"], status)

    def facts(self, checked: dict[str, Any], kol: Kol) -> dict[str, Any]:
        """The body as the verb takes it."""
        return checked

    def list(self, request):
        return self.listed(replace(self.spec, prepare=self.values), self.shape)

    def retrieve(self, request, pk: str):
        return self.shown(self.note(pk, write=False))

    def create(self, request):
        checked = dict(self.checked(self.body))
        kol_id = checked.pop("kol")
        if not Kol.objects.visible_to(request.user).filter(pk=kol_id).exists():
            raise ValidationError({"kol": _("There is no such row.")})
        kol = access.kol_or_404(request.user, kol_id, "edit", Kol.objects.select_related("team"))
        return self.shown(self.verbs.add(self.actor, kol, self.facts(checked, kol)), 201)

    def partial_update(self, request, pk: str):
        row = self.note(pk)
        version = self.version_asked(row)
        changes = self.facts(dict(self.checked(self.edit_body, partial=True)), row.kol)
        return self.shown(self.verbs.edit(self.actor, row, changes, version))

    def destroy(self, request, pk: str):
        row = self.note(pk)
        self.verbs.remove(self.actor, row, self.version_asked(row))
        return Response(status=204)


class Reopened(NoteResource):
    """Notes that are settled, and of which that may be taken back."""

    @action(detail=True, methods=["post"])
    def reopen(self, request, pk: str):
        """Take the settling back."""
        return self.shown(self.verbs.reopen(self.actor, self.note(pk)))


class Attended(Reopened):
    @action(detail=True, methods=["post"])
    def attend(self, request, pk: str):
        """It is attended to, and leaves Today."""
        return self.shown(self.verbs.attend(self.actor, self.note(pk)))


@described(note_lists.NEEDS, bodies.NeedBody, bodies.NeedEdit, bodies.NeedAnswer, bodies.NeedPage, "reopen")
class NeedResource(Reopened):
    """What KOLs need."""

    spec, verbs = note_lists.NEEDS, need
    columns = ("kind", "what", "due_on", "state", "outcome", "settled_at")
    body, edit_body = bodies.NeedBody, bodies.NeedEdit

    @extend_schema(request=bodies.MeetBody, responses=bodies.NeedAnswer)
    @action(detail=True, methods=["post"])
    def meet(self, request, pk: str):
        """It is met."""
        row = self.note(pk)
        return self.shown(need.meet(self.actor, row, **self.checked(bodies.MeetBody)))

    @extend_schema(request=bodies.DeclineBody, responses=bodies.NeedAnswer)
    @action(detail=True, methods=["post"])
    def decline(self, request, pk: str):
        """It is declined, and why."""
        row = self.note(pk)
        return self.shown(need.decline(self.actor, row, **self.checked(bodies.DeclineBody)))


@described(
    note_lists.PROMISES,
    bodies.PromiseBody,
    bodies.PromiseEdit,
    bodies.PromiseAnswer,
    bodies.PromisePage,
    "reopen",
)
class PromiseResource(Reopened):
    """Promises in both directions."""

    spec, verbs = note_lists.PROMISES, promise
    columns = ("by", "what", "due_on", "state", "make_good", "settled_at")
    body, edit_body = bodies.PromiseBody, bodies.PromiseEdit

    @extend_schema(request=None, responses=bodies.PromiseAnswer)
    @action(detail=True, methods=["post"])
    def keep(self, request, pk: str):
        """It was kept."""
        return self.shown(promise.keep(self.actor, self.note(pk)))

    @extend_schema(request=bodies.BreakBody, responses=bodies.PromiseAnswer)
    @action(detail=True, methods=["post"], url_path="break", url_name="break")
    def break_(self, request, pk: str):
        """It was broken, and how that is made good."""
        row = self.note(pk)
        return self.shown(promise.break_(self.actor, row, **self.checked(bodies.BreakBody)))


@described(
    note_lists.REQUESTS, bodies.RequestBody, bodies.RequestEdit, bodies.RequestAnswer, bodies.RequestPage
)
class RequestResource(NoteResource):
    """Problems that KOLs raise. Whoever took one answers it, also on a colleague's file."""

    spec, verbs = note_lists.REQUESTS, requests
    columns = ("what", "taker__username", "due_on", "answer", "answered_at", "satisfied")
    body, edit_body = bodies.RequestBody, bodies.RequestEdit

    def facts(self, checked, kol):
        if checked.get("taker"):
            taker = access.readers_of(kol).filter(username=checked["taker"]).first()
            if taker is None:
                raise ValidationError({"taker": _("This person cannot see the file.")})
            checked["taker"] = taker
        elif "taker" in checked:
            checked["taker"] = None
        return checked

    def taken(self, pk: str):
        """A request that one may answer: on one's own file, or that one took."""
        row = self.note(pk, write=False)
        self.demand_write_scope()
        if not requests.may_answer(self.request.user, row):
            raise PermissionDenied(_("You may see this file but not do this."))
        return row

    @extend_schema(request=bodies.AnswerBody, responses=bodies.RequestAnswer)
    @action(detail=True, methods=["post"])
    def answer(self, request, pk: str):
        """How it was answered, and whether that satisfied them."""
        row, checked = self.taken(pk), self.checked(bodies.AnswerBody)
        saved = requests.answer(self.actor, row, checked["answer"], satisfied=checked["satisfied"])
        return self.shown(saved)

    @extend_schema(request=bodies.JudgeBody, responses=bodies.RequestAnswer)
    @action(detail=True, methods=["post"])
    def judge(self, request, pk: str):
        """Whether the answer satisfied them, learnt later."""
        row = self.taken(pk)
        return self.shown(requests.judge(self.actor, row, **self.checked(bodies.JudgeBody)))

    @extend_schema(request=None, responses=bodies.RequestAnswer)
    @action(detail=True, methods=["post"])
    def reopen(self, request, pk: str):
        """Take the answer back."""
        return self.shown(requests.reopen(self.actor, self.taken(pk)))


@described(
    note_lists.DATES, bodies.DateBody, bodies.DateEdit, bodies.DateAnswer, bodies.DatePage, "reopen", "attend"
)
class DateResource(Attended):
    """Important dates: year, month or day may be unknown, by the sun or by the moon."""

    spec, verbs = note_lists.DATES, date
    columns = (*date.EDITABLE, "next_on", "seen_for")
    body, edit_body = bodies.DateBody, bodies.DateEdit


@described(
    note_lists.EVENTS,
    bodies.EventBody,
    bodies.EventEdit,
    bodies.EventAnswer,
    bodies.EventPage,
    "reopen",
    "attend",
)
class EventResource(Attended):
    """Life events and the gifts they give an idea for."""

    spec, verbs = note_lists.EVENTS, event
    columns = (*event.EDITABLE, "next_on", "closed_at")
    body, edit_body = bodies.EventBody, bodies.EventEdit


@described(note_lists.TIES, bodies.TieBody, bodies.TieEdit, bodies.TieAnswer, bodies.TiePage)
class TieResource(NoteResource):
    """Ties to other files and to people without one. A file that one may not see is told as hidden."""

    spec, verbs = note_lists.TIES, tie
    columns = ("kind", "other", "name", "note", "ended_on")
    body, edit_body = bodies.TieBody, bodies.TieEdit

    def facts(self, checked, kol):
        if "other" in checked:
            checked["other_id"] = checked.pop("other")
        return checked

    def shape(self, rows):
        others = {row["other"] for row in rows if row["other"]}
        seen = set(
            Kol.objects.visible_to(self.request.user).filter(pk__in=others).values_list("pk", flat=True)
        )
        for row in rows:
            row["other_hidden"] = bool(row["other"]) and row["other"] not in seen
            row["other"] = row["other"] if row["other"] in seen else None
        return super().shape(rows)
