"""Which font sets which characters on paper: no box stands where a letter should.

Chinese is set in STSong-Light, the font that every PDF reader brings for Adobe's GB1 characters; the file
stays small. Latin letters that Helvetica's own encoding lacks are set in Vera, which comes with ReportLab.
"""

import re
import unicodedata
from itertools import groupby
from pathlib import Path
from xml.sax.saxutils import escape

import reportlab
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.ttfonts import TTFont

CHINESE = "STSong-Light"
LATIN, LATIN_BOLD = "Helvetica", "Helvetica-Bold"
WIDE, WIDE_BOLD = "Vera", "VeraBd"
BOLD = {LATIN: LATIN_BOLD, WIDE: WIDE_BOLD, CHINESE: CHINESE}
HELVETICA = re.compile(r"[\x00-\xff\u2022\u20ac]")
QUOTES = re.compile(r"[\u2013\u2014\u2018\u2019\u201c\u201d\u2026]")  # a full width in Chinese
PICTURES = ("So", "Cs", "Sk", "Cf", "Co", "Cn", "Mn")

pdfmetrics.registerFont(UnicodeCIDFont(CHINESE))
for _name in (WIDE, WIDE_BOLD):
    pdfmetrics.registerFont(TTFont(_name, Path(reportlab.__file__).parent / "fonts" / f"{_name}.ttf"))
VERA = frozenset(pdfmetrics.getFont(WIDE).face.charToGlyph)


def font_of(letter: str, *, chinese: bool) -> str:
    """The font that has it."""
    if HELVETICA.match(letter) or (not chinese and QUOTES.match(letter)):
        return LATIN
    if ord(letter) in VERA and not QUOTES.match(letter):
        return WIDE
    return CHINESE


def settable(text: str) -> str:
    """Without pictures (emoji), which no font here has; a rare accent falls away rather than its letter."""
    return "".join(_settable(letter) for letter in unicodedata.normalize("NFC", text))


def _settable(letter: str) -> str:
    if font_of(letter, chinese=False) != CHINESE:
        return letter
    bare = unicodedata.normalize("NFKD", letter)[0]
    if bare.isascii():
        return bare if unicodedata.category(letter)[0] == "L" and letter < "\u2000" else letter
    return "" if unicodedata.category(letter) in PICTURES else letter


def marked(text: str, *, chinese: bool, bold: bool = False) -> str:
    """Paragraph markup of ``text``: escaped, each run in its font, line breaks kept."""
    runs = []
    for font, letters in groupby(settable(text), key=lambda letter: font_of(letter, chinese=chinese)):
        name = BOLD[font] if bold else font
        runs.append(f'<font name="{name}">{escape("".join(letters))}</font>')
    return "".join(runs).replace("\n", "<br/>")
