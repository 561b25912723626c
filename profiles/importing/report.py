"""What became of the rows of a file, row by row in numbers and with the reasons, as a person reads it."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_lazy

from kol_crm.core.said import said as _
from kol_crm.core.said import said_of
from profiles.importing.rows import ReadRow
from profiles.importing.settling import Clash
from profiles.rules import metric as m

SHOWN = 20
FACTS = {
    "name": gettext_lazy("name"),
    "title": gettext_lazy("name there"),
    "gender": gettext_lazy("gender"),
    "city": gettext_lazy("city"),
    "language": gettext_lazy("language"),
    "introduction": gettext_lazy("introduction"),
    "credentials": gettext_lazy("credentials"),
    "fields": gettext_lazy("fields"),
    "external_id": gettext_lazy("id there"),
    "handle": gettext_lazy("handle"),
    "url": gettext_lazy("link"),
    "country": gettext_lazy("country"),
    "audience_country": gettext_lazy("country of the audience"),
    "name_other": gettext_lazy("name in other scripts"),
    "alias": gettext_lazy("alias"),
    "birthday": gettext_lazy("birthday"),
    "zone": gettext_lazy("time zone"),
    "likes": gettext_lazy("likes"),
    "dislikes": gettext_lazy("dislikes"),
    "character": gettext_lazy("character"),
    "family": gettext_lazy("family"),
    "good_at": gettext_lazy("especially good at"),
    "agency": gettext_lazy("agency"),
    "how_met": gettext_lazy("how we met"),
    "owner": gettext_lazy("owner"),
    "team": gettext_lazy("team"),
    "tags": gettext_lazy("tags"),
    "phone": gettext_lazy("phone"),
    "wechat": gettext_lazy("WeChat"),
    "mail": gettext_lazy("mail"),
    "address": gettext_lazy("address"),
} | m.LABELS


@dataclass
class Listing:
    """Things of one kind: all are counted, the first are shown."""

    count: int = 0
    first: list[str] = field(default_factory=list)

    def add(self, line: str, shown: int) -> None:
        self.count += 1
        if len(self.first) < shown:
            self.first.append(line)


@dataclass
class Report:
    """``shown``: how many of a kind are listed; the rest is only counted."""

    shown: int = SHOWN
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: int = 0
    left_out: dict[str, Counter[str]] = field(default_factory=dict)  # words of the table without a place
    _reasons: dict[str, Listing] = field(default_factory=dict)
    _unreadable: dict[str, Listing] = field(default_factory=dict)
    _clashes: dict[str, Listing] = field(default_factory=dict)

    @property
    def seen(self) -> int:
        return self.created + self.updated + self.unchanged + self.rejected

    def reject(self, row: ReadRow, why: str) -> None:
        """Nothing of this row was taken in."""
        self.rejected += 1
        who = row.name or row.handle or row.external_id
        self._list(self._reasons, why, _("row %(row)d %(who)s") % {"row": row.number, "who": who})

    def unreadable(self, rows: Iterable[ReadRow]) -> None:
        """Cells of these rows that say something which could not be read."""
        for row in rows:
            for problem in row.problems:
                kind = f"“{problem.column}”: {problem.why}" if problem.column else problem.why
                line = _("row %(row)d: %(cell)s") % {"row": row.number, "cell": problem.raw}
                self._list(self._unreadable, kind, line)

    def clash(self, clashes: Iterable[Clash]) -> None:
        """What stands where rows say something else."""
        for clash in clashes:
            told = {"row": clash.row, "kept": _words(clash.kept), "said": _words(clash.said)}
            line = _("row %(row)d: %(said)s; kept: %(kept)s") % told
            self._list(self._clashes, str(FACTS.get(clash.fact, clash.fact)), line)

    def lines(self) -> Iterator[str]:
        """Reasons, unreadable cells, clashes, words without a place; the counts last."""
        yield from self._told(_("Rejected, %(kind)s: %(count)d"), self._reasons)
        yield from self._told(_("Unreadable, left unknown, %(kind)s: %(count)d"), self._unreadable)
        yield from self._told(_("Clash, %(kind)s: %(count)d"), self._clashes)
        yield from self.left_out_lines()
        yield (
            f"created {self.created}, updated {self.updated}, unchanged {self.unchanged}, "
            f"rejected {self.rejected}"
        )

    def left_out_lines(self) -> Iterator[str]:
        """Words that have no place on a file."""
        for fact, words in self.left_out.items():
            yield self._left_out(said_of(FACTS[fact]), words)

    def _list(self, listings: dict[str, Listing], kind: str, line: str) -> None:
        listings.setdefault(kind, Listing()).add(line, self.shown)

    def _told(self, heading: str, listings: dict[str, Listing]) -> Iterator[str]:
        for kind, listing in listings.items():
            yield heading % {"kind": kind, "count": listing.count}
            yield from (f"  {line}" for line in listing.first)
            if listing.count > len(listing.first):
                yield _("  … and %(count)d more") % {"count": listing.count - len(listing.first)}

    def _left_out(self, fact: str, words: Counter[str]) -> str:
        if set(words) == {""}:
            return _("Left out, a file has no place for it: %(fact)s (%(count)d)") % {
                "fact": fact,
                "count": words.total(),
            }
        named = ", ".join(f"{word} ({count})" for word, count in words.most_common(self.shown or SHOWN))
        more = ", …" if len(words) > (self.shown or SHOWN) else ""
        return _("Left out, not in the list of %(fact)s: %(words)s") % {"fact": fact, "words": named + more}


def _words(value: Any) -> str:
    return ", ".join(value) if isinstance(value, tuple) else str(value)
