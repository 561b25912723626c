"""The table by which slots come in: a workbook or a text table, all of its rows or none (DOMAIN 5.5)."""

from datetime import date

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import override

from kol_crm.core.text import fold
from lifecycle.models import ResourceKind
from lifecycle.tables import Column, amount

LANGUAGES = ("en", "zh-hans")


def day_of(cell: str) -> date:
    words = cell.split(" ")[0].replace("/", "-").replace("年", "-").replace("月", "-").replace("日", "")
    try:
        year, month, day = map(int, words.split("-"))
        return date(year, month, day)
    except ValueError as error:
        raise ValidationError(_("Give the day as 2026-11-23.")) from error


def _kind(cell: str) -> str:
    """By its key or its words in either language."""
    named: dict[str, str] = {}
    for kind in ResourceKind:
        named[kind.value] = kind.value
        for language in LANGUAGES:
            with override(language):
                named[fold(str(kind.label))] = kind.value
    try:
        return named[fold(cell)]
    except KeyError as error:
        raise ValidationError(_("There is no such kind: %(name)s.") % {"name": cell[:60]}) from error


SLOTS = (
    Column("starts_on", ("day", "first day", "date", "日期", "首日", "开始日期"), day_of, required=True),
    Column("ends_on", ("last day", "until", "末日", "结束日期"), day_of),
    Column("kind", ("kind", "类型", "种类"), _kind, required=True),
    Column("name", ("name", "slot", "名称", "资源位"), required=True),
    Column("value", ("list value", "value", "刊例价", "价值"), amount, required=True),
    Column("note", ("note", "备注")),
)
SAMPLE = "day,kind,name,list value\n2026-12-07,traffic,Home page banner,1200"
