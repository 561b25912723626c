"""Tables of campaigns, pasted or from a file: who joins, what they brought, who came by whose code.

A KOL is named by id, handle on the own platform, or name.
"""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from incentives.models import Campaign, Participant
from kol_crm.core import installation
from kol_crm.core.ids import uuid_of
from kol_crm.core.text import fold
from lifecycle.resource_table import day_of
from lifecycle.tables import Column, amount
from profiles.models import Account, Kol, Platform


def _count(cell: str) -> int:
    try:
        count = int(cell.replace(",", ""))
    except ValueError as error:
        raise ValidationError(_("Give a whole number.")) from error
    if count < 0:
        raise ValidationError(_("Give a whole number."))
    return count


def _moment(cell: str) -> datetime:
    """With its zone, or in the installation's."""
    try:
        found = parse_datetime(cell.replace("/", "-")) or datetime.combine(day_of(cell), datetime.min.time())
    except ValueError as error:
        raise ValidationError(_("Give the moment as 2026-11-23 14:05.")) from error
    return found if found.tzinfo else found.replace(tzinfo=ZoneInfo(installation.zone()))


KOL = Column("kol", ("kol", "id", "handle", "name", "达人", "账号", "姓名"), required=True)
PARTICIPANTS = (KOL, Column("reason", ("reason", "理由", "原因")))
RESULTS = (
    KOL,
    Column("last_on", ("day", "until", "date", "日期", "截止"), day_of, required=True),
    Column("first_on", ("from", "起始"), day_of),
    Column("new_users", ("new users", "新用户", "新增用户"), _count),
    Column("active_users", ("active users", "活跃用户"), _count),
    Column("paid_amount", ("paid amount", "paid", "付费金额"), amount, beside="currency"),
    Column("currency", ("currency", "币种", "货币")),
    Column("source", ("source", "来源")),
)
INVITATIONS = (
    Column("code", ("code", "邀请码"), required=True),
    Column("user_ref", ("user", "user id", "用户", "用户id"), required=True),
    Column("registered_at", ("registered", "registered at", "注册时间"), _moment, required=True),
)


def files_named(user, words: Collection[str]) -> dict[str, Kol | None]:
    """Of files in sight; None where a word means none of them, or more than one."""
    files = Kol.objects.visible_to(user)
    ids = [key for word in words if (key := uuid_of(word.strip()))]
    handles = {_handle(word) for word in words}
    by: dict[str, set[Kol]] = {}
    for kol in files.filter(pk__in=ids):
        by.setdefault(str(kol.pk), set()).add(kol)
    for account in Account.objects.filter(
        platform=Platform.OWN, handle_folded__in=handles, kol__in=files
    ).select_related("kol"):
        by.setdefault(f"@{account.handle_folded}", set()).add(account.holder)
    for kol in files.filter(name__in=[word.strip() for word in words]):
        by.setdefault(kol.name, set()).add(kol)
    return {word: _only(_meant(word, by)) for word in words}


def _meant(word: str, by: dict[str, set[Kol]]) -> set[Kol]:
    """An id or a handle means more than a name."""
    return by.get(word.strip().lower()) or by.get(f"@{_handle(word)}") or by.get(word.strip()) or set()


def _only(found: set[Kol]) -> Kol | None:
    return next(iter(found)) if len(found) == 1 else None


def _handle(word: str) -> str:
    return fold(word.strip().lstrip("@"))


def who_is_meant(user, rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows with files in the place of words. Raises ``ValidationError`` keyed ``rows.0.kol``."""
    rows = list(rows)
    known = files_named(user, {row["kol"] for row in rows})
    wrong = {
        f"rows.{place}.kol": _("No file in sight, or more than one, is meant by “%(word)s”.")
        % {"word": row["kol"][:60]}
        for place, row in enumerate(rows)
        if known[row["kol"]] is None
    }
    if wrong:
        raise ValidationError(wrong)
    return [{**row, "kol": known[row["kol"]]} for row in rows]


def results_of(user, campaign: Campaign, rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows for ``result.enter``. Raises ``ValidationError`` keyed ``rows.0.kol``."""
    meant = who_is_meant(user, rows)
    seen = Participant.objects.visible_to(user).filter(campaign=campaign)
    by_file = {one.kol_id: one for one in seen.filter(kol__in=[row["kol"] for row in meant])}
    wrong = {
        f"rows.{place}.kol": _("They take no part in this campaign.")
        for place, row in enumerate(meant)
        if row["kol"].pk not in by_file
    }
    if wrong:
        raise ValidationError(wrong)
    return [
        {name: value for name, value in row.items() if name != "kol"}
        | {"participant": by_file[row["kol"].pk]}
        for row in meant
    ]
