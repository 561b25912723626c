"""What is handed to a KOL on paper: the styles of one language.

Chinese is set in STSong-Light, the font that every PDF reader brings for Adobe's GB1 characters; the file
stays small and no font is shipped.
"""

import io
import re
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.platypus import Paragraph, SimpleDocTemplate

CHINESE = "STSong-Light"
LATIN, LATIN_BOLD = "Helvetica", "Helvetica-Bold"
INK, SOFT, LINE, ACCENT = HexColor("#1a1f27"), HexColor("#4b5462"), HexColor("#cfd4db"), HexColor("#3a50c8")
# what Helvetica's own encoding holds; everything else is set in the Chinese font
NOT_LATIN = re.compile(r"[^\x00-\xff\u2013\u2014\u2018\u2019\u201c\u201d\u2022\u2026\u20ac]+")
pdfmetrics.registerFont(UnicodeCIDFont(CHINESE))


class Sheet:
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

    def document(self, story: list[Any], title: str, author: str) -> bytes:
        """The file: an A4 page, or as many as it takes."""
        out = io.BytesIO()
        SimpleDocTemplate(
            out,
            pagesize=A4,
            leftMargin=22 * mm,
            rightMargin=22 * mm,
            topMargin=22 * mm,
            bottomMargin=20 * mm,
            title=title,
            author=author,
            lang="zh-CN" if self.chinese else "en",
        ).build(story)
        return out.getvalue()
