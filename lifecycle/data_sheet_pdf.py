"""A data sheet for the KOL: their own growth, best posts and audience on a page or two (DOMAIN 5.5)."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import override
from reportlab.graphics.shapes import Circle, Drawing, Line, PolyLine
from reportlab.lib.units import mm
from reportlab.platypus import Paragraph, Spacer, Table

from kol_crm.core import installation, wording
from kol_crm.core.wording import babel_locale
from lifecycle import cooperation_words as words
from lifecycle.models import DataSheet
from lifecycle.pdf import ACCENT, INNER, LINE, Sheet
from lifecycle.rules import best_post, own_growth
from profiles.rules import audience
from profiles.rules import metric as m

HEIGHT, EDGE = 40 * mm, 4
LINED = ("LINEBELOW", (0, 0), (-1, -1), 0.5, LINE)


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
    ]
    if len(content["followers"]) > 1:
        story += [Spacer(1, 2 * mm), _chart(content["followers"]), _ends(sheet, content["followers"])]
    if content["figures"]:
        story += [
            sheet.paragraph(_("The last 90 days"), sheet.heading),
            _table(sheet, [("", _("Last 90 days"), _("90 days before")), *_figures(content["figures"])]),
        ]
    if content["best"]:
        story.append(sheet.paragraph(_("Your best posts"), sheet.heading))
        story.append(_posts(sheet, best_post.kept(content)))
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


def _posts(sheet: Sheet, posts: Sequence[best_post.Post]) -> Table:
    """A row a post: its place, what it is and where, its figures."""
    known = any(best_post.interactions(post) is not None for post in posts)
    head = sheet.paragraph(str(m.LABELS[m.INTERACTIONS]), sheet.small_right)
    rows = [
        [
            sheet.paragraph(f"{place}", sheet.meta),
            [sheet.paragraph(post["title"], sheet.body), *_of_post(sheet, post)],
            sheet.paragraph(_number(best_post.interactions(post)) if known else "", sheet.right),
        ]
        for place, post in enumerate(posts, 1)
    ]
    return sheet.table([["", "", head], *rows] if known else rows, [0.06, 0.74, 0.2], LINED)


def _of_post(sheet: Sheet, post: best_post.Post) -> list[Paragraph]:
    parts = [words.day(post["on"])] if post.get("on") else []
    parts += [
        f"{label} {wording.grouped(post[name], babel_locale())}"
        for name, label in best_post.LABELS.items()
        if post.get(name) is not None
    ]
    if post.get("as_of"):
        parts.append(_("as of %(day)s") % {"day": words.day(post["as_of"])})
    lines = [sheet.paragraph(" · ".join(parts), sheet.meta)] if parts else []
    return lines + ([sheet.link(post["url"])] if post.get("url") else [])


def _table(sheet: Sheet, rows: Sequence[Sequence[str]]) -> Table:
    cells = [
        [
            sheet.paragraph(name, sheet.body),
            *(sheet.paragraph(cell, sheet.right if place else sheet.small_right) for cell in row),
        ]
        for place, (name, *row) in enumerate(rows)
    ]
    return sheet.table(cells, [0.52, 0.24, 0.24], LINED)


def _chart(series: Sequence[Sequence[Any]]) -> Drawing:
    """The line of followers from the least to the most of the year."""
    days = [date.fromisoformat(day).toordinal() for day, _value in series]
    values = [value for _day, value in series]
    low, high = min(values), max(values)
    wide, tall = max(days[-1] - days[0], 1), max(high - low, 1)
    points = [
        (
            (day - days[0]) / wide * (INNER - EDGE),
            EDGE + (value - low) / tall * (HEIGHT - 2 * EDGE) if high > low else HEIGHT / 2,
        )
        for day, value in zip(days, values, strict=True)
    ]
    drawing = Drawing(INNER, HEIGHT)
    drawing.add(Line(0, 0, INNER, 0, strokeColor=LINE, strokeWidth=0.5))
    drawing.add(PolyLine([one for point in points for one in point], strokeColor=ACCENT, strokeWidth=1.4))
    drawing.add(Circle(*points[-1], 2.4, fillColor=ACCENT, strokeColor=ACCENT))
    return drawing


def _ends(sheet: Sheet, series: Sequence[Sequence[Any]]) -> Table:
    """The first and the last day, below the ends of the line."""
    first, last = (words.day(series[place][0]) for place in (0, -1))
    return sheet.table(
        [[sheet.paragraph(first, sheet.meta), sheet.paragraph(last, sheet.small_right)]], [0.5, 0.5]
    )
