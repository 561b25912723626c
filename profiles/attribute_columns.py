"""Attributes as columns of lists of files: chosen, ordered and kept in views like any other (DOMAIN 1.3).

They are not sorted by: a list sorts by indexed columns of the file's own row (docs/lists.md). All that a page
shows of them is one query, however many are chosen.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from kol_crm.core import wording
from kol_crm.core.columns import Column
from profiles import attributes
from profiles.models import Attribute, AttributeKind
from profiles.services import attribute as service
from profiles.views import cells

HEADING = _("Attributes")
STYLES = {AttributeKind.DATE: "col-day", AttributeKind.YES_NO: "col-score", AttributeKind.NUMBER: "col-score"}


def columns() -> Iterable[Column]:
    """A column for each standing attribute, by its field's name."""
    page = _Page()
    return [_column(attribute, page) for attribute in service.standing()]


def _column(attribute: Attribute, page: "_Page") -> Column:
    def cell(row: dict[str, Any], reading: cells.Reading) -> str:
        return _cell(attribute, row[attribute.field], reading)

    return Column(
        attribute.field,
        str(attribute),
        css=STYLES.get(AttributeKind(attribute.kind), "col-word"),
        right=attribute.kind == AttributeKind.NUMBER,
        heading=HEADING,
        load=lambda found: page.values(found, attribute.key),
        cell=cell,
    )


def _cell(attribute: Attribute, value: Any, reading: cells.Reading) -> str:
    if value is None:
        return cells.figure(wording.UNKNOWN) if attribute.kind == AttributeKind.NUMBER else cells.NOTHING
    match attribute.kind:
        case AttributeKind.NUMBER:
            return cells.figure(attributes.words(attribute, value))
        case AttributeKind.DATE:
            return cells.plain(wording.day_words(value, "year", reading.day, reading.locale))
        case AttributeKind.LINK:
            shown = value.removeprefix("https://").removeprefix("http://").rstrip("/")
            return format_html(
                '<td><a href="{}" rel="noopener noreferrer nofollow" target="_blank" title="{}">{}</a>',
                *(value, value, shown),
            )
    return cells.plain(attributes.words(attribute, value))


class _Page:
    """The values of the rows of one page, looked up for the first of its columns."""

    def __init__(self) -> None:
        self.found: Sequence[dict[str, Any]] | None = None
        self.known: dict[Any, dict[str, Any]] = {}

    def values(self, found: Sequence[dict[str, Any]], key: str) -> dict[Any, Any]:
        if self.found is not found:
            self.found, self.known = found, service.values_of([row["id"] for row in found])
        return {kol_id: values.get(key) for kol_id, values in self.known.items()}
