"""``/api/v1/imports/``: a file in, what becomes of its rows, and back out (UI, screen 9)."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.parsers import MultiPartParser
from rest_framework.response import Response

from kol_crm.core.api.base import Resource
from kol_crm.core.api.paged import Paged
from kol_crm.core.api.parameters import CURSOR, LIMIT
from kol_crm.core.api.parsers import BodyParser
from kol_crm.core.api.strict import StrictSerializer
from kol_crm.core.models import User
from profiles.importing import people
from profiles.importing.targets import TARGETS
from profiles.models import Import, ImportRow, Mode, Outcome, Platform
from profiles.models.attribute import PREFIX
from profiles.models.querysets import EDIT, VIEW
from profiles.services import access, import_twins, imports, outcomes
from profiles.views.import_rows import IMPORT_ROWS
from profiles.views.importing import IMPORTS, import_or_404

LONGEST_NUMBER = 9  # digits of a row
STATE = OpenApiParameter("state", OpenApiTypes.STR, many=True, enum=Import.State.values)
OUTCOME = OpenApiParameter("result", OpenApiTypes.STR, many=True, enum=Outcome.values)


class MeaningField(serializers.ChoiceField):
    """What a column means; beside these words any attribute, as ``attr_<key>``, which the verb knows."""

    def to_internal_value(self, data):
        return data if isinstance(data, str) and data.startswith(PREFIX) else super().to_internal_value(data)


class ChoicesBody(StrictSerializer):
    """What is said of a file; what is left out stays as it is."""

    platform = serializers.ChoiceField(Platform.choices, required=False, allow_blank=True)
    key = serializers.ChoiceField(list(people.KEYS), required=False, allow_blank=True)
    mode = serializers.ChoiceField(Mode.choices, required=False)
    overwrite = serializers.BooleanField(required=False)
    owner = serializers.SlugRelatedField(
        "username", queryset=User.objects.filter(is_active=True), required=False, allow_null=True
    )
    day = serializers.DateField(required=False, allow_null=True)
    columns = serializers.DictField(
        child=MeaningField(list(TARGETS), allow_blank=True),
        required=False,
        help_text="Meanings by the place of the column, from 0; empty: not read; attr_<key>: an attribute.",
    )


class ImportUpload(StrictSerializer):
    file = serializers.FileField(allow_empty_file=True)  # the verb refuses it, as the page's
    platform = serializers.ChoiceField(Platform.choices, required=False, allow_blank=True, default="")


class MendBody(StrictSerializer):
    cells = serializers.DictField(
        child=serializers.DictField(
            child=serializers.CharField(allow_blank=True, max_length=imports.LONGEST_CELL)
        ),
        required=False,
        default=dict,
        help_text="Cells as they should read, by number of the row and place of the column.",
    )
    dropped = serializers.ListField(
        child=serializers.IntegerField(min_value=0), required=False, help_text="All rows to leave out."
    )
    decisions = serializers.DictField(
        child=serializers.CharField(allow_blank=True, max_length=36),
        required=False,
        default=dict,
        help_text="Of possible twins, by number of the row (* for all): the id of a file, new, or empty. "
        "Of rows that the no-go memory knows: new, of each row.",
    )


class ImportAnswer(serializers.Serializer):
    id = serializers.UUIDField()
    name = serializers.CharField()
    kind = serializers.CharField()
    state = serializers.ChoiceField(Import.State.choices)
    stopped = serializers.BooleanField(help_text="Its run ended before its rows did: ``run`` goes on.")
    work = serializers.UUIDField(allow_null=True, help_text="``/work/{id}/`` tells how far it is.")
    platform = serializers.CharField()
    key = serializers.CharField()
    mode = serializers.ChoiceField(Mode.choices)
    overwrite = serializers.BooleanField()
    owner = serializers.CharField(allow_null=True)
    day = serializers.DateField(allow_null=True)
    total = serializers.IntegerField()
    counts = serializers.DictField(child=serializers.IntegerField())
    columns = serializers.ListField(child=serializers.DictField())
    notes = serializers.ListField(child=serializers.CharField())
    dropped = serializers.ListField(child=serializers.IntegerField())
    decisions = serializers.DictField(child=serializers.CharField())
    user = serializers.CharField()
    at = serializers.DateTimeField()
    undone_at = serializers.DateTimeField(allow_null=True)


class RowAnswer(serializers.Serializer):
    number = serializers.IntegerField()
    outcome = serializers.ChoiceField(Outcome.choices)
    kol = serializers.UUIDField(allow_null=True)
    name = serializers.CharField()
    why = serializers.CharField()
    changes = serializers.ListField()
    problems = serializers.ListField(child=serializers.CharField())
    known = serializers.CharField(help_text="What the no-go memory says of them; empty: nothing.")
    twins = serializers.ListField(help_text="Files that it may be: id, name, owner, score, parts.")
    unseen = serializers.ListField(
        child=serializers.CharField(), help_text="Of twins one does not see: whom to ask."
    )
    undo = serializers.CharField()
    left = serializers.ListField(child=serializers.CharField())


class ImportPage(Paged):
    results = ImportAnswer(many=True)


class RowPage(Paged):
    results = RowAnswer(many=True)


class ImportResource(Resource):
    """Imports: upload, look at the preview, run, undo. Contact data is answered only by its mask."""

    parser_classes = [BodyParser, MultiPartParser]

    def imported(self, pk: str, right: str = VIEW) -> Import:
        """The import if it may be written: 404 unless visible, then 403 without scope or right."""
        import_or_404(self.request.user, pk)
        self.demand_write_scope()
        return import_or_404(self.request.user, pk, right)

    @extend_schema(parameters=[STATE, LIMIT, CURSOR], responses=ImportPage, operation_id="imports_list")
    def list(self, request):
        """The newest first."""
        return self.listed(IMPORTS, lambda rows: [answer(row) for row in rows])

    @extend_schema(responses=ImportAnswer)
    def retrieve(self, request, pk: str):
        """How it was read, how far it is, what came of it."""
        return Response(answer(import_or_404(request.user, pk)))

    @extend_schema(request={"multipart/form-data": ImportUpload}, responses={201: ImportAnswer})
    def create(self, request):
        """Upload a file; it is read at once, and its rows are checked in the background."""
        if not access.may_create(request.user):
            raise PermissionDenied
        checked = self.checked(ImportUpload)
        actor = self.actor
        file = checked["file"]
        imported = imports.upload(actor, file.name, file.chunks(), checked["platform"])
        made = imports.check(actor, imported)
        return Response(answer(made), status=201, headers={"Location": f"{request.path}{made.pk}/"})

    @extend_schema(request=ChoicesBody, responses=ImportAnswer)
    def partial_update(self, request, pk: str):
        """Say what columns mean and how it is written; every row is checked again."""
        imported = self.imported(pk, EDIT)
        choices = self.checked(ChoicesBody)
        if "columns" in choices:
            choices["by_hand"] = _by_place(choices.pop("columns"), imported)
        return Response(answer(imports.check(self.actor, imports.choose(self.actor, imported, choices))))

    @extend_schema(parameters=[OUTCOME, LIMIT, CURSOR], responses=RowPage)
    @action(detail=True, methods=["get"])
    def rows(self, request, pk: str):
        """What becomes, or became, of each row."""
        imported = import_or_404(request.user, pk)
        params = request.GET.copy()
        params["imported"] = str(imported.pk)
        attributes = imports.attribute_words()

        def answers(rows):
            told = import_twins.told(request.user, rows)
            return [row_answer(row, attributes, told.get(row.number)) for row in rows]

        return self.listed(IMPORT_ROWS, answers, params)

    @extend_schema(request=MendBody, responses=ImportAnswer)
    @action(detail=True, methods=["post"])
    def mend(self, request, pk: str):
        """Cells as they should read, rows to leave out; every row is checked again."""
        imported = self.imported(pk, EDIT)
        checked = self.checked(MendBody)
        cells = {int(number): _numbered(row) for number, row in _numbered(checked["cells"]).items()}
        dropped = checked.get("dropped", imported.dropped)
        mended = imports.mend(self.actor, imported, cells, dropped, checked["decisions"])
        return Response(answer(mended))

    @extend_schema(request=None, responses=ImportAnswer)
    @action(detail=True, methods=["post"])
    def run(self, request, pk: str):
        """Take the rows in; of a stopped run, those that are not in yet."""
        return Response(answer(imports.run(self.actor, self.imported(pk, EDIT))))

    @extend_schema(request=None, responses=ImportAnswer)
    @action(detail=True, methods=["post"])
    def undo(self, request, pk: str):
        """Take back what still stands as the import wrote it; what changed since is left and listed."""
        return Response(answer(imports.undo(self.actor, self.imported(pk))))


def _numbered(values: dict[str, Any]) -> dict[int, Any]:
    if not all(key.isdecimal() and len(key) <= LONGEST_NUMBER for key in values):
        raise ValidationError({"cells": "Rows and columns are named by their numbers."})
    return {int(key): value for key, value in values.items()}


def _by_place(columns: dict[str, str], imported: Import) -> dict[int, str]:
    known = {str(column["index"]) for column in imported.columns}
    if unknown := sorted(set(columns) - known):
        raise ValidationError({"columns": f"There is no column {', '.join(unknown)}."})
    return {int(place): target for place, target in (imported.by_hand | columns).items()}


def answer(imported: Import) -> dict[str, Any]:
    names = ("name", "kind", "state", "platform", "key", "mode", "overwrite", "day", "total", "counts")
    return {
        "id": imported.pk,
        **{name: getattr(imported, name) for name in names},
        "stopped": imported.stopped,
        "work": imported.work_id,
        "owner": imported.owner and imported.owner.username,
        "columns": imported.columns_now,
        "notes": imported.notes_now,
        "dropped": imported.dropped,
        "decisions": imported.decisions,
        "user": imported.user.username,
        "at": imported.at,
        "undone_at": imported.undone_at,
    }


def row_answer(
    row: ImportRow, attributes: Mapping[str, str], told: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    return {
        "number": row.number,
        "outcome": row.outcome,
        "kol": row.kol_id,
        "name": row.name,
        "why": outcomes.why(row),
        "changes": [{"fact": fact, "before": before, "after": after} for fact, before, after in row.changes],
        "problems": outcomes.problems(row, attributes),
        "known": row.known,
        "twins": [_twin(one) for one in (told or {}).get("shown", ())],
        "unseen": (told or {}).get("unseen", []),
        "undo": row.undo,
        "left": row.left,
    }


def _twin(one: Mapping[str, Any]) -> dict[str, Any]:
    kol = one["kol"]
    return {
        "id": kol.pk,
        "name": kol.name,
        "owner": kol.owner and kol.owner.username,
        "archived": kol.is_archived,
        "score": one["score"],
        "parts": [{**part, "label": str(part["label"])} for part in one["parts"]],
    }
