"""Values of attributes, the fields that admins add: from what a form, a table or a client sends, and back."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator

from kol_crm.core.said import said as _
from kol_crm.core.text import fold

TEXT, NUMBER, DATE, CHOICE, LINK, YES_NO = "text", "number", "date", "choice", "link", "yes_no"
LONGEST = 500
DECIMALS = Decimal("0.0001")
LARGEST = Decimal(10) ** 15
DAYS = ("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y%m%d", "%Y年%m月%d日")
YES = frozenset({"true", "yes", "y", "1", "on", "是", "有", "对"})
NO = frozenset({"false", "no", "n", "0", "off", "否", "无", "没有", "不"})
WEB = URLValidator(schemes=["http", "https"])

Choice = Mapping[str, Any]
Value = str | Decimal | date | bool | None


def parse(kind: str, raw: Any, choices: Sequence[Choice] = ()) -> Value:
    """The value that ``raw`` stands for; None for nothing. Raises ``ValidationError``."""
    if raw is None or (isinstance(raw, str) and not raw.strip()):
        return None
    words = raw.strip() if isinstance(raw, str) else raw
    match kind:
        case "number":
            return _number(words)
        case "date":
            return _day(words)
        case "choice":
            return _choice(words, choices)
        case "yes_no":
            return _flag(words)
        case "link":
            return _link(_text(words))
    return _text(words)


def _text(raw: Any) -> str:
    if not isinstance(raw, str):
        raise ValidationError(_("This is not a text."))
    if len(raw) > LONGEST:
        raise ValidationError(_("At most %(n)d characters.") % {"n": LONGEST})
    return raw


def _number(raw: Any) -> Decimal:
    try:
        if isinstance(raw, bool):
            raise ValueError(raw)
        number = Decimal(str(raw).replace(",", "").replace("，", ""))
        if not number.is_finite() or abs(number) >= LARGEST:
            raise ValueError(raw)
    except (InvalidOperation, ValueError):
        raise ValidationError(_("This is not a number.")) from None
    return number.quantize(DECIMALS)


def _day(raw: Any) -> date:
    if isinstance(raw, datetime):
        return raw.date()
    if isinstance(raw, date):
        return raw
    for form in DAYS:
        try:
            return datetime.strptime(str(raw), form).date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
    raise ValidationError(_("This is not a day."))


def _choice(raw: Any, choices: Sequence[Choice]) -> str:
    """The key of a choice, named by its key or, as tables do, by its name in either language."""
    wanted = fold(str(raw))
    for one in choices:
        if wanted in {fold(str(one[name])) for name in ("key", "name_en", "name_zh") if one.get(name)}:
            return one["key"]
    raise ValidationError(_("This is none of the choices."))


def _flag(raw: Any) -> bool:
    if isinstance(raw, bool):
        return raw
    word = fold(str(raw))
    if word in YES or word in NO:
        return word in YES
    raise ValidationError(_("Yes or no is expected."))


def _link(text: str) -> str:
    try:
        WEB(text)
    except ValidationError:
        raise ValidationError(_("A link begins with http:// or https://.")) from None
    return text


def plain(value: Value) -> str | bool | None:
    """The value as the history and the API have it: numbers and days as text."""
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, date):
        return value.isoformat()
    return value


def as_text(value: Value) -> str:
    """The value as a cell of a table has it, understood by ``parse``."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(plain(value))
