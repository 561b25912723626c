"""``/api/v1/views/``: saved views, by the rules and verbs of the page."""

from typing import Any

import django_filters
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, QueryDict
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from kol_crm.core import saved_views, view_bar
from kol_crm.core.api.base import Resource, etagged
from kol_crm.core.api.paged import Paged
from kol_crm.core.api.parameters import IF_MATCH, MAY_MATCH
from kol_crm.core.api.strict import StrictSerializer
from kol_crm.core.filters import FilterSet
from kol_crm.core.lists import ListSpec
from kol_crm.core.models import SavedView, ViewPin
from kol_crm.core.paging import Sort


class ViewFilter(FilterSet):
    list = django_filters.CharFilter(field_name="of_list", label=_("List"))


API_VIEWS = ListSpec(
    name="views",
    rows=lambda user: SavedView.objects.visible_to(user).standing(),
    prepare=lambda views: views.select_related("owner", "team"),
    filterset=ViewFilter,
    sorts=(Sort("name", "name", _("Name")),),
    default_sort="name",
    template="",
    rows_template="",
)


class ViewEdit(StrictSerializer):
    """``query`` is what stands behind the ``?`` of a list: filters and sort."""

    name = serializers.CharField(max_length=60, required=False)
    sharing = serializers.ChoiceField(SavedView.Sharing.choices, required=False)
    query = serializers.CharField(max_length=4000, required=False, allow_blank=True)
    columns = serializers.ListField(child=serializers.CharField(max_length=60), required=False, max_length=60)
    layout = serializers.ChoiceField(SavedView.Layout.choices, required=False)
    group = serializers.CharField(max_length=40, required=False, allow_blank=True)
    pinned = serializers.BooleanField(required=False)


class ViewBody(ViewEdit):
    list = serializers.CharField(max_length=40)
    name = serializers.CharField(max_length=60)


class ViewAnswer(ViewBody):
    id = serializers.UUIDField(read_only=True)
    version = serializers.IntegerField(read_only=True)
    owner = serializers.CharField(read_only=True)
    team = serializers.CharField(read_only=True, allow_null=True)
    may_change = serializers.BooleanField(read_only=True)


class ViewPage(Paged):
    results = ViewAnswer(many=True)


USUAL = {"query": "", "columns": [], "layout": SavedView.Layout.TABLE, "grouping": ""}


class ViewResource(Resource):
    """Own views and those shared with the token's user. ``kols/?view=<id>`` asks for the rows of one."""

    def represent(self, views) -> list[dict[str, Any]]:
        views = list(views)
        ids = [view.pk for view in views]
        user = self.actor.person
        pinned = set(ViewPin.objects.filter(user=user, view__in=ids).values_list("view", flat=True))
        mine = set(SavedView.objects.visible_to(user, "edit").filter(pk__in=ids).values_list("pk", flat=True))
        return [
            {
                "id": view.pk,
                "version": view.version,
                "list": view.of_list,
                "name": view.name,
                "sharing": view.sharing,
                "owner": view.owner.username,
                "team": view.team and view.team.name,
                "query": view.query,
                "columns": view.columns,
                "layout": view.layout,
                "group": view.grouping,
                "pinned": view.pk in pinned,
                "may_change": view.pk in mine,
            }
            for view in views
        ]

    def answer(self, view: SavedView, status: int = 200, **headers: str) -> Response:
        view = SavedView.objects.select_related("owner", "team").get(pk=view.pk)
        return etagged(self.represent([view])[0], view.version, status, **headers)

    def view(self, pk: str, *, write: bool = False, deleted: bool = False) -> SavedView:
        """404 unless visible; to write, then 403 without scope or right."""
        views = SavedView.objects.visible_to(self.request.user).filter(pk=pk)
        view = (views if deleted else views.standing()).first()
        if view is None:
            raise Http404
        if write:
            self.demand_write_scope()
            if not view_bar.may_change(view, self.request.user):
                raise PermissionDenied(_("Only its owner or a manager can change this view."))
        return view

    @extend_schema(responses=ViewPage, operation_id="views_list")
    def list(self, request):
        """By name; ``list=kols`` those of one list."""
        return self.listed(API_VIEWS, self.represent)

    @extend_schema(responses=ViewAnswer)
    def retrieve(self, request, pk: str):
        """One view."""
        return self.answer(self.view(pk))

    @extend_schema(request=ViewBody, responses={201: ViewAnswer})
    def create(self, request):
        """A view of the token's user."""
        checked = dict(self.checked(ViewBody))
        of_list, pinned = checked.pop("list"), checked.pop("pinned", True)
        spec = saved_views.spec_of(of_list)
        view = saved_views.create(self.actor, spec.name, USUAL | _values(checked, spec), pinned=pinned)
        return self.answer(view, 201, Location=f"{request.path}{view.pk}/")

    @extend_schema(request=ViewEdit, responses=ViewAnswer, parameters=[IF_MATCH])
    def update(self, request, pk: str):
        """Replace it: what is not sent becomes as usual; the name and who sees it stay."""
        return self._save(pk, USUAL)

    @extend_schema(request=ViewEdit, responses=ViewAnswer, parameters=[MAY_MATCH])
    def partial_update(self, request, pk: str):
        """Change what is sent. To pin it takes no right to change it, nor If-Match; sent, that counts."""
        return self._save(pk, {})

    @extend_schema(responses={204: None}, parameters=[IF_MATCH])
    def destroy(self, request, pk: str):
        """Put it away; ``restore`` brings it back."""
        view = self.view(pk, write=True)
        saved_views.delete(self.actor, view, self.version_asked(view))
        return Response(status=204)

    @extend_schema(request=None, responses=ViewAnswer)
    @action(detail=True, methods=["post"])
    def restore(self, request, pk: str):
        """Undo of DELETE."""
        return self.answer(saved_views.restore(self.actor, self.view(pk, write=True, deleted=True)))

    @extend_schema(request=None, responses={201: ViewAnswer})
    @action(detail=True, methods=["post"])
    def duplicate(self, request, pk: str):
        """A private copy."""
        view = self.view(pk)
        self.demand_write_scope()
        return self.answer(saved_views.duplicate(self.actor, view), 201)

    def _save(self, pk: str, usual: dict[str, Any]) -> Response:
        view = self.view(pk)
        self.demand_write_scope()
        checked = dict(self.checked(ViewEdit))
        actor = self.actor
        pinned = checked.pop("pinned", None)
        if checked or usual:
            view = self.view(pk, write=True)
            values = usual | _values(checked, saved_views.spec_of(view.of_list))
            saved_views.change(actor, view, values, self.version_asked(view))
        else:
            self.version_if_asked(view)
        if pinned is not None:
            (saved_views.pin if pinned else saved_views.unpin)(actor, view)
        return self.answer(view)


def _values(checked: dict[str, Any], spec: ListSpec) -> dict[str, Any]:
    """As the verbs take them. Raises ``ValidationError`` keyed ``query`` for what is not filters and sort."""
    values = {{"group": "grouping"}.get(name, name): value for name, value in checked.items()}
    if "query" in values:
        state = saved_views.state(spec, QueryDict(values["query"].lstrip("?")))
        if state["columns"] or state["grouping"] or state["layout"] != SavedView.Layout.TABLE:
            raise ValidationError({"query": _("Columns, layout and group have fields of their own.")})
        values["query"] = state["query"]
    return values
