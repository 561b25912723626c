"""What a row says about file and account, as they would hold it; what does not fit is listed, not bent."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext as _

from profiles.importing.rows import CellProblem, ReadRow
from profiles.rules import metric as m

KOL_FACTS = ("name", "gender", "city", "language", "introduction", "credentials")
ACCOUNT_FACTS = ("external_id", "handle", "title", "url")
LONGEST = {"name": 120, "title": 160, "city": 80, "url": 300}
LANGUAGES = {
    "en": "en", "english": "en", "英语": "en", "英文": "en",
    "zh": "zh-hans", "zh-cn": "zh-hans", "chinese": "zh-hans", "中文": "zh-hans", "汉语": "zh-hans",
    "普通话": "zh-hans", "简体中文": "zh-hans",
}  # fmt: skip
LINK = URLValidator(schemes=["http", "https"])


@dataclass
class FactReader:
    """``fields``: slugs by casefolded name. ``left_out`` counts the words that have no place on a file."""

    fields: Mapping[str, str]
    left_out: dict[str, Counter[str]] = field(default_factory=dict)

    def read(self, row: ReadRow) -> dict[str, Any]:
        """Facts that the row names. Adds to its problems; takes out figures that cannot be."""
        _drop_impossible_figures(row)
        facts = {
            "external_id": row.external_id,
            "handle": row.handle,
            "gender": row.facts.get("gender", ""),
            "introduction": row.facts.get("introduction", ""),
            "credentials": row.facts.get("title", ""),
            "city": _fitting(row, "city", row.facts.get("city", "")),
            "url": _link(row, row.facts.get("url", "")),
            "language": self._known(row, "language", LANGUAGES),
            "fields": self._fields(row),
        }
        if row.name != row.handle:  # a name that only repeats the handle says nothing
            facts["name"] = _cut(row, row.name, LONGEST["name"])
            facts["title"] = row.name[: LONGEST["title"]]
        for fact in ("country", "audience_country"):
            if fact in row.facts:
                self._leave_out(fact, "")
        return {fact: value for fact, value in facts.items() if value}

    def _fields(self, row: ReadRow) -> tuple[str, ...]:
        slugs = []
        for word in row.facts.get("fields", ()):
            slug = self.fields.get(word.casefold())
            if slug is None:
                self._leave_out("fields", word)
            elif slug not in slugs:
                slugs.append(slug)
        return tuple(slugs)

    def _known(self, row: ReadRow, fact: str, codes: Mapping[str, str]) -> str:
        word = row.facts.get(fact, "")
        if word and word.casefold() not in codes:
            self._leave_out(fact, word)
        return codes.get(word.casefold(), "")

    def _leave_out(self, fact: str, word: str) -> None:
        self.left_out.setdefault(fact, Counter())[word] += 1


def _drop_impossible_figures(row: ReadRow) -> None:
    for figure in row.figures:
        if figure.value < 0 and figure.metric not in m.SIGNED_FLOWS:
            label = str(m.LABELS[figure.metric])
            row.problems.append(CellProblem(label, str(figure.value), _("this figure cannot be negative")))
    row.figures = [figure for figure in row.figures if figure.value >= 0 or figure.metric in m.SIGNED_FLOWS]


def _cut(row: ReadRow, name: str, longest: int) -> str:
    if len(name) > longest:
        why = _("longer than %(longest)d characters: cut") % {"longest": longest}
        row.problems.append(CellProblem(_("name"), name, why))
    return name[:longest].strip()


def _fitting(row: ReadRow, fact: str, text: str) -> str:
    if len(text) <= LONGEST[fact]:
        return text
    why = _("longer than %(longest)d characters: left out") % {"longest": LONGEST[fact]}
    row.problems.append(CellProblem(fact, text, why))
    return ""


def _link(row: ReadRow, text: str) -> str:
    """The link with its scheme; one that leads nowhere is left out and listed."""
    if not text:
        return ""
    link = f"https:{text}" if text.startswith("//") else text
    if "://" not in link:
        link = f"https://{link}"
    if _holds(LINK, link):
        return _fitting(row, "url", link)
    row.problems.append(CellProblem("url", text, _("not a link")))
    return ""


def _holds(check: Callable[[str], None], value: str) -> bool:
    try:
        check(value)
    except ValidationError:
        return False
    return True
