"""What is handed to a KOL on paper: the styles of one language."""

import io
from collections.abc import Sequence
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib.colors import HexColor
from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.platypus import Paragraph, SimpleDocTemplate, Table, TableStyle

from lifecycle import pdf_fonts
from lifecycle.pdf_fonts import CHINESE, LATIN, LATIN_BOLD

INK, SOFT, LINE, ACCENT = HexColor("#1a1f27"), HexColor("#4b5462"), HexColor("#cfd4db"), HexColor("#3a50c8")
INNER = 166 * mm - 12  # of a page between its margins and the frame's padding


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
            keepWithNext=True,
            **wrap,
        )
        self.body = ParagraphStyle("body", fontName=body, fontSize=10.5, leading=16, textColor=INK, **wrap)
        self.right = ParagraphStyle("right", parent=self.body, alignment=TA_RIGHT)
        self.small_right = ParagraphStyle("small_right", parent=self.meta, alignment=TA_RIGHT)
        self.address = ParagraphStyle("address", parent=self.meta, wordWrap="CJK")

    def link(self, address: str) -> Paragraph:
        """An address one can press; it breaks anywhere, having no spaces to break at."""
        safe = escape(address, {'"': "&quot;"})
        return Paragraph(f'<link href="{safe}">{self.marked(address)}</link>', self.address)

    def paragraph(self, text: str, style: ParagraphStyle) -> Paragraph:
        return Paragraph(self.marked(text, bold=style.fontName == LATIN_BOLD), style)

    def marked(self, text: str, *, bold: bool = False) -> str:
        return pdf_fonts.marked(text, chinese=self.chinese, bold=bold)

    def table(self, rows: list[list[Any]], shares: Sequence[float], *style: tuple) -> Table:
        """Rows over the whole width, each column its share of it, in line with the text above."""
        table = Table(rows, colWidths=[share * INNER for share in shares], hAlign="LEFT")
        flush = [("LEFTPADDING", (0, 0), (0, -1), 0), ("RIGHTPADDING", (-1, 0), (-1, -1), 0)]
        table.setStyle(TableStyle([*flush, ("VALIGN", (0, 0), (-1, -1), "TOP"), *style]))
        return table

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
