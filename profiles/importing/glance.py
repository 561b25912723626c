"""A glance at the values of each column, before any of its cells is taken for a fact."""

import re
from collections.abc import Callable, Set
from dataclasses import dataclass, field
from functools import cache

from babel import Locale

from profiles.importing.cells import (
    EMPTY,
    NOT_AVAILABLE,
    UNITS,
    Unreadable,
    parse_day,
    parse_figure,
    parse_period,
    tidy,
)
from profiles.rules.handle import fold_handle

SAMPLED_ROWS = 500
NAME_WITH_HANDLE = re.compile(r"(?P<name>.+) \((?P<handle>[A-Za-z0-9_.]+)\)")
ENDS_IN_UNIT = re.compile(rf"\d ?(?:{'|'.join(UNITS)})$", re.IGNORECASE)


@dataclass
class Glance:
    """One column. Blanks and known handles are counted over all rows, the rest is judged on a sample.

    `cells` are the sample as it stands, one per row; `said` those of it that say something (no dash, no N/A).
    """

    heading: str
    filled: int = 0
    spaced: int = 0
    known: int = 0
    cells: list[str] = field(default_factory=list)

    def see(self, cell: str, known_handles: Set[str]) -> None:
        """Count one cell."""
        if len(self.cells) < SAMPLED_ROWS:
            self.cells.append(cell)
        text = tidy(cell)
        if text:
            self.filled += 1
            self.spaced += " " in text
            self.known += bool(known_handles) and fold_handle(text) in known_handles

    @property
    def spaced_share(self) -> float:
        return self.spaced / self.filled if self.filled else 0.0

    @property
    def known_share(self) -> float:
        return self.known / self.filled if self.filled else 0.0

    @property
    def said(self) -> list[str]:
        texts = (tidy(cell) for cell in self.cells)
        return [text for text in texts if text.casefold() not in EMPTY and not NOT_AVAILABLE.fullmatch(text)]

    def share(self, holds: Callable[[str], object]) -> float:
        """Share of the values that say something for which `holds`; 1 where none says anything."""
        said = self.said
        return sum(bool(holds(text)) for text in said) / len(said) if said else 1.0

    @property
    def figures_share(self) -> float:
        return self.share(lambda text: _reads(parse_figure, text))

    @property
    def days_share(self) -> float:
        return self.share(lambda text: _reads(parse_day, text))

    @property
    def periods_share(self) -> float:
        return self.share(lambda text: _reads(parse_period, text))

    @property
    def links_share(self) -> float:
        return self.share(lambda text: text.casefold().startswith(("http://", "https://", "www.")))

    @property
    def countries_share(self) -> float:
        return self.share(lambda text: text.casefold() in country_names())

    @property
    def units_share(self) -> float:
        """Share of rounded figures such as 4.5M: the fewer, the more precise the column."""
        return self.share(ENDS_IN_UNIT.search)

    @property
    def ascii_share(self) -> float:
        return self.share(str.isascii)

    @property
    def counts_up(self) -> bool:
        """Whether it is only a row number: 1, 2, 3…"""
        said = self.said
        return len(said) > 2 and said == [str(number) for number in range(1, len(said) + 1)]

    @property
    def names_apart(self) -> bool:
        """Whether nearly every value is another one, and short enough for a name."""
        said = self.said
        return (
            bool(said)
            and len({fold_handle(text) for text in said}) > 0.9 * len(said)
            and sum(map(len, said)) < 40 * len(said)
        )

    @property
    def holds_names_with_handles(self) -> bool:
        """Whether its values with blanks are of the form "Riot Games (riotgames)"."""
        spaced = [text for text in self.said if " " in text]
        return bool(spaced) and sum(bool(NAME_WITH_HANDLE.fullmatch(text)) for text in spaced) > 0.9 * len(
            spaced
        )


@cache
def country_names() -> frozenset[str]:
    """Names of countries in English and Chinese, folded."""
    names = {"turkey", "czech republic", "hong kong", "macau", "macao", "usa", "uk", "korea", "香港", "澳门"}
    for language in ("en", "zh"):
        territories = Locale.parse(language).territories
        names.update(name.casefold() for code, name in territories.items() if code.isalpha())
    return frozenset(names)


def _reads(parse: Callable[[str], object], text: str) -> bool:
    try:
        return parse(text) is not None
    except Unreadable:
        return False
