"""The columns of an exported table, each with its heading and the plain value of a row.

The headings are words of the importer in both languages (importing/headings.py), so that a table which comes
back maps itself. What the software works out itself it does not take back in.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.html import strip_tags
from django.utils.translation import pgettext_lazy

from kol_crm.core.columns import Column
from kol_crm.core.extension import ExtensionPoint
from profiles.exporting import kinds
from profiles.exporting.kinds import CellValue, Kind, Row
from profiles.models import Calendar, Level, QuietCause, Stage, StopMark, Verdict
from profiles.models.attribute import PREFIX
from profiles.models.words import Channel
from profiles.views.cells import Reading
from profiles.views.rows import COLUMNS


@dataclass(frozen=True)
class TableColumn:
    """``key`` names it in JSON."""

    key: str
    heading: Any
    kind: Kind


FILE_ID = TableColumn("file_id", pgettext_lazy("export", "KOL file ID"), kinds.id_of())
NAME = TableColumn("kol_name", pgettext_lazy("export", "KOL name"), kinds.fact("name"))
ALIAS = TableColumn("alias", pgettext_lazy("export", "Alias"), kinds.fact("alias"))
USER_ID = TableColumn("user_id", pgettext_lazy("export", "User ID"), kinds.own(0, "external_id"))
USERNAME = TableColumn("username", pgettext_lazy("export", "Username"), kinds.own(1, "handle"))
FIELDS = TableColumn("fields", pgettext_lazy("export", "Fields"), kinds.names("fields"))
TAGS = TableColumn("team_tags", pgettext_lazy("export", "Team tags"), kinds.names("tags"))
AGENCY = TableColumn("agency", pgettext_lazy("export", "Agency"), kinds.fact("agency__name"))
SOLAR = TableColumn("birthday", pgettext_lazy("export", "Birthday"), kinds.birthday(Calendar.SOLAR))
LUNAR = TableColumn(
    "lunar_birthday", pgettext_lazy("export", "Lunar birthday"), kinds.birthday(Calendar.LUNAR)
)
PHONE = TableColumn("phone", pgettext_lazy("export", "Phone"), kinds.contacts(Channel.PHONE))
WECHAT = TableColumn("wechat", pgettext_lazy("export", "WeChat"), kinds.contacts(Channel.WECHAT))
MAIL = TableColumn("mail", pgettext_lazy("export", "Mail"), kinds.contacts(Channel.MAIL))
ADDRESS = TableColumn("postal_address", pgettext_lazy("export", "Postal address"), kinds.addresses())
CONTACTS = (PHONE, WECHAT, MAIL, ADDRESS)
CARD = (FILE_ID, NAME, ALIAS, FIELDS, TAGS, AGENCY, SOLAR, *CONTACTS)

# Column of the list → what it is in a table. A module that adds a column to the list adds it here too.
OF_LIST: ExtensionPoint[tuple[TableColumn, ...]] = ExtensionPoint("columns of exports")
for _key, _columns in {
    "kol": (NAME, ALIAS, USER_ID, USERNAME),
    "stage": (TableColumn("stage", pgettext_lazy("export", "Stage"), kinds.label("stage", Stage)),),
    "stage_days": (TableColumn("stage_days", pgettext_lazy("export", "Days in stage"), kinds.stage_days()),),
    "level": (TableColumn("level", pgettext_lazy("export", "Level"), kinds.label("level", Level)),),
    "fields": (FIELDS,),
    "type": (TableColumn("kol_type", pgettext_lazy("export", "KOL type"), kinds.kol_type()),),
    "owner": (TableColumn("owner", pgettext_lazy("export", "Owner"), kinds.owner()),),
    "team": (TableColumn("team", pgettext_lazy("export", "Team"), kinds.fact("team__name")),),
    "tags": (TAGS,),
    "verdict": (TableColumn("verdict", pgettext_lazy("export", "Verdict"), kinds.label("verdict", Verdict)),),
    "touch": (
        TableColumn("last_touch", pgettext_lazy("export", "Last touch"), kinds.moment("last_touch_at")),
    ),
    "interval": (
        TableColumn(
            "touch_interval", pgettext_lazy("export", "Stay in touch every (days)"), kinds.interval()
        ),
    ),
    "due": (
        TableColumn("next_due", pgettext_lazy("export", "Next due"), kinds.day("next_due")),
        TableColumn("due_for", pgettext_lazy("export", "Due for"), kinds.due_for()),
    ),
    "followers": (
        TableColumn("own_followers", pgettext_lazy("export", "Own followers"), kinds.number("own_followers")),
    ),
    "change": (
        TableColumn(
            "own_followers_change",
            pgettext_lazy("export", "Own followers, change in 90 days"),
            kinds.share("own_followers_change"),
        ),
    ),
    "bond": (TableColumn("bond", pgettext_lazy("export", "Bond"), kinds.number("bond")),),
    "risk": (TableColumn("risk", pgettext_lazy("export", "Risk"), kinds.number("risk")),),
    "birthday": (SOLAR, LUNAR),
    "city": (TableColumn("city", pgettext_lazy("export", "City"), kinds.fact("city")),),
    "language": (TableColumn("language", pgettext_lazy("export", "Language"), kinds.language()),),
    "agency": (AGENCY,),
    "created": (TableColumn("created", pgettext_lazy("export", "Created"), kinds.moment("created_at")),),
    "quiet": (
        TableColumn(
            "quiet_mark", pgettext_lazy("export", "Quiet mark"), kinds.label("quiet_cause", QuietCause)
        ),
    ),
    "stop": (TableColumn("stop", pgettext_lazy("export", "Stop"), kinds.label("stop", StopMark)),),
}.items():
    OF_LIST.register(_key, _columns)


def of(chosen: Sequence[Column]) -> tuple[TableColumn, ...]:
    """The table of these columns of the list: the id of the file before them, the contacts behind."""
    shown = (one for column in chosen for one in OF_LIST.get(column.key) or (_as_words(column),))
    return (FILE_ID, *shown, *CONTACTS)


def _as_words(column: Column) -> TableColumn:
    """A column that nobody described here: what its cell says; of an attribute what the importer reads."""
    cell, key = column.cell, column.key
    if key.startswith(PREFIX):
        return TableColumn(key, column.label, kinds.attribute(key))

    def value(row: Row, reading: Reading) -> CellValue:
        return strip_tags(cell(dict(row), reading)).strip() if cell else None

    return TableColumn(key, column.label, Kind(value, column.values, key if column.load else ""))


def values_of(columns: Iterable[TableColumn]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(("id", *(name for column in columns for name in column.kind.values))))


def loads(columns: Iterable[TableColumn]) -> set[str]:
    return {column.kind.needs for column in columns if column.kind.needs}


def loader(need: str) -> Callable[[Sequence[dict[str, Any]]], Mapping[Any, Any]] | None:
    """The query of the list's own column by which it is brought."""
    column = COLUMNS.offered().get(need)
    return column.load if column else None
