"""A cooperation plan to hand over: one or two pages in the KOL's language (DOMAIN 4.7).

Chinese is set in STSong-Light, the font that every PDF reader brings for Adobe's GB1 characters; the file
stays small and no font is shipped.
"""

import io
import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any
from xml.sax.saxutils import escape

from django.utils.translation import gettext as _
from django.utils.translation import override
from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from kol_crm.core import installation, wording
from lifecycle import cooperation_words as words
from lifecycle.models import CooperationPart, CooperationVersion

CHINESE = "STSong-Light"
LATIN, LATIN_BOLD = "Helvetica", "Helvetica-Bold"
INK, SOFT, LINE, ACCENT = HexColor("#1a1f27"), HexColor("#4b5462"), HexColor("#cfd4db"), HexColor("#3a50c8")
# what Helvetica's own encoding holds; everything else is set in the Chinese font
NOT_LATIN = re.compile(r"[^\x00-\xff\u2013\u2014\u2018\u2019\u201c\u201d\u2022\u2026\u20ac]+")
pdfmetrics.registerFont(UnicodeCIDFont(CHINESE))


class _Sheet:
    """The styles of one language."""

    def __init__(self, language: str):
        self.chinese = language.startswith("zh")
        body = CHINESE if self.chinese else LATIN
        bold = CHINESE if self.chinese else LATIN_BOLD
        wrap = {"wordWrap": "CJK"} if self.chinese else {}
        self.title = ParagraphStyle("title", fontName=bold, fontSize=20, leading=27, textColor=INK, **wrap)
        self.meta = ParagraphStyle("meta", fontName=body, fontSize=9, leading=13, textColor=SOFT, **wrap)
        self.heading = ParagraphStyle(
            "heading",
            fontName=bold,
            fontSize=12,
            leading=17,
            spaceBefore=12,
            spaceAfter=5,
            textColor=ACCENT,
            **wrap,
        )
        self.body = ParagraphStyle("body", fontName=body, fontSize=10.5, leading=16, textColor=INK, **wrap)

    def paragraph(self, text: str, style: ParagraphStyle) -> Paragraph:
        return Paragraph(self.marked(text), style)

    def marked(self, text: str) -> str:
        """Escaped, runs of the other script in their font, line breaks kept."""
        safe = escape(text)
        if not self.chinese:
            safe = NOT_LATIN.sub(lambda run: f'<font name="{CHINESE}">{run[0]}</font>', safe)
        return safe.replace("\n", "<br/>")


def render(version: CooperationVersion, language: str) -> bytes:
    """The PDF of a kept version in ``language``."""
    with override(language):
        return _render(version, _Sheet(language))


def _render(version: CooperationVersion, sheet: _Sheet) -> bytes:
    plan, content = version.plan, version.content
    platform = installation.name() or "KOL CRM"
    at = wording.local(version.at)
    made = wording.day_words(at, "year", at if isinstance(at, date) else version.at, wording.babel_locale())
    told = {"number": version.number, "day": made}
    both = {"platform": platform, "name": plan.kol.name}
    story: list[Any] = [
        sheet.paragraph(_("%(platform)s and %(name)s") % both, sheet.meta),
        sheet.paragraph(content["title"], sheet.title),
        sheet.paragraph(_("Cooperation plan · version %(number)d of %(day)s") % told, sheet.meta),
        Spacer(1, 4 * mm),
    ]
    if period := words.period_words(content):
        story.append(sheet.paragraph(_("Period: %(period)s") % {"period": period}, sheet.body))
    parts = content["parts"]
    side = CooperationPart.Side
    story += _section(sheet, _("What you do"), [one for one in parts if one["side"] == side.DOES])
    story += _section(sheet, _("What you get"), [one for one in parts if one["side"] == side.GETS])
    if keeps := words.keeps_words(content):
        story += [
            sheet.paragraph(_("What makes it last"), sheet.heading),
            sheet.paragraph(keeps, sheet.body),
        ]
    if content["note"]:
        story += [sheet.paragraph(_("Note"), sheet.heading), sheet.paragraph(content["note"], sheet.body)]
    story += [Spacer(1, 16 * mm), _signatures(sheet, platform, plan.kol.name)]
    out = io.BytesIO()
    SimpleDocTemplate(
        out,
        pagesize=A4,
        leftMargin=22 * mm,
        rightMargin=22 * mm,
        topMargin=22 * mm,
        bottomMargin=20 * mm,
        title=content["title"],
        author=platform,
        lang="zh-CN" if sheet.chinese else "en",
    ).build(story)
    return out.getvalue()


def _section(sheet: _Sheet, heading: str, parts: Iterable[Mapping[str, Any]]) -> list[Any]:
    rows = [
        [
            sheet.paragraph(str(place), sheet.meta),
            [
                sheet.paragraph(part["what"], sheet.body),
                *([sheet.paragraph(below, sheet.meta)] if (below := _below(part)) else []),
            ],
        ]
        for place, part in enumerate(parts, 1)
    ]
    if not rows:
        return []
    table = Table(rows, colWidths=[8 * mm, None], spaceBefore=0)
    table.setStyle(
        TableStyle(
            [
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
                ("LEFTPADDING", (0, 0), (-1, -1), 0),
                ("LINEBELOW", (0, 0), (-1, -1), 0.5, LINE),
                ("TOPPADDING", (0, 0), (-1, -1), 4),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 5),
            ]
        )
    )
    return [sheet.paragraph(heading, sheet.heading), table]


def _below(part: Mapping[str, Any]) -> str:
    """Money, exclusivity, day and need under what it is."""
    found = words.money_words(part)
    if part.get("exclusive"):
        found.append(_("exclusive"))
    if part.get("due_on"):
        found.append(_("by %(day)s") % {"day": words.day(part["due_on"])})
    if need := words.need_words(part):
        found.append(_("answers: %(need)s") % {"need": need})
    return " · ".join(found)


def _signatures(sheet: _Sheet, *names: str) -> Table:
    cells = [[sheet.paragraph(name, sheet.meta), ""] for name in names]
    table = Table([[cells[0][0], "", cells[1][0]]], colWidths=[70 * mm, 20 * mm, 70 * mm])
    table.setStyle(
        TableStyle(
            [
                ("LINEABOVE", (0, 0), (0, 0), 0.7, SOFT),
                ("LINEABOVE", (2, 0), (2, 0), 0.7, SOFT),
                ("LEFTPADDING", (0, 0), (-1, -1), 0),
            ]
        )
    )
    return table
