"""What the tests of imports share: bringing a file, letting the worker have it, what became of its rows."""

import io

import openpyxl

from kol_crm.core import work as works
from kol_crm.core.actor import Actor
from kol_crm.core.models import Work
from profiles.importing.reading import InMemory
from profiles.models import Import
from profiles.services import imports
from tests.factories import NOW


def actor(user) -> Actor:
    return Actor(user, "page", NOW)


def do(imported: Import) -> Import:
    """Let the worker have it."""
    assert works.run_one(imported.work).state == Work.State.DONE, imported.work.error
    return Import.objects.select_related("work", "file", "user").get(pk=imported.pk)


def run(imported: Import) -> Import:
    return do(imports.run(actor(imported.user), imported))


def undo(imported: Import) -> Import:
    return do(imports.undo(actor(imported.user), imported))


def counts(imported: Import) -> dict:
    return {outcome: count for outcome, count in imported.counts.items() if count}


def outcomes(imported: Import) -> list[str]:
    return list(imported.rows.order_by("number").values_list("outcome", flat=True))


def workbook(*rows, far=None) -> InMemory:
    book, content = openpyxl.Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    if far:
        book.active[far] = "far"
    book.save(content)
    return InMemory("book.xlsx", content.getvalue())
