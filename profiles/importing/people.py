"""What a row says of a person beside accounts: contact points, birthday, a name in parts; and its key.

Contact data never leaves here in clear but in ``RowContact.value``, which nothing keeps (RELIABILITY 5).
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy, gettext_noop

from kol_crm.core.occurrence import PartialDay, is_possible
from kol_crm.core.said import said as _
from kol_crm.core.text import fold
from profiles.importing import cells
from profiles.importing.columns import ColumnMatch
from profiles.importing.headings import CONTACTS, NAME_PARTS
from profiles.importing.problems import CellProblem
from profiles.services import contact_values

if TYPE_CHECKING:
    from profiles.importing.rows import ReadRow

ACCOUNT, EXTERNAL_ID, CONTACT, NAME, FILE = "account", "external_id", "contact", "name", "file"
PHONE, WECHAT, MAIL = "phone", "wechat", "mail"
OF_ACCOUNTS = frozenset({ACCOUNT, EXTERNAL_ID})
BY_CONTACT = {CONTACT: (MAIL, PHONE, WECHAT), PHONE: (PHONE,), WECHAT: (WECHAT,), MAIL: (MAIL,)}
KEYS = {
    ACCOUNT: gettext_lazy("Account (id there, else handle)"),
    EXTERNAL_ID: gettext_lazy("Id there only"),
    CONTACT: gettext_lazy("Mail, phone or WeChat, else the name"),
    MAIL: gettext_lazy("Mail"),
    PHONE: gettext_lazy("Phone"),
    WECHAT: gettext_lazy("WeChat"),
    NAME: gettext_lazy("Name"),
    FILE: gettext_lazy("Id of the file"),
}
WITHOUT = {
    CONTACT: gettext_noop("neither contact nor name: nobody to make a file of"),
    MAIL: gettext_noop("the mail by which files are looked for is empty"),
    PHONE: gettext_noop("the phone by which files are looked for is empty"),
    WECHAT: gettext_noop("the WeChat id by which files are looked for is empty"),
    NAME: gettext_noop("the name by which files are looked for is empty"),
    FILE: gettext_noop("the id of the file is empty"),
}
LEAP = re.compile(r"\s*\(?leap\)?|闰|閏", re.IGNORECASE)
Columns = Mapping[str, Sequence[ColumnMatch]]
Birthday = tuple[str, int | None, int | None, int | None, bool]  # as birthday.COLUMNS


@dataclass(frozen=True)
class RowContact:
    """One contact point that a row names. ``masked``: it is only the mask of one (DOMAIN 2.3)."""

    channel: str
    value: str = field(repr=False)
    normal: str = field(repr=False)
    mask: str
    masked: bool = False


def read_contacts(row: "ReadRow", record: Sequence[str], of: Columns) -> list[RowContact]:
    """Each contact once; what cannot be one is listed by its mask."""
    found: dict[tuple[str, str], RowContact] = {}
    for channel in CONTACTS:
        for match in of.get(channel, ()):
            for raw in _values(channel, _cell(record, match)):
                contact = _contact(row, channel, raw, match)
                if contact is not None:
                    found.setdefault((channel, contact.normal), contact)
    for address in _addresses(record, of):
        contact = _contact(row, "address", address, None)
        if contact is not None:
            found.setdefault(("address", contact.normal), contact)
    return list(found.values())


def _contact(row: "ReadRow", channel: str, raw: str, match: ColumnMatch | None) -> RowContact | None:
    if contact_values.MASK_SIGNS.search(raw):
        return RowContact(channel, "", raw, raw, masked=True)
    try:
        value = contact_values.validate(channel, raw)
    except ValidationError as error:
        column, index = (match.heading, match.index) if match else ("", None)
        row.problems.append(CellProblem(column, contact_values.mask(channel, raw), error.messages[0], index))
        return None
    normal = contact_values.normalise(channel, value)
    return RowContact(channel, value, normal, contact_values.mask(channel, value))


def _values(channel: str, cell: str) -> list[str]:
    """The values of a cell; Google joins several of a kind with " ::: "."""
    if channel == "address":
        return [cells.tidy(part) for part in cell.split(":::") if cells.tidy(part)]
    parts = cell.replace(":::", ";").replace("；", ";").replace("、", ";").split(";")
    return [text for part in parts if (text := cells.tidy(part)) and text.casefold() not in cells.EMPTY]


def _addresses(record: Sequence[str], of: Columns) -> list[str]:
    """Addresses in parts, of groups that have none in one piece."""
    whole = {match.group for match in of.get("address", ()) if match.group and _cell(record, match).strip()}
    parts: dict[str, list[str]] = {}
    for match in sorted(of.get("address_part", ()), key=lambda match: match.index):
        text = cells.tidy(_cell(record, match))
        if text and match.group not in whole:
            parts.setdefault(match.group, []).append(text)
    return [", ".join(dict.fromkeys(group)) for group in parts.values() if len(group) > 1]


def read_name(record: Sequence[str], of: Columns) -> str:
    """A name that stands in parts: Chinese ones together, family name first."""
    parts = {part: cells.tidy(_cell(record, of[part][0])) if part in of else "" for part in NAME_PARTS}
    family, given = parts["name_family"], parts["name_given"]
    if family and not family.isascii() and given and not given.isascii():
        return f"{family}{given}"
    return " ".join(filter(None, parts.values()))


def read_birthday(row: "ReadRow", record: Sequence[str], of: Columns) -> Birthday | None:
    """A birthday as far as it is told: in one cell (solar or lunar), or in three columns."""
    for target, calendar in (("birthday", "solar"), ("lunar_birthday", "lunar")):
        for match in of.get(target, ()):
            try:
                said, leap = _without_leap(_cell(record, match), calendar)
                found = cells.parse_birthday(said)
                if found is not None:
                    return _possible(calendar, *found, leap=leap)
            except cells.Unreadable as error:
                raw = _cell(record, match).strip()
                row.problems.append(CellProblem(match.heading, raw, str(error), match.index))
    parts = [
        _number(row, record, of.get(target, ())) for target in ("birth_year", "birth_month", "birth_day")
    ]
    if not any(parts):
        return None
    try:
        return _possible("solar", *parts)
    except cells.Unreadable as error:
        row.problems.append(CellProblem(_("birthday"), "-".join(map(str, parts)), str(error)))
        return None


def _number(row: "ReadRow", record: Sequence[str], matches: Sequence[ColumnMatch]) -> int | None:
    for match in matches:
        text = cells.tidy(_cell(record, match))
        if text.isdecimal():
            return int(text)
        if text:
            row.problems.append(CellProblem(match.heading, text, _("not a number"), match.index))
    return None


def _without_leap(cell: str, calendar: str) -> tuple[str, bool]:
    """A lunar day and whether its month is a leap one: ``1990-05-04 (leap)``, ``1990年闰5月4日``."""
    if calendar == "solar" or not (found := LEAP.search(cell)):
        return cell, False
    return cell[: found.start()] + cell[found.end() :], True


def _possible(
    calendar: str, year: int | None, month: int | None, day: int | None, *, leap: bool = False
) -> Birthday:
    known = year is None or 1901 <= year <= 2099
    if not known or not is_possible(PartialDay(calendar, year, month, day, leap)):
        raise cells.Unreadable(_("no such day"))
    return calendar, year, month, day, leap


def key_of(key: str, row: "ReadRow", file: str) -> str:
    """By what this row's file is looked for, ``phone:+86…``; empty where it does not say it."""
    if key == FILE:
        return f"file:{file}" if file else ""
    for channel in BY_CONTACT.get(key, ()):
        for contact in row.contacts:
            if contact.channel == channel and not contact.masked:
                return f"{channel}:{contact.normal}"
    return f"name:{fold(row.name)}" if key in (CONTACT, NAME) and row.name else ""


def keys_of(key: str, rows: Iterable["ReadRow"]) -> set[str]:
    """All by which the file of these rows may be found: any of their contacts, or what the key says."""
    channels = BY_CONTACT.get(key, ())
    found = {
        f"{contact.channel}:{contact.normal}"
        for row in rows
        for contact in row.contacts
        if contact.channel in channels and not contact.masked
    }
    return found or {row.key for row in rows}


def _cell(record: Sequence[str], match: ColumnMatch) -> str:
    return record[match.index] if match.index < len(record) else ""
