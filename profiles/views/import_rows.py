"""The rows of an import as its page shows them: what each brings, what is wrong, whose it may be."""

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from kol_crm.core import lists
from kol_crm.core.lists import Column, Listing, ListSpec
from kol_crm.core.paging import Sort
from profiles.import_filters import ImportRowFilter
from profiles.importing.report import FACTS
from profiles.models import Import, ImportRow, Outcome
from profiles.services import import_twins, imports, outcomes

State = Import.State
IMPORT_ROWS = lists.register(
    ListSpec(
        name="import-rows",
        rows=ImportRow.objects.visible_to,
        prepare=lambda rows: rows.select_related("kol"),
        filterset=ImportRowFilter,
        sorts=(Sort("number", "number", gettext_lazy("Row")),),
        default_sort="number",
        columns=(
            Column("number", gettext_lazy("Row"), sort="number", css="col-score", right=True),
            Column("name", gettext_lazy("Who"), css="col-kol"),
            Column("changes", gettext_lazy("What it brings"), css="col-fields"),
            Column("problems", gettext_lazy("What is wrong"), css="col-fields"),
        ),
        template="profiles/import/preview.html",
        rows_template="profiles/import/_rows.html",
    )
)


def preview(request, imported: Import, *, mine: bool) -> dict:
    """The rows by what becomes of them; of those with errors the cells that can be mended."""
    params = request.GET.copy()
    params["imported"] = str(imported.pk)
    if not params.get("result"):
        params["result"] = next((one for one in Outcome.values if imported.counts.get(one)), Outcome.CREATED)
    listing = lists.read(IMPORT_ROWS, params, request.user, timezone.now(), path=request.path)
    mending = mine and imported.state == State.PREVIEW
    return {
        "listing": listing,
        "tabs": _tabs(listing, imported, params["result"]),
        "rows": _shown(listing, imported, request.user, mending=mending),
        "mending": mending,
        "all_new": imported.decisions.get(import_twins.ALL) == import_twins.NEW,
        "undecided": imported.counts.get(Outcome.TWIN, 0),
        "has_errors": imported.rows.exclude(why="", problems=[]).exists(),
        "left": imported.rows.filter(undo=ImportRow.Undo.LEFT).count() if imported.undone_at else 0,
        "unit": {
            "wide": pgettext("table", "column"),
            "vcard": pgettext("table", "card"),
            "json": _("entry"),
        }.get(imported.kind, pgettext("table", "row")),
    }


def _tabs(listing: Listing, imported: Import, outcome: str) -> list[dict]:
    return [
        {
            "label": _("To decide") if value == Outcome.TWIN else label,
            "count": imported.counts.get(value, 0),
            "active": value == outcome,
            "url": listing.url(result=value),
        }
        for value, label in Outcome.choices
        if imported.counts.get(value) or value == outcome
    ]


def _shown(listing: Listing, imported: Import, user, *, mending: bool) -> list[dict]:
    attributes = imports.attribute_words()
    rows = [
        {"row": row, "changes": _changes(row, attributes), "problems": outcomes.reasons(row, attributes)}
        for row in listing.rows
    ]
    told = import_twins.told(user, [row for row in listing.rows if row.twins])
    for shown in rows:
        number = shown["row"].number
        shown["twins"] = told.get(number)
        shown["decision"] = imported.decisions.get(str(number), "")
        shown["asks"] = bool(shown["row"].twins) or shown["row"].outcome == Outcome.TWIN
        if shown["row"].known and shown["decision"] == import_twins.NEW:
            shown["asks"] = True
    if not mending:
        return rows
    wrong = {
        row.number
        for row in listing.rows
        if row.outcome == Outcome.REJECTED or any("whole" not in problem for problem in row.problems)
    }
    cells = imports.cells(imported, wrong) if wrong else {}
    columns = {column["index"]: column for column in imported.columns}
    for shown in rows:
        row = shown["row"]
        if row.number in cells:
            shown["cells"] = list(_cells(row, cells[row.number], columns))
    return rows


IDENTITY = ("external_id", "handle", "name", "phone", "wechat", "mail")


def _cells(row: ImportRow, record: list[str], columns: dict[int, dict]):
    """The cells that are wrong; of a row that names nobody those that could name somebody."""
    wrong = [problem["index"] for problem in row.problems if problem.get("index") is not None]
    if not wrong:
        wrong = [place for place, column in columns.items() if column["target"] in IDENTITY]
    for place in dict.fromkeys(wrong):
        column = columns.get(place)
        if column is None:
            continue
        raw = record[place] if place < len(record) else ""
        secret = column["target"] in imports.CONTACTS
        yield {
            "name": f"cell-{row.number}-{place}",
            "label": column["heading"],
            "value": "" if secret else raw,
            "hint": imports.shown(column["target"], raw) if secret and raw.strip() else "",
        }


def _changes(row: ImportRow, attributes: dict[str, str]) -> list[dict]:
    return [
        {"fact": FACTS.get(fact) or attributes.get(fact, fact), "before": before, "after": after}
        for fact, before, after in row.changes
    ]
