"""Folded text for searching names in any script: one form for storing and for asking."""

import re
import unicodedata
from collections.abc import Iterable
from itertools import pairwise
from typing import Literal

TermKind = Literal["empty", "phone", "mail", "short", "long"]

SHORT_TERM = 2
LAST_DIGITS = 4
SHORTEST_PHONE = 7
SEPARATOR = "\n"  # no folded term can hold it, so none matches across two words of the index

INVISIBLE = re.compile(r"[\x00-\x08\x0e-\x1f\x7f\u00ad\u200b-\u200f\u202a-\u202e\u2060\ufe00-\ufe0f\ufeff]")
UNKEPT = re.compile(r"[\x00\ud800-\udfff]")  # null and halves of characters, which PostgreSQL keeps nowhere
ACCENTS = re.compile(r"[\u0300-\u036f]")
UNDECOMPOSED = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "æ": "ae", "œ": "oe", "ı": "i", "þ": "th"}
)

# Scripts written without spaces: Han with its extensions and 々〇, kana, Hangul syllables.
UNSPACED = (
    "\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af\u3040-\u30ff\uac00-\ud7a3"
)
UNSPACED_CHARACTER = re.compile(f"[{UNSPACED}]")
SPACED_WORD = re.compile(rf"[^\W_{UNSPACED}]+")

PHONE_MARKS = re.compile(r"[\s+().\-/]")
MAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


def can_be_kept(text: str) -> bool:
    """Whether every database takes it, to keep it or to look for it."""
    return UNKEPT.search(text) is None


def to_keep(text: str) -> str:
    """With a sign of replacement for each character that cannot be kept."""
    return UNKEPT.sub("\ufffd", text)


def fold(text: str) -> str:
    """One form for all ways of writing the same: width, case, accents, ligatures, spaces, invisible signs.

    `Ｗáng`, `WANG` and `wang` become `wang`; ü becomes u. Marks that make another letter (が, 각) stay.
    """
    if text.isascii() and text.isprintable():  # nothing but case and spaces can differ
        return " ".join(text.lower().split())
    shown = unicodedata.normalize("NFKC", INVISIBLE.sub("", text)).casefold()
    bare = ACCENTS.sub("", unicodedata.normalize("NFD", shown)).translate(UNDECOMPOSED)
    return " ".join(unicodedata.normalize("NFC", bare).split())


def fold_term(typed: str) -> str:
    """What somebody typed into the search box, as it stands in the index; a leading @ only says "handle"."""
    return fold(typed).removeprefix("@").strip()


def search_text(names: Iterable[str], handles: Iterable[str] = ()) -> str:
    """The folded column in which `LIKE %term%` looks; each word once, in the order given."""
    words = [fold(name) for name in names] + [fold_term(handle) for handle in handles]
    return SEPARATOR.join(dict.fromkeys(filter(None, words)))


def short_grams(text: str) -> set[str]:
    """What a term of one or two characters is looked up in; `text` as `search_text` made it.

    Every character of an unspaced script, every pair of neighbours with at least one such (`建国`, `老k`),
    and the first one and two letters of each other word: `w` finds Wang, `lj` finds 李健 by its initials.
    """
    unspaced = set(UNSPACED_CHARACTER.findall(text))
    grams = unspaced | {
        first + second
        for first, second in pairwise(text)
        if (first in unspaced or second in unspaced) and not (first.isspace() or second.isspace())
    }
    for word in SPACED_WORD.findall(text):
        grams |= {word[:1], word[:2]}
    return grams


def classify_term(typed: str) -> TermKind:
    """How to look for it: phone (whole or its last four digits), mail, short term (grams) or long one."""
    term = fold_term(typed)
    if not term:
        return "empty"
    digits = PHONE_MARKS.sub("", term)
    if digits.isdecimal() and (len(digits) == LAST_DIGITS or len(digits) >= SHORTEST_PHONE):
        return "phone"
    if MAIL.fullmatch(term):
        return "mail"
    return "short" if len(term) <= SHORT_TERM else "long"
