"""What a row says about file and account, as they would hold it; what does not fit is listed, not bent."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Set
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator

from kol_crm.core.said import said as _
from profiles.importing.people import FILE
from profiles.importing.problems import CellProblem
from profiles.importing.rows import ReadRow
from profiles.models.attribute import PREFIX
from profiles.models.validators import known_zone
from profiles.rules import metric as m

# Facts of the file that are one value each; a birthday is one fact, tastes are one list.
KOL_FACTS = (
    *(
        "name",
        "name_other",
        "alias",
        "gender",
        "birthday",
        "city",
        "zone",
        "language",
        "introduction",
        "likes",
    ),
    *("dislikes", "character", "family", "credentials", "good_at", "agency", "how_met"),
)
ACCOUNT_FACTS = ("external_id", "handle", "title", "url")
LONGEST = {"name": 120, "title": 160, "city": 80, "url": 300, "name_other": 120, "alias": 120, "agency": 120}
PLAIN = ("good_at", "how_met", "character", "family")
LONGEST_TAG = 40
NO_GROUP = frozenset({"mycontacts", "my contacts", "starred"})
LANGUAGES = {
    "en": "en", "english": "en", "英语": "en", "英文": "en",
    "zh": "zh-hans", "zh-cn": "zh-hans", "chinese": "zh-hans", "中文": "zh-hans", "汉语": "zh-hans",
    "普通话": "zh-hans", "简体中文": "zh-hans",
}  # fmt: skip
LINK = URLValidator(schemes=["http", "https"])


@dataclass
class FactReader:
    """``fields``: slugs by casefolded name, ``retired``: no longer given; ``platform`` "" in a contact list.

    ``left_out`` counts the words that have no place on a file.
    """

    fields: Mapping[str, str]
    platform: str = ""
    retired: Set[str] = frozenset()
    left_out: dict[str, Counter[str]] = field(default_factory=dict)

    def read(self, row: ReadRow) -> dict[str, Any]:
        """Facts that the row names. Adds to its problems; takes out figures that cannot be."""
        _drop_impossible_figures(row)
        facts = {
            "external_id": row.external_id,
            "handle": row.handle,
            "gender": row.facts.get("gender", ""),
            "introduction": row.facts.get("introduction", "") or row.facts.get("remark", ""),
            "credentials": ", ".join(filter(None, [row.facts.get("title", ""), row.facts.get("job", "")])),
            "birthday": row.facts.get("birthday", ()),
            "zone": _zone(row, row.facts.get("zone", "")),
            "likes": tuple(row.facts.get("tastes", ())),
            "dislikes": tuple(row.facts.get("dislikes", ())),
            "tags": _tags(row.facts.get("tags", ())),
            **{fact: row.facts.get(fact, "") for fact in PLAIN},
            **{
                fact: _fitting(row, fact, row.facts.get(fact, ""))
                for fact in ("city", "name_other", "alias", "agency")
            },
            "url": _link(row, row.facts.get("url", "")),
            "language": self._known(row, "language", LANGUAGES),
            "fields": self._fields(row),
            **{name: value for name, value in row.facts.items() if name.startswith(PREFIX)},
        }
        if row.name and row.name != row.handle:  # a name that only repeats the handle says nothing
            facts["name"] = _cut(row, row.name, LONGEST["name"])
            if self.platform and not row.key.startswith(f"{FILE}:"):  # there it names the person
                facts["title"] = row.name[: LONGEST["title"]]
        if not self.platform and facts.pop("url"):
            self._leave_out("url", "")
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
            if slug in self.retired:
                match = row.places.get("fields")
                why = _("“%(name)s” is no longer given.") % {"name": word}
                place = (match.heading, match.index) if match else ("", None)
                row.refusals[f"fields/{slug}"] = CellProblem(place[0], word, why, place[1])
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


def _zone(row: ReadRow, text: str) -> str:
    if not text or _holds(known_zone, text):
        return text
    row.problems.append(CellProblem(_("time zone"), text, _("not a time zone that is known")))
    return ""


def _tags(words: Iterable[str]) -> tuple[str, ...]:
    """Google writes ``* My Contacts ::: Friends``; a group that everybody is in says nothing."""
    plain = [part.strip(" *") for word in words for part in word.split(":::")]
    tags = [word[:LONGEST_TAG] for word in plain if word and word.casefold() not in NO_GROUP]
    return tuple({word.casefold(): word for word in reversed(tags)}.values())[::-1]


def _holds(check: Callable[[str], None], value: str) -> bool:
    try:
        check(value)
    except ValidationError:
        return False
    return True
