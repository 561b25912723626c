"""Chinese names in pinyin: for showing, and for finding by pinyin, initials and either reading."""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from itertools import islice, product

from pypinyin import Style, pinyin

from kol_crm.core.text import fold
from profiles.rules.heteronym import READINGS_OF
from profiles.rules.surname import COMPOUND_READINGS, HAN, HAN_NAME, READINGS, split_surname

Syllables = tuple[str, ...]

RUNS = re.compile(f"[{HAN}]+|[^{HAN}\\s·•・]+")
HAN_START = re.compile(f"[{HAN}]")
MOST_READINGS = 8
TONES = re.compile(r"[\u0300\u0301\u0304\u030c]")


def pinyin_display(name: str) -> str:
    """With tones, surname apart: 王思雨 → Wáng Sīyǔ, 欧阳修 → Ōuyáng Xiū. Empty without anything Chinese."""
    if not HAN_START.search(name):
        return ""
    surname, given = split_surname(name)
    if surname:
        words = [_word(_surname_reading(surname)), _word(_reading(given))]
    else:
        words = [_word(_reading(run)) if HAN_START.match(run) else run for run in RUNS.findall(name)]
    return " ".join(filter(None, words))


def full_pinyin(name: str) -> str:
    """Without tones, ü as v, surname apart: 王思雨 → wang siyu."""
    surname, given = split_surname(name)
    if surname:
        words = [_surname_reading(surname), _reading(given)]
    else:
        words = [_reading(run) for run in RUNS.findall(name)]
    return " ".join("".join(map(_plain, word)) for word in words if word)


def initials(name: str) -> str:
    """The first letter of each syllable or word: 王思雨 → wsy, John Smith → js."""
    surname, given = split_surname(name)
    return _initials([*_surname_reading(surname), *_spoken(given)])


def index_words(name: str) -> list[str]:
    """All folded forms by which a name is searched: as written, pinyin with and without spaces, initials.

    Each reading counts (a surname's and the word's: 单 shan and dan; 张乐 le and yue), ü as v and as u.
    """
    words = [fold(name)]
    for head, tail in _readings(name):
        for umlaut in "vu":
            words += _forms([_plain(part, umlaut) for part in head], [_plain(part, umlaut) for part in tail])
    return list(dict.fromkeys(filter(None, words)))


def _readings(name: str) -> list[tuple[Syllables, Syllables]]:
    """(first part, rest) as a surname, as a phrase, and with the first character as it is read alone."""
    surname, given = split_surname(name)
    phrase = _spoken(name)
    cut = len(surname) or 1
    readings = [(phrase[:cut], phrase[cut:])]
    if surname:
        readings.insert(0, (_surname_reading(surname), _spoken(given)))
    if HAN_START.match(name):
        readings.append((_reading(name[:1]), phrase[1:]))
    if not READINGS_OF.keys().isdisjoint(name[cut:]) and HAN_NAME.fullmatch(name):
        readings += [(readings[0][0], tail) for tail in _read_otherwise(name[cut:], phrase[cut:])]
    return list(dict.fromkeys(readings))


def _read_otherwise(given: str, usual: Syllables) -> list[Syllables]:
    """The given name with each character as it can be read, a few combinations at most."""
    choices = [
        READINGS_OF.get(character, (syllable,)) for character, syllable in zip(given, usual, strict=True)
    ]
    return list(islice(product(*choices), MOST_READINGS))


def _forms(head: list[str], tail: list[str]) -> list[str]:
    syllables = head + tail
    spaced, apart, joined = (
        " ".join(syllables),
        f"{''.join(head)} {''.join(tail)}".strip(),
        "".join(syllables),
    )
    return [spaced, apart, joined, _initials(syllables)] if len(syllables) > 1 else [joined]


def _spoken(text: str) -> Syllables:
    """Syllables of the Chinese runs, other words as they stand."""
    return tuple(part for run in RUNS.findall(text) for part in _reading(run))


@lru_cache(4096)  # a name is read six times over, and many share a given name
def _reading(run: str) -> Syllables:
    if not HAN_START.match(run):
        return (fold(run),) if run else ()
    return tuple(readings[0] for readings in pinyin(run, style=Style.TONE))


def _surname_reading(surname: str) -> Syllables:
    if surname in COMPOUND_READINGS:
        return COMPOUND_READINGS[surname]
    return (READINGS[surname],) if surname in READINGS else _reading(surname)


def _word(syllables: Syllables) -> str:
    """One capitalised word; an apostrophe before a vowel that would else read on: Jìng'ān."""
    parts = [
        f"'{syllable}" if position and fold(syllable)[:1] in "aoe" else syllable
        for position, syllable in enumerate(syllables)
    ]
    return "".join(parts)[:1].upper() + "".join(parts)[1:]


@lru_cache(8192)  # a few thousand syllables there are
def _plain(syllable: str, umlaut: str = "v") -> str:
    bare = TONES.sub("", unicodedata.normalize("NFD", syllable))
    return unicodedata.normalize("NFC", bare).replace("ü", umlaut)


def _initials(syllables: Iterable[str]) -> str:
    return "".join(map(_initial, syllables))


@lru_cache(8192)
def _initial(syllable: str) -> str:
    return fold(syllable)[:1]
