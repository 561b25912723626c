"""Lines of a chart as HTML: words, a bar, numbers that open their lists.

A page has dozens of them, so they are put together as plain strings (PERFORMANCE): what people wrote passes
through ``escape``, the rest is ours or a figure.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from html import escape
from typing import Any

from django.utils.safestring import SafeString, mark_safe

from kol_crm.core import wording
from kol_crm.core.templatetags.ui import avatar, stage_pips


@dataclass(frozen=True)
class Figure:
    """A number that opens the list it counts; ``label`` for readers, ``tone`` of its part of the bar."""

    count: int
    url: str
    label: Any = ""
    tone: str = "tint"


@dataclass(frozen=True)
class Line:
    """One line of a chart: its words, its figures side by side, and what is said below.

    ``total`` is the length of the bar; ``mark`` a limit on it; ``notes`` are words, with a list where there
    is one.
    """

    key: str
    label: str
    figures: tuple[Figure, ...]
    url: str = ""
    total: int = 0
    notes: tuple[tuple[str, str, str], ...] = ()  # (words, url, tone)
    more: dict[str, Any] = field(default_factory=dict)

    @property
    def main(self) -> Figure:
        return self.figures[0]


def number(count: int) -> str:
    return _number(count, wording.babel_locale())


@lru_cache(maxsize=10_000)  # a page has dozens of figures, and Babel takes a tenth of a millisecond for each
def _number(count: int, locale: str) -> str:
    return wording.grouped(count, locale)


def written(lines: Sequence[Line], longest: int, mark: int | None, *, has_bars: bool) -> SafeString:
    """All lines, bars in proportion to the longest, ``mark`` at a limit."""
    limit = "" if mark is None else _rect("meter-mark", 100 * mark / longest, 0.5)
    parts = [_line(line, longest, limit, has_bars=has_bars) for line in lines]
    return mark_safe("".join(parts))  # noqa: S308 - each part escapes what people wrote


def _line(line: Line, longest: int, limit: str, *, has_bars: bool) -> str:
    label = f"{_sign(line)}{escape(line.label)}"
    words = f'<a class="dl-label" href="{escape(line.url or line.main.url)}">{label}</a>'
    bar = _bar(line, longest, limit) if has_bars else f'<span class="dl-said">{escape(_said(line))}</span>'
    figures = "".join(_figure(one, many=len(line.figures) > 1) for one in line.figures)
    notes = "".join(_note(*note) for note in line.notes)
    below = f'<span class="dl-notes">{notes}</span>' if notes else ""
    return f'<div class="dl">{words}{bar}<span class="dl-figures">{figures}</span>{below}</div>'


def _sign(line: Line) -> str:
    if stage := line.more.get("stage"):
        return stage_pips(stage)
    if dot := line.more.get("dot"):
        return f'<i class="dot dot-{dot}"></i>'
    if seed := line.more.get("avatar"):
        return avatar(line.label, seed, 20)
    return ""


def _said(line: Line) -> str:
    return str(line.more.get("median", wording.UNKNOWN))


def _bar(line: Line, longest: int, limit: str) -> str:
    start, parts = 0.0, ""
    for one in line.figures:
        width = 100 * one.count / longest
        parts += _rect(f"fill-{one.tone}", start, width) if one.count else ""
        start += width
    track = '<rect class="meter-track" width="100%" height="100%" rx="2"/>'
    return f'<svg class="meter" aria-hidden="true">{track}{parts}{limit}</svg>'


def _rect(css: str, start: float, width: float) -> str:
    return f'<rect class="{css}" x="{start:.1f}%" width="{width:.1f}%" height="100%"/>'


def _figure(one: Figure, *, many: bool) -> str:
    """A number on its own is told by the line's words; of several each says which it is."""
    told = f' title="{escape(str(one.label))}" aria-label="{escape(str(one.label))}: {number(one.count)}"'
    css = f' class="of-{one.tone}"' if many and one.count else ""
    return f'<a href="{escape(one.url)}"{css}{told if many else ""}>{number(one.count)}</a>'


def _note(words: str, url: str, tone: str) -> str:
    css = f"meta {tone}".strip()
    if not url:
        return f'<span class="{css}">{escape(words)}</span>'
    return f'<a class="{css}" href="{escape(url)}">{escape(words)}</a>'


def as_table(head: Sequence[str], lines: Sequence[Line]) -> SafeString:
    """What is drawn as a picture, for readers: a row a line, each number a link to its list."""
    heads = "".join(f'<th scope="col">{escape(words)}</th>' for words in head)
    rows = "".join(_row(line) for line in lines)
    table = f'<table class="figures"><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>'
    return mark_safe(table)  # noqa: S308 - what people wrote is escaped


def _row(line: Line) -> str:
    cells = "".join(
        f'<td><a href="{escape(one.url)}">{number(one.count)}</a></td>' if one.count else "<td>0</td>"
        for one in line.figures
    )
    return f'<tr><th scope="row">{escape(line.label)}</th>{cells}</tr>'


def legend(series: Sequence[tuple[str, str]]) -> SafeString:
    """What the colours mean, in words."""
    parts = (f'<span><i class="swatch dot-{tone}"></i>{escape(str(words))}</span>' for words, tone in series)
    return mark_safe("".join(parts))  # noqa: S308 - words of ours, escaped
