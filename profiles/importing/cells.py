"""One cell at a time: figures, days, words. A cell is a value, empty (None) or Unreadable, never a guess."""

import re
import unicodedata
from datetime import date
from decimal import Decimal

from kol_crm.core.said import said as _

EMPTY = frozenset(
    {"", "-", "--", "\u2013", "\u2014", "\u2014\u2014", "/", "null", "none", "nan", "无", "暂无"}
)
SHEET_ERROR = re.compile(r"#¡?(?:[^\W\d_]{3,}|div/0)[!?]|#n/?[adv]", re.IGNORECASE)
NOT_AVAILABLE = re.compile(rf"n[./]{{0,2}}a\W*|{SHEET_ERROR.pattern}", re.IGNORECASE)
IMPOSSIBLE = Decimal(10) ** 15

UNITS = {
    "k": 10**3, "thousand": 10**3, "千": 10**3,
    "w": 10**4, "万": 10**4, "萬": 10**4, "十万": 10**5,
    "m": 10**6, "mn": 10**6, "million": 10**6, "百万": 10**6, "千万": 10**7,
    "亿": 10**8, "億": 10**8, "b": 10**9, "bn": 10**9, "billion": 10**9,
}  # fmt: skip
FIGURE = re.compile(
    r"(?P<sign>[+-]?) ?"
    r"(?:(?P<grouped>\d{1,3}(?:[,' ]\d{2,3})*[,' ]\d{3}(?:\.\d+)?)"
    r"|(?P<comma>\d+,\d{1,2})"
    r"|(?P<dotted>\d{1,3}(?:\.\d{3}){2,})"
    r"|(?P<plain>(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d{1,2})?))"
    r" ?(?P<unit>[^\W\d_]*)(?P<percent> ?%)?"
)
ORDINALS = frozenset({"st", "nd", "rd", "th"})
COUNTERS = "人个個条條次篇位粉"

MONTHS = {
    "jan": 1, "feb": 2, "mar": 3, "apr": 4, "may": 5, "jun": 6,
    "jul": 7, "aug": 8, "sep": 9, "oct": 10, "nov": 11, "dec": 12,
}  # fmt: skip
YEAR_FIRST = re.compile(r"(\d{4})[-/.年] ?(\d{1,2})(?:[-/.月] ?(\d{1,2}))?[日月]?")
COMPACT = re.compile(r"((?:19|20)\d\d)(\d\d)(\d\d)")
YEAR_LAST = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})")
DAY_MONTH_NAME = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?[ -]([a-z]{3})[a-z]*\.?,?[ -](\d{4})")
MONTH_NAME_DAY = re.compile(r"([a-z]{3})[a-z]*\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})")
TIME_OF_DAY = re.compile(r"[t ]\d{1,2}:\d{2}.*$")

YEAR_MONTH = re.compile(r"(\d{4})[-/.年] ?(\d{1,2})月?")
MONTH_DAY = re.compile(r"(?:--)?(\d{1,2})[-/.月] ?(\d{1,2})日?|--(?P<m>\d\d)(?P<d>\d\d)")

PERIODS = {
    "day": ("日榜", "日", "每日", "天", "day", "daily"),
    "week": ("周榜", "周", "每周", "週榜", "week", "weekly"),
    "month": ("月榜", "月", "每月", "month", "monthly"),
}
PERIOD_OF_WORD = {word: period for period, words in PERIODS.items() for word in words}
GENDER_OF_WORD = {
    "男": "male", "male": "male", "m": "male", "man": "male",
    "女": "female", "female": "female", "f": "female", "woman": "female",
    "保密": None, "未知": None, "unknown": None,
}  # fmt: skip
# What stands between the words of a cell; a word that holds such a sign itself stands in quotes.
SEPARATORS = ";；、|"
WORD = re.compile(rf'\s*(?:"((?:[^"]|"")*)"\s*(?=[{SEPARATORS}]|$)|([^{SEPARATORS}]*))(?:[{SEPARATORS}]|$)')


class Unreadable(ValueError):
    """The cell holds something that is not understood; the message says why, in the user's language."""


def tidy(raw: str) -> str:
    """One line without doubled or outer blanks, nor zero bytes, which no database takes."""
    return " ".join(raw.replace("\0", "").split())


def split_words(cell: str) -> list[str]:
    """The words of a cell: ``tea; "rock; roll"`` are two."""
    found = (in_quotes.replace('""', '"') or plain for in_quotes, plain in WORD.findall(cell))
    return [word.strip() for word in found if word.strip()]


def quoted(word: str) -> str:
    """A word as it stands among others, so that ``split_words`` gives it back."""
    if not word.startswith('"') and not any(sign in word for sign in SEPARATORS):
        return word
    return '"' + word.replace('"', '""') + '"'


def parse_text(raw: str) -> str | None:
    """Words of a fact; a dash or "null" says nothing. Raises Unreadable for N/A and spreadsheet errors."""
    text = tidy(raw)
    if text.casefold() in EMPTY:
        return None
    _refuse_not_available(text)
    return text


def parse_name(raw: str) -> str | None:
    """A person's or account's name: people are called None and 无 too, so only a blank is empty here."""
    text = tidy(raw)
    if SHEET_ERROR.fullmatch(text):
        _refuse_not_available(text)
    return text or None


def parse_external_id(raw: str) -> str | None:
    """An id as the platform writes it. Raises Unreadable where a spreadsheet has rounded it (6.97E+08)."""
    text = parse_text(raw)
    if text is None:
        return None
    if re.fullmatch(r"\d(?:[.,]\d+)?E\+\d+", text, re.IGNORECASE):
        raise Unreadable(_("rounded by a spreadsheet, its last digits are lost"))
    return re.sub(r"(?<=\d)\.0+$", "", text)


def parse_figure(raw: str) -> Decimal | None:
    """`1.2万`, `4.53w`, `409.8M`, `12,345`, `1st`, `3.2%` (0.032), full-width digits, negatives."""
    if raw.isascii() and raw.isdecimal() and len(raw) < 15:
        return Decimal(raw)
    text = tidy(unicodedata.normalize("NFKC", raw)).casefold()
    if text in EMPTY:
        return None
    _refuse_not_available(text)
    if text.endswith("+"):
        raise Unreadable(_("a lower bound, not a figure"))
    text = text.replace("\u2212", "-").replace("\u2019", "'").rstrip(COUNTERS)
    found = FIGURE.fullmatch(text) if len(text) < 40 else None
    if not found or (found["unit"] and found["unit"] not in UNITS and found["unit"] not in ORDINALS):
        raise Unreadable(_("not a figure"))
    value = Decimal(found["sign"] + _digits(found)) * UNITS.get(found["unit"], 1)
    if found["percent"]:
        value /= 100
    if abs(value) >= IMPOSSIBLE:
        raise Unreadable(_("too large to be a figure"))
    return value.quantize(Decimal(1)) if value == value.to_integral_value() else value.normalize()


def parse_day(raw: str) -> date | None:
    """A day in the usual forms; a month stands for its first day. Raises Unreadable, also for 03/04/2022."""
    text = tidy(unicodedata.normalize("NFKC", raw)).casefold()
    if text in EMPTY:
        return None
    _refuse_not_available(text)
    text = TIME_OF_DAY.sub("", text)
    try:
        if found := YEAR_FIRST.fullmatch(text) or COMPACT.fullmatch(text):
            year, month, day = found.groups()
            return date(int(year), int(month), int(day or 1))
        if found := DAY_MONTH_NAME.fullmatch(text):
            return date(int(found[3]), MONTHS[found[2]], int(found[1]))
        if found := MONTH_NAME_DAY.fullmatch(text):
            return date(int(found[3]), MONTHS[found[1]], int(found[2]))
        if found := YEAR_LAST.fullmatch(text):
            return _day_of_two_orders(int(found[1]), int(found[2]), int(found[3]))
    except (ValueError, KeyError) as error:
        if isinstance(error, Unreadable):
            raise
        raise Unreadable(_("no such day")) from error
    raise Unreadable(_("not a day"))


def parse_birthday(raw: str) -> tuple[int | None, int | None, int | None] | None:
    """(year, month, day) as far as they are told: `1990-5-4`, `--0203`, `5月4日`, `1990`, `1990-05`."""
    text = tidy(unicodedata.normalize("NFKC", raw)).casefold()
    if text in EMPTY:
        return None
    text = TIME_OF_DAY.sub("", text)
    if re.fullmatch(r"(?:19|20)\d\d年?", text):
        return int(text[:4]), None, None
    if found := YEAR_MONTH.fullmatch(text):
        return int(found[1]), int(found[2]), None
    if found := MONTH_DAY.fullmatch(text):
        return None, int(found[1] or found["m"]), int(found[2] or found["d"])
    day = parse_day(text)
    return (day.year, day.month, day.day) if day else None


def parse_period(raw: str) -> str | None:
    """`日榜`, `weekly`… → "day", "week" or "month"."""
    text = tidy(unicodedata.normalize("NFKC", raw)).casefold()
    if text in EMPTY:
        return None
    if text not in PERIOD_OF_WORD:
        raise Unreadable(_("neither day, week nor month"))
    return PERIOD_OF_WORD[text]


def parse_gender(raw: str) -> str | None:
    """→ "male", "female" or None."""
    text = parse_text(raw)
    if text is None:
        return None
    if text.casefold() not in GENDER_OF_WORD:
        raise Unreadable(_("not a gender that is understood"))
    return GENDER_OF_WORD[text.casefold()]


def _refuse_not_available(text: str) -> None:
    if NOT_AVAILABLE.fullmatch(text):
        raise Unreadable(_("the table itself says that it is not available"))


def _digits(found: re.Match[str]) -> str:
    if found["plain"]:
        return found["plain"]
    if found["comma"]:
        return found["comma"].replace(",", ".")
    return re.sub(r"[,' ]", "", found["grouped"]) if found["grouped"] else found["dotted"].replace(".", "")


def _day_of_two_orders(first: int, second: int, year: int) -> date:
    """Day and month may stand in either order: only readable where one order is possible."""
    if first <= 12 and second <= 12 and first != second:
        raise Unreadable(_("day and month cannot be told apart"))
    return date(year, second, first) if second <= 12 else date(year, first, second)
