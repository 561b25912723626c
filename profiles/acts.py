"""Acts in the story of a file: rows of which a column says when something was done, told in words."""

from collections.abc import Callable, Collection
from typing import Any, NamedTuple

from django.db.models import F, QuerySet

from profiles.models import Kol
from profiles.timeline import Entry, Place, TimelineSource, older


class Words(NamedTuple):
    """What an entry says of one row."""

    title: Any
    note: Any = ""
    body: str = ""
    who: Any = None
    url: str = ""
    extra: Any = ()  # pairs for ``Entry.extra``


class Act(NamedTuple):
    """``rows(kol)`` with all that ``words`` reads; an entry for each that has a moment in ``column``."""

    rows: Callable[[Kol], QuerySet]
    column: str
    icon: str
    words: Callable[[Any], Words]

    def done(self, kol: Kol) -> QuerySet:
        return self.rows(kol).filter(**{f"{self.column}__isnull": False})


def story(kind: str, label: Any, acts: Collection[Act], **options: Any) -> TimelineSource:
    """One kind of entries made of these acts; ``options`` are of the source."""

    def load(kol: Kol, before: Place | None, limit: int) -> list[Entry]:
        found = []
        for act in acts:
            rows = act.done(kol)
            rows = rows if act.column == "at" else rows.annotate(at=F(act.column))
            for row in older(rows, before, limit):
                title, note, body, who, url, extra = act.words(row)
                found.append(Entry(row.at, row.pk, kind, act.icon, title, note, body, who, url, dict(extra)))
        found.sort(key=lambda entry: (entry.at, entry.id.hex), reverse=True)
        return found[:limit]

    def told(kol: Kol) -> list[QuerySet]:
        return [act.done(kol) for act in acts]

    models = {rows.model._meta.label_lower for rows in told(Kol())}
    return TimelineSource(label, load, told, instead_of=frozenset(models), **options)
