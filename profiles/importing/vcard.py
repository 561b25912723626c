"""Address books (vCard 2.1, 3, 4), read tolerantly: a line that makes no sense costs only itself.

The library takes each line apart; folding, encodings, and what the versions do differently are done here,
as it fails on a fifth of the files that phones and mail programs write. What is dropped is told.
"""

import quopri
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from vobject.base import ParseError, parseLine

from kol_crm.core.said import said as _
from profiles.importing.reading import SAMPLE, InMemory, Source, UnreadableTable, encoding_of

Card = dict[str, str]
UNESCAPED = {"n": "\n", "N": "\n"}
ESCAPE = re.compile(r"\\(.)", re.DOTALL)
SPLIT = re.compile(r"(?<!\\);")
# Property → heading of the table that the cards become; of the first two only the first value counts.
ONCE = {"FN": "Name", "N": "N", "BDAY": "Birthday", "GENDER": "Gender", "X-GENDER": "Gender"}
MANY = {"TEL": "Phone", "EMAIL": "Mail", "ADR": "Address", "X-WECHAT": "WeChat", "URL": "Link"}
JOINED = {
    "NICKNAME": "Alias", "ORG": "Organization", "TITLE": "Job title", "ROLE": "Role", "NOTE": "Notes",
    "CATEGORIES": "Tags", "LANG": "Language",
}  # fmt: skip
STRUCTURED = frozenset({"ORG", "CATEGORIES"})
WITHOUT_A_VALUE = frozenset({"BEGIN", "END", "VERSION", "PRODID", "REV", "UID", "X-ABLABEL", "KIND"})
REASON = "[KOL CRM] "  # so begins the note that says why a card was not taken in: it is no fact
NOT_A_VOICE = frozenset({"FAX", "PAGER", "MODEM"})


@dataclass(frozen=True)
class AddressBook:
    """``dropped`` counts properties without a place in a file, ``broken`` the lines that say nothing."""

    headings: list[str]
    cards: list[Card]
    dropped: Counter[str]
    broken: int
    guessed: bool
    kind: str = "vcard"

    def records(self) -> Iterator[tuple[int, list[str]]]:
        """Cards are numbered from 1; the headings are number 0."""
        yield 0, self.headings
        for number, card in enumerate(self.cards, start=1):
            yield number, [card.get(heading, "") for heading in self.headings]

    @property
    def notes(self) -> list[str]:
        notes = [_("Read as an address book of %(count)d cards.") % {"count": len(self.cards)}]
        if self.guessed:
            notes.append(_("Its encoding is a guess: look at names with accents."))
        if self.dropped:
            named = ", ".join(f"{name} ({count})" for name, count in self.dropped.most_common())
            notes.append(_("Dropped, a file has no place for it: %(named)s.") % {"named": named})
        if self.broken:
            notes.append(
                _("Dropped, no sense could be made of them: %(count)d lines.") % {"count": self.broken}
            )
        return notes


def open_vcards(source: Source | Path, start: bytes) -> AddressBook:
    """Every card of the file. Raises UnreadableTable where there is none."""
    encoding, guessed = encoding_of(source, start)
    with source.open("rb") as stream:
        text = stream.read().decode(encoding, "replace")
    reading = _Reading(encoding)
    for line in _lines(text):
        reading.line(line)
    reading.end()
    if not reading.cards:
        raise UnreadableTable(_("The address book holds no cards."))
    headings = list(dict.fromkeys(heading for card in reading.cards for heading in card))
    return AddressBook(headings, reading.cards, reading.dropped, reading.broken, guessed or reading.guessed)


def texts_of(content: bytes) -> list[list[str]]:
    """The lines of each card as they stand, unfolded; in the order and number of the cards."""
    source = InMemory("", content)
    encoding, _guessed = encoding_of(source, content[:SAMPLE])
    reading = _Reading(encoding, keeps_text=True)
    for line in _lines(content.decode(encoding, "replace")):
        reading.line(line)
    reading.end()
    return reading.texts


def _lines(text: str) -> Iterator[str]:
    """Logical lines: unfolded, and those in quoted-printable joined over their soft breaks."""
    logical = ""
    for line in text.lstrip("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        if logical.endswith("=") and "QUOTED-PRINTABLE" in logical.partition(":")[0].upper():
            logical = logical[:-1] + line
        elif line[:1] in (" ", "\t"):
            logical += line[1:]
        elif line:
            yield from filter(None, [logical])
            logical = line
    yield from filter(None, [logical])


class _Reading:
    def __init__(self, encoding: str, *, keeps_text: bool = False) -> None:
        self.fallback = encoding
        self.keeps_text = keeps_text
        self.texts: list[list[str]] = []
        self.cards: list[Card] = []
        self.dropped: Counter[str] = Counter()
        self.broken = 0
        self.guessed = False
        self._card: Card | None = None

    def line(self, line: str) -> None:
        self._understand(line)
        if self.keeps_text and self._card is not None:
            self.texts[-1].append(line)

    def _understand(self, line: str) -> None:
        try:
            name, parameters, value, _group = parseLine(line)
        except (ParseError, ValueError):
            self.broken += 1
            return
        name = name.upper()
        if name == "BEGIN" and value.strip().upper() == "VCARD":
            self.end()
            self._card = {}
            self.texts += [[]] if self.keeps_text else []
        elif name == "END":
            self.end()
        elif self._card is not None and name not in WITHOUT_A_VALUE:
            self._property(self._card, name, _Parameters(parameters), value)

    def end(self) -> None:
        """The card is whole; one that was cut off counts as well."""
        if self._card is None:
            return
        parts = self._card.pop("N", "")
        if not self._card.get("Name") and parts:
            self._card["Name"] = _name(SPLIT.split(parts))
        self.cards.append({heading: value for heading, value in self._card.items() if value})
        self._card = None

    def _property(self, card: Card, name: str, parameters: "_Parameters", raw: str) -> None:
        if name == "TEL" and parameters.types & NOT_A_VOICE:
            self.dropped[next(iter(parameters.types & NOT_A_VOICE))] += 1
            return
        if name == "IMPP" and raw.lower().startswith(("wechat:", "weixin:")):
            name, raw = "X-WECHAT", raw.partition(":")[2]
        if name not in ONCE and name not in MANY and name not in JOINED:
            self.dropped[name] += 1
            return
        value = self._decoded(raw, parameters)
        if name in ONCE:
            text = value if name == "N" else _one_line(_plain(value))
            card.setdefault(ONCE[name], text.partition(";")[0] if "GENDER" in name else text)
        elif name in MANY:
            text = _address(value) if name == "ADR" else _one_line(_plain(value)).removeprefix("tel:")
            _add(card, MANY[name], text)
        else:
            separator = ";" if name == "CATEGORIES" else ", "
            words = value.replace(",", ";") if name == "CATEGORIES" else value
            parts = SPLIT.split(words) if name in STRUCTURED else [words]
            texts = [_plain(part) for part in parts]
            if name == "NOTE":
                texts = [_without_reason(text) for text in texts]
            _join(card, JOINED[name], texts, separator)

    def _decoded(self, raw: str, parameters: "_Parameters") -> str:
        if not parameters.quoted:
            return raw
        content = quopri.decodestring(raw.encode(self.fallback, "replace"))
        for charset in (parameters.charset, "utf-8", self.fallback):
            try:
                return content.decode(charset) if charset else content.decode()
            except (UnicodeDecodeError, LookupError):
                continue
        self.guessed = True
        return content.decode("cp1252", "replace")


class _Parameters:
    """``TYPE=HOME``, and what version 2.1 writes in short: ``;HOME;QUOTED-PRINTABLE``."""

    def __init__(self, parameters: Iterable[list[str]]) -> None:
        self.types: set[str] = set()
        self.charset = ""
        self.quoted = False
        for first, *values in parameters:
            words = {word.upper() for value in values or [first] for word in value.split(",")}
            self.quoted |= "QUOTED-PRINTABLE" in words
            if first.upper() == "CHARSET":
                self.charset = values[0] if values else ""
            elif first.upper() == "TYPE" or not values:
                self.types |= words


def _plain(value: str) -> str:
    return ESCAPE.sub(lambda found: UNESCAPED.get(found[1], found[1]), value).strip()


def _without_reason(note: str) -> str:
    return "\n".join(line for line in note.split("\n") if not line.startswith(REASON.strip()))


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _name(parts: list[str]) -> str:
    """Family, given, additional, prefix, suffix: Chinese names stand together, family name first."""
    family, given, middle, prefix, suffix = ([*map(_plain, parts)] + [""] * 5)[:5]
    if family and not family.isascii() and not given.isascii():
        return f"{family}{given}"
    return _one_line(" ".join([prefix, given, middle.replace(",", " "), family, suffix]))


def _address(value: str) -> str:
    """Post box, extension, street, town, region, code, country in one line."""
    parts = [_one_line(_plain(part)).strip(" ,") for part in SPLIT.split(value)]
    return ", ".join(filter(None, parts))


def _add(card: Card, heading: str, text: str) -> None:
    """Another value of the same kind gets a column of its own."""
    if not text or text in card.values():
        return
    place = 1
    while (column := heading if place == 1 else f"{heading} {place}") in card:
        place += 1
    card[column] = text


def _join(card: Card, heading: str, parts: list[str], separator: str) -> None:
    known = card.get(heading, "")
    fresh = [part for part in parts if part and part not in known.split(separator)]
    card[heading] = separator.join(filter(None, [known, *fresh]))
