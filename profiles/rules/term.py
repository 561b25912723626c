"""In which forms a typed term may stand in the search column (PERFORMANCE, classes of term)."""

import re
import unicodedata
from functools import cache

from pypinyin.constants import PINYIN_DICT

from kol_crm.core.text import fold

APART = re.compile(r"[\s'’`]+")
TONED = re.compile(r"([a-z]{1,6})([0-5])")
TONE_MARKS = re.compile(r"[\u0300\u0301\u0304\u030c]")


def ways(folded: str) -> tuple[str, ...]:
    """The folded term itself first; without tone numbers (li3 jian4); without what stands between syllables.

    ``li jian``, ``li'jian`` as an input method writes it and ``王 建国`` are looked for joined as well.
    """
    found = [folded]
    toneless = _without_tone_numbers(folded.replace("u:", "v"))
    if toneless:
        found.append(toneless)
    found += [APART.sub("", form) for form in found]
    return tuple(dict.fromkeys(form for form in found if form))


def _without_tone_numbers(folded: str) -> str:
    """Syllables without their numbers, spaced as typed; empty when this is no pinyin with tones."""
    plain = [_toneless(word) for word in APART.split(folded)]
    return " ".join(plain) if all(plain) and " ".join(plain) != folded else ""


def _toneless(word: str) -> str:
    """``li3jian4`` → lijian; a syllable without a number as it is; empty for anything else."""
    syllables = [letters for letters, _tone in TONED.findall(word)] if TONED.search(word) else [word]
    rest = TONED.sub("", word) if TONED.search(word) else ""
    known = not rest and all(syllable in _syllables() for syllable in syllables)
    joined = "".join(syllables)
    return joined if known and len(joined) > 1 else ""


@cache
def _syllables() -> frozenset[str]:
    """All syllables of the language, ü as v."""
    marked = {reading for readings in PINYIN_DICT.values() for reading in readings.split(",")}
    bare = {TONE_MARKS.sub("", unicodedata.normalize("NFD", reading)) for reading in marked}
    spelt = {unicodedata.normalize("NFC", reading).replace("ü", "v") for reading in bare}
    return frozenset(spelt | {fold(reading) for reading in spelt})
