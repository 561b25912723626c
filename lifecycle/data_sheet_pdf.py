"""A data sheet for the KOL: their own growth, best posts and audience on a page or two (DOMAIN 5.5)."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import override
from reportlab.graphics.shapes import Circle, Drawing, Line, PolyLine, String
from reportlab.lib.units import mm
from reportlab.platypus import Spacer, Table, TableStyle

from kol_crm.core import installation, wording
from kol_crm.core.wording import babel_locale
from lifecycle import cooperation_words as words
from lifecycle.models import DataSheet
from lifecycle.pdf import ACCENT, CHINESE, LATIN, LINE, SOFT, Sheet
from lifecycle.rules import own_growth
from profiles.rules import audience
from profiles.rules import metric as m

WIDTH, HEIGHT, FOOT = 166 * mm, 46 * mm, 16
SMALL = 8


def render(sheet: DataSheet) -> bytes:
    """The PDF, in the language it was taken out in."""
    with override(sheet.content["language"]):
        return _render(sheet.content, Sheet(sheet.content["language"]))


def _render(content: Mapping[str, Any], sheet: Sheet) -> bytes:
    platform = installation.name() or "KOL CRM"
    title = _("%(name)s: how your account grows") % {"name": content["account"]}
    both = {"platform": platform, "day": words.day(content["day"])}
    story: list[Any] = [
        sheet.paragraph(_("%(platform)s · as of %(day)s") % both, sheet.meta),
        sheet.paragraph(title, sheet.title),
        Spacer(1, 3 * mm),
        sheet.paragraph(_("Followers"), sheet.heading),
        sheet.paragraph(_followers(content["followers"]), sheet.body),
        Spacer(1, 2 * mm),
        _chart(content["followers"], sheet),
    ]
    if content["figures"]:
        story += [
            sheet.paragraph(_("The last 90 days"), sheet.heading),
            _table(sheet, [("", _("Last 90 days"), _("90 days before")), *_figures(content["figures"])]),
        ]
    if content["best"]:
        story.append(sheet.paragraph(_("Your best posts"), sheet.heading))
        story += [sheet.paragraph(f"{n}. {one}", sheet.body) for n, one in enumerate(content["best"], 1)]
    if content.get("audience"):
        told = _("Who follows you, as of %(day)s") % {"day": words.day(content["audience_on"])}
        story.append(sheet.paragraph(told, sheet.heading))
        story += [sheet.paragraph(line, sheet.body) for line in _audience(content["audience"])]
    return sheet.document(story, title, platform)


def _followers(series: Sequence[Sequence[Any]]) -> str:
    """12,300 now, 9,800 on 3 Mar 2026: +25.5 %."""
    (first, before), (_last, now) = series[0], series[-1]
    if len(series) == 1 or not before:
        return wording.grouped(now, babel_locale())
    told = {
        "now": wording.grouped(now, babel_locale()),
        "before": wording.grouped(before, babel_locale()),
        "day": words.day(first),
        "change": f"{(now - before) / before * 100:+.1f}",
    }
    return _("%(now)s now, %(before)s on %(day)s: %(change)s %%") % told


def _figures(rows: Sequence[Sequence[Any]]) -> list[tuple[str, str, str]]:
    labels = {**m.LABELS, own_growth.PER_POST: m.LABELS[m.INTERACTIONS_AVG]}
    return [(str(labels[name]), _number(now), _number(before)) for name, now, before in rows]


def _number(value: Any) -> str:
    return "–" if value is None else wording.grouped(round(Decimal(str(value))), babel_locale())


def _audience(shares: Mapping[str, Mapping[str, float]]) -> list[str]:
    """By region: Shanghai 40 %, Beijing 20 %."""
    found = []
    for dimension, label in audience.DIMENSIONS.items():
        ranked = sorted(shares.get(dimension, {}).items(), key=lambda pair: -pair[1])
        if ranked:
            parts = [
                _("%(name)s %(share)s %%") % {"name": name, "share": f"{share:g}"} for name, share in ranked
            ]
            found.append(f"{label}: {', '.join(parts)}")
    return found


def _table(sheet: Sheet, rows: Sequence[Sequence[str]]) -> Table:
    cells = [
        [sheet.paragraph(cell, sheet.body if place else sheet.meta) for cell in row]
        for place, row in enumerate(rows)
    ]
    table = Table(cells, colWidths=[86 * mm, 40 * mm, 40 * mm])
    table.setStyle(
        TableStyle([("LEFTPADDING", (0, 0), (-1, -1), 0), ("LINEBELOW", (0, 0), (-1, -1), 0.5, LINE)])
    )
    return table


def _chart(series: Sequence[Sequence[Any]], sheet: Sheet) -> Drawing:
    """The line of followers from the least to the most of the year, its ends named."""
    days = [date.fromisoformat(day).toordinal() for day, _value in series]
    values = [value for _day, value in series]
    low, high = min(values), max(values)
    wide, tall = max(days[-1] - days[0], 1), max(high - low, 1)
    points = [
        (
            (day - days[0]) / wide * WIDTH if len(days) > 1 else WIDTH,
            FOOT + (value - low) / tall * (HEIGHT - FOOT - SMALL) if high > low else HEIGHT / 2,
        )
        for day, value in zip(days, values, strict=True)
    ]
    font = {"fontName": CHINESE if sheet.chinese else LATIN, "fontSize": SMALL, "fillColor": SOFT}
    drawing = Drawing(WIDTH, HEIGHT)
    drawing.add(Line(0, FOOT - 4, WIDTH, FOOT - 4, strokeColor=LINE, strokeWidth=0.5))
    if len(points) > 1:
        drawing.add(PolyLine([one for point in points for one in point], strokeColor=ACCENT, strokeWidth=1.4))
    drawing.add(Circle(*points[-1], 2.4, fillColor=ACCENT, strokeColor=ACCENT))
    drawing.add(String(0, 2, words.day(series[0][0]), **font))
    drawing.add(String(WIDTH, 2, words.day(series[-1][0]), textAnchor="end", **font))
    return drawing
