"""Festivals that KOLs keep: a catalogue with names and days, which is policy (DOMAIN 7.1)."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from kol_crm.core import policy
from kol_crm.core.occurrence import PartialDay, is_possible
from kol_crm.core.shapes import Choice, Number, Rows, Table, Text
from profiles.models import Calendar
from profiles.services.yearly import SECTION

MOST = 60


def _row(place: int, zh: str, en: str, calendar: str, month: int, day: int) -> dict[str, Any]:
    return {
        "name_zh": zh,
        "name_en": en,
        "calendar": calendar,
        "month": month,
        "day": day,
        "place": place,
    }


_USUAL = (
    ("new_year", "元旦", "New Year", "solar", 1, 1),
    ("spring_festival", "春节", "Spring Festival", "lunar", 1, 1),
    ("lantern", "元宵节", "Lantern Festival", "lunar", 1, 15),
    ("womens_day", "妇女节", "Women’s Day", "solar", 3, 8),
    ("nowruz", "诺鲁孜节", "Nowruz", "solar", 3, 21),
    ("dragon_boat", "端午节", "Dragon Boat Festival", "lunar", 5, 5),
    ("qixi", "七夕", "Qixi", "lunar", 7, 7),
    ("mid_autumn", "中秋节", "Mid-Autumn Festival", "lunar", 8, 15),
    ("teachers_day", "教师节", "Teachers’ Day", "solar", 9, 10),
    ("double_ninth", "重阳节", "Double Ninth", "lunar", 9, 9),
    ("national_day", "国庆节", "National Day", "solar", 10, 1),
    ("christmas", "圣诞节", "Christmas", "solar", 12, 25),
    ("new_years_eve", "除夕", "Lunar New Year’s Eve", "lunar", 12, 30),
)


def _days(festivals: Any) -> dict[str, str]:
    """Each on a day that comes round."""
    return {
        f"{key}.day": str(_("That month has no such day."))
        for key, one in festivals.items()
        if not is_possible(PartialDay(one["calendar"], month=one["month"], day=one["day"]))
    }


FESTIVALS = policy.declare(
    "festivals",
    {words[0]: _row(place, *words[1:]) for place, words in enumerate(_USUAL, 1)},
    _("Festivals"),
    section=SECTION,
    shape=Rows(
        Table(
            {
                "name_zh": (_("Chinese name"), Text(40)),
                "name_en": (_("English name"), Text(40)),
                "calendar": (_("Calendar"), Choice(lambda: list(Calendar.choices))),
                "month": (_("Month"), Number(1, 12)),
                "day": (_("Day"), Number(1, 31)),
                "place": (_("Place in the list"), Number(1, 99)),
            }
        ),
        blank=_row(50, "", "", "solar", 1, 1),
        title=lambda row: named(row, get_language() or "en"),
        most=MOST,
        check=_days,
    ),
    help=_("Which of them a KOL keeps is noted among the important dates of the file."),
)


def named(row: Any, language: str) -> str:
    """Its name in that language."""
    return row["name_zh"] if language.startswith("zh") else row["name_en"]


def known(rules: policy.Policy | None = None) -> dict[str, Any]:
    """The catalogue, in its order."""
    rows = (rules or policy.remembered()).get(FESTIVALS)
    return dict(sorted(rows.items(), key=lambda item: (item[1]["place"], item[0])))


def choices() -> list[tuple[str, str]]:
    """(key, name) in the reader's language."""
    language = get_language() or "en"
    return [(key, named(row, language)) for key, row in known().items()]


def name_of(key: str, language: str = "") -> str:
    """What it is called; its key once it left the catalogue."""
    row = known().get(key)
    return named(row, language or get_language() or "en") if row else key


def day_of(key: str) -> dict[str, Any]:
    """The columns of an important date that follow from it. Raises ``ValidationError`` keyed ``festival``."""
    row = known().get(key)
    if row is None:
        raise ValidationError({"festival": _("There is no such festival.")})
    when = {name: row[name] for name in ("calendar", "month", "day")}
    return {**when, "year": None, "leap": False, "yearly": True}
