"""The tables that go to whoever pays and come back from there (DOMAIN 6.3).

What goes out can come back with three columns more: the state, the day, the reference.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from incentives.models import Entry, Payout
from kol_crm.core.text import fold
from lifecycle.resource_table import day_of
from lifecycle.tables import Column, amount
from profiles.importing.writing import Written, written

PAID, FAILED = Payout.State.PAID, Payout.State.FAILED
STATES = {"paid": PAID, "已付": PAID, "已支付": PAID, "failed": FAILED, "失败": FAILED, "付款失败": FAILED}
KINDS = ("csv", "xlsx")
HEADINGS = ("entry", "kol", "what", "given on", "amount", "currency")


def _id(cell: str) -> str:
    try:
        return str(UUID(cell))
    except ValueError as error:
        raise ValidationError(_("This is no id of an entry.")) from error


def _state(cell: str) -> str:
    try:
        return STATES[fold(cell)]
    except KeyError as error:
        raise ValidationError(_("Say paid or failed.")) from error


CONFIRMATIONS = (
    Column("entry", ("entry", "entry id", "id", "记录编号", "编号"), _id, required=True),
    Column("state", ("state", "状态"), _state, required=True),
    Column("on", ("date", "paid on", "day", "日期", "付款日期"), day_of),
    Column("reference", ("reference", "流水号", "参考号")),
    Column("reason", ("reason", "原因")),
    Column("amount", ("amount", "金额"), amount, required=True, beside="currency"),
    Column("currency", ("currency", "币种"), required=True),
)
SAMPLE = (
    "entry,state,date,reference,amount,currency\n"
    "0199c1f2-7a3b-7c11-9d2e-5b8f0a6e4c21,paid,2026-12-05,B2026-118,1280.50,CNY"
)


def of_entries(entries: Iterable[Entry], kind: str) -> Written:
    """What is to be paid as ``csv`` or ``xlsx``, the payee named as the file has it; bank details are not
    kept here.
    """
    rows = [
        [
            str(one.pk),
            one.kol.name,
            one.what,
            one.given_on.isoformat(),
            format(one.amount.normalize(), "f"),
            one.currency,
        ]
        for one in entries
    ]
    return written(kind, HEADINGS, rows)


def as_text(rows: Sequence[Mapping[str, Any]]) -> str:
    """Rows of confirmations as the table that reads back as them."""
    keys = [column.key for column in CONFIRMATIONS]
    heads = [column.names[0] for column in CONFIRMATIONS]
    cells = [["" if row.get(key) is None else str(row[key]) for key in keys] for row in rows]
    return written("csv", heads, cells).content.decode("utf-8-sig")
