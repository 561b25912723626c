"""When two files may be of one person: what speaks for it, with its points (DOMAIN 2.2, 3.1).

An account or an unshared contact speaks for itself. A name speaks only together with a field or an agency.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from difflib import SequenceMatcher
from typing import Any, NamedTuple

from django.utils.translation import gettext_lazy as _

from kol_crm.core.score import Part, Score
from kol_crm.core.text import UNSPACED_CHARACTER, fold
from profiles.rules.naming import full_pinyin

MOST = Decimal(100)
NEAR = 0.88  # how alike two names in letters are to be taken for one name with a slip in it
SHORTEST = 6  # letters; a slip in a shorter name makes another name
SHARED_FROM = 3  # files; a contact that stands on so many is nobody's own (DOMAIN 3.1)

LABELS = {
    "account": _("Same account"),
    "phone": _("Same phone"),
    "wechat": _("Same WeChat"),
    "mail": _("Same mail address"),
    "name": _("Same name"),
    "similar_name": _("Similar name"),
    "field": _("Same field"),
    "agency": _("Same agency"),
}
CONTACTS = ("phone", "wechat", "mail")
POINTS = {
    "account": 100,
    "phone": 80,
    "wechat": 80,
    "mail": 70,
    "name": 40,
    "similar_name": 30,
    "field": 15,
    "agency": 20,
}


class Name(NamedTuple):
    """One name in the forms in which it is compared: as written, and as it is spoken."""

    shown: str
    folded: str
    spoken: str
    chinese: bool

    @classmethod
    def of(cls, text: str) -> "Name":
        return cls(text, _ordered(fold(text)), _ordered(fold(full_pinyin(text))), _is_chinese(text))


class AccountMark(NamedTuple):
    """What tells an account on its platform; either may be empty."""

    platform: str
    external_id: str
    handle: str
    shown: str = ""


@dataclass(frozen=True)
class Card:
    """What is compared of a file, saved or about to be. Contacts are keyed hashes with channel and mask."""

    names: tuple[Name, ...] = ()
    contacts: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    accounts: tuple[AccountMark, ...] = ()
    fields: Mapping[Any, str] = field(default_factory=dict)  # id to name
    agency: Any = None
    agency_name: str = ""


class Likeness(NamedTuple):
    """How much speaks for one person. ``facts`` names what was compared: as long as it stays the same,
    so does a decision about it."""

    score: Score
    facts: str


def compare(one: Card, other: Card, points: Mapping[str, int], shared: frozenset[str]) -> Likeness:
    """The points of two files with their parts; contacts whose hash is in ``shared`` say nothing."""
    parts: list[Part] = []
    facts: list[str] = []

    def speak(key: str, shown: str, *evidence: str) -> None:
        parts.append(Part(key, LABELS[key], shown, points=points[key]))
        facts.extend(f"{key}:{one}" for one in evidence)

    for mine, theirs in ((mine, theirs) for mine in one.accounts for theirs in other.accounts):
        if same_account(mine, theirs):
            speak("account", theirs.shown or mine.shown, mine.platform, *sorted({*mine[1:3], *theirs[1:3]}))
            break
    for channel in CONTACTS:
        both = sorted(
            digest
            for digest in one.contacts.keys() & other.contacts.keys() - shared
            if one.contacts[digest][0] == channel
        )
        if both:
            speak(channel, other.contacts[both[0]][1], *both)
    alike = name_key(one.names, other.names)
    fields = sorted(one.fields.keys() & other.fields.keys(), key=str)
    agency = one.agency if one.agency is not None and one.agency == other.agency else None
    if alike and (fields or agency is not None):
        key, mine, theirs = alike
        speak(key, theirs.shown, *sorted((mine.folded, theirs.folded)))
        if fields:
            speak("field", other.fields[fields[0]], *map(str, fields))
        if agency is not None:
            speak("agency", other.agency_name or one.agency_name, str(agency))
    total = sum((Decimal(part.points or 0) for part in parts), Decimal(0))
    digest = hashlib.sha256("\n".join(sorted(facts)).encode()).hexdigest()
    return Likeness(Score(min(MOST, total), tuple(parts)), digest)


def same_account(one: AccountMark, other: AccountMark) -> bool:
    """By the id; else by the handle, unless their ids differ: handles change hands."""
    if one.platform != other.platform:
        return False
    if one.external_id and other.external_id:
        return one.external_id == other.external_id
    if one.handle and one.handle == other.handle:
        return True
    # one side knows the id alone, the other wrote it where the handle goes
    return any(
        mine.external_id and not theirs.external_id and mine.external_id.casefold() == theirs.handle
        for mine, theirs in ((one, other), (other, one))
    )


def name_key(mine: Iterable[Name], theirs: Iterable[Name]) -> tuple[str, Name, Name] | None:
    """Which of the name's rules holds, with the two names: the best over all of them."""
    found = None
    theirs = tuple(theirs)
    for one in mine:
        for other in theirs:
            if not one.folded or not other.folded:
                continue
            if one.folded == other.folded or (one.spoken == other.spoken and one.chinese != other.chinese):
                return "name", one, other
            if found is None and _similar(one, other):
                found = "similar_name", one, other
    return found


def _similar(one: Name, other: Name) -> bool:
    """Spoken alike; in letters, a slip of the pen. Two Chinese names a sound apart are two people."""
    if one.spoken == other.spoken:
        return True
    if one.chinese or other.chinese or min(len(one.spoken), len(other.spoken)) < SHORTEST:
        return False
    return SequenceMatcher(None, one.spoken, other.spoken, autojunk=False).ratio() >= NEAR


def _ordered(text: str) -> str:
    """Words in one order: Wang Siyu is Siyu Wang."""
    return " ".join(sorted(text.split()))


def _is_chinese(text: str) -> bool:
    return bool(UNSPACED_CHARACTER.search(text))
