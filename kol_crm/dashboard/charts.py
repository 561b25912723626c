"""What a chart of the dashboard is: bars of words, or drawn; the same rows make its CSV and PNG."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from babel.numbers import format_percent
from django.utils.translation import gettext as _

from kol_crm.core import wording
from kol_crm.dashboard.lines import Figure, Line, as_table, legend, number, written


@dataclass
class Chart:
    """``finding`` is the caption: what the chart shows, with the figure. ``drawn`` is data for ECharts
    (docs/frontend.md), without it the lines are drawn as bars.
    """

    key: str
    title: str
    finding: str
    lines: Sequence[Line]
    head: tuple[str, ...]
    rows: Sequence[Sequence[Any]]
    span: int = 4
    note: str = ""
    url: str = ""
    url_label: str = ""
    series: tuple[tuple[str, str], ...] = ()  # (words, tone) of figures side by side
    drawn: dict[str, Any] | None = None
    height: str = "m"
    mark: int | None = None
    more_url: str = ""
    more_label: str = ""
    csv_url: str = ""
    tabular: bool = False

    @cached_property
    def longest(self) -> int:
        return max([line.total for line in self.lines] + [self.mark or 0], default=0) or 1

    @property
    def id(self) -> str:
        return f"chart-{self.key}"

    @property
    def data_id(self) -> str:
        return f"{self.id}-data"

    @property
    def legend(self) -> str:
        return legend(self.series)

    @cached_property
    def html(self) -> str:
        """The lines as bars of words and numbers."""
        if self.tabular:
            return as_table(self.head, self.lines)
        return written(self.lines, self.longest, self.mark, has_bars=self.drawn is None)

    @property
    def picture(self) -> dict[str, Any]:
        """What the PNG is drawn from."""
        told = {"title": self.title, "finding": self.finding}
        if self.drawn is not None:
            return told | self.drawn
        names = self.series or ((self.title, ""),)
        series = []
        for place, (name, tone) in enumerate(names):
            values = [line.figures[place].count for line in self.lines]
            tones = [line.figures[place].tone for line in self.lines]
            series.append(
                {"name": str(name), "values": values, "tone": tone or tones[0] if tones else "tint"}
            )
        return told | {
            "kind": "bar",
            "horizontal": True,
            "stack": len(series) > 1,
            "labels": [line.label for line in self.lines],
            "series": series,
        }


def percent(count: int, of: int) -> str:
    """31 %, in the reader's writing; a dash where there is nothing to be a part of."""
    return _percent(round(100 * count / of), wording.babel_locale()) if of else wording.UNKNOWN


@lru_cache(maxsize=400)  # a page has dozens of figures, and Babel takes a tenth of a millisecond for each
def _percent(share: int, locale: str) -> str:
    return format_percent(share / 100, locale=locale)


def nothing() -> str:
    return _("Nothing to count within these filters")


__all__ = ["Chart", "Figure", "Line", "nothing", "number", "percent"]
