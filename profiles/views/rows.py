"""The columns that the KOL list offers, and its rows as their cells (UI, screen 2)."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from kol_crm.core import policy
from kol_crm.core.columns import Column, Columns
from kol_crm.core.kept import Kept, KeptRows, read_by, those_of
from profiles.models import Kol, KolField, KolTag
from profiles.services.touch import INTERVALS
from profiles.views import cells
from profiles.views.cells import Reading

PERSON, WORK, FIGURES = _("Person"), _("Our work"), _("Figures")
ON_A_CARD = ("kol", "stage", "verdict", "due", "followers")


FIELD_NAMES = {
    column: Kept(
        "kol_id", lambda ours, column=column: KolField.objects.filter(ours).values_list("kol", column)
    )
    for column in ("field__name_en", "field__name_zh")
}
TAG_NAMES = Kept(
    "kol_id",
    lambda ours: KolTag.objects.filter(ours).order_by("tag__folded").values_list("kol", "tag__name"),
)


def _fields(found: Sequence[dict]) -> dict[Any, list[str]]:
    """The names of each file's fields, the strongest first."""
    chinese = (get_language() or "").startswith("zh")
    return _by_file(FIELD_NAMES["field__name_zh" if chinese else "field__name_en"], found)


def _tags(found: Sequence[dict]) -> dict[Any, list[str]]:
    return _by_file(TAG_NAMES, found)


def _by_file(kept: Kept, found: Sequence[dict]) -> dict[Any, list[str]]:
    names = defaultdict(list)
    for kol_id, name in kept.of([row["id"] for row in found]):
        names[kol_id].append(name)
    return names


def _intervals(found: Sequence[dict]) -> dict[Any, int | None]:
    """The file's own, else that of its stage (DOMAIN 3.10)."""
    by_stage = policy.current().get(INTERVALS)
    return {row["id"]: row["touch_interval"] or by_stage.get(row["stage"]) for row in found}


COLUMNS = Columns(
    (
        Column(
            "kol",
            _("KOL"),
            sort="name",
            css="col-kol",
            heading=PERSON,
            values=("name", "alias", "pinyin", "handle", "picture"),
            cell=cells.kol,
        ),
        Column(
            "stage",
            _("Stage"),
            sort="stage_since",
            css="col-stage",
            heading=WORK,
            values=("stage",),
            cell=cells.stage,
        ),
        Column(
            "stage_days",
            _("Days in stage"),
            css="col-touch",
            right=True,
            heading=WORK,
            values=("stage_since",),
            cell=cells.stage_days,
        ),
        Column("level", _("Level"), css="col-level", heading=FIGURES, values=("level",), cell=cells.level),
        Column("fields", _("Fields"), css="col-fields", heading=PERSON, load=_fields, cell=cells.fields),
        Column(
            "type",
            _("Type"),
            css="col-word",
            heading=PERSON,
            values=("type__name_en", "type__name_zh"),
            cell=cells.kind,
        ),
        Column(
            "owner",
            _("Owner"),
            css="col-owner",
            heading=WORK,
            values=("owner__username", "owner__display_name"),
            cell=cells.owner,
        ),
        Column("team", _("Team"), css="col-word", heading=WORK, values=("team__name",), cell=cells.team),
        Column("tags", _("Tags"), css="col-tags", heading=PERSON, load=_tags, cell=cells.tags),
        Column(
            "verdict",
            _("Verdict"),
            css="col-verdict",
            heading=FIGURES,
            values=("verdict",),
            cell=cells.verdict,
        ),
        Column(
            "touch",
            _("Last touch"),
            sort="last_touch",
            css="col-touch",
            right=True,
            heading=WORK,
            values=("last_touch_at",),
            cell=cells.touch,
        ),
        Column(
            "interval",
            _("Stay in touch every"),
            css="col-interval",
            right=True,
            heading=WORK,
            values=("touch_interval", "stage"),
            load=_intervals,
            cell=cells.interval,
        ),
        Column(
            "due",
            _("Next due"),
            sort="due",
            css="col-due",
            heading=WORK,
            values=("next_due", "next_due_kind"),
            cell=cells.due,
        ),
        Column(
            "followers",
            _("Own followers · 90 d"),
            sort="followers",
            css="col-followers",
            heading=FIGURES,
            values=("own_followers", "own_followers_on", "own_followers_change", "own_followers_trend"),
            cell=cells.followers,
        ),
        Column(
            "change",
            _("Growth in 90 d"),
            css="col-change",
            right=True,
            heading=FIGURES,
            values=("own_followers_change",),
            cell=cells.change,
        ),
        Column(
            "bond",
            _("Bond"),
            sort="bond",
            css="col-score",
            right=True,
            heading=FIGURES,
            values=("bond",),
            cell=cells.bond,
        ),
        Column(
            "risk",
            _("Risk"),
            sort="risk",
            css="col-score",
            right=True,
            heading=FIGURES,
            values=("risk",),
            cell=cells.risk,
        ),
        Column(
            "birthday",
            _("Birthday"),
            sort="birthday",
            css="col-day",
            heading=PERSON,
            values=("next_birthday",),
            cell=cells.birthday,
        ),
        Column("city", _("City"), css="col-word", heading=PERSON, values=("city",), cell=cells.city),
        Column(
            "language",
            _("Language"),
            css="col-word",
            heading=PERSON,
            values=("language",),
            cell=cells.language,
        ),
        Column(
            "agency", _("Agency"), css="col-word", heading=PERSON, values=("agency__name",), cell=cells.agency
        ),
        Column(
            "created",
            _("Created"),
            sort="created",
            css="col-day",
            heading=WORK,
            values=("created_at",),
            cell=cells.created,
        ),
        Column(
            "quiet",
            _("Quiet mark"),
            css="col-word",
            heading=PERSON,
            values=("quiet_cause",),
            cell=cells.quiet,
        ),
        Column(
            "stop",
            _("Stops"),
            css="col-word",
            heading=WORK,
            values=("stop",),
            cell=cells.stop,
        ),
    ),
    first="kol",
    default=(
        *("stage", "level", "fields", "owner", "verdict"),
        *("touch", "due", "followers", "bond", "risk"),
    ),
)


def values(kols: QuerySet) -> QuerySet:
    """What the standing columns need of each file, whichever of them are chosen."""
    shown = (name for column in COLUMNS.standing for name in column.values)
    return kols.values(*dict.fromkeys(("id", *shown)))


SHOWN = KeptRows(lambda ids: values(Kol._base_manager.filter(those_of(ids))))


def of(ids: Sequence[UUID]) -> list[dict]:
    """The values of these files in their order, without those that are gone."""
    found = {row["id"]: row for row in read_by(SHOWN, ids)}
    return [found[pk] for pk in ids if pk in found]


def rows(
    found: Sequence[dict], columns: Sequence[Column], day: date, *, named: bool = False, query: str = ""
) -> list[dict[str, Any]]:
    """The rows of a page with the cells of these columns, as read on ``day``; a query per loading column.

    ``query`` leads from a file to the next one. ``named``: cells that have no place on a phone's card say it.
    """
    reading = Reading(day, query)
    written = [column.cell for column in columns if column.cell is not None]
    names = [_name(column) for column in columns if column.cell is not None] if named else []
    for column in columns:
        if column.load is not None:
            brought = column.load(found)
            for row in found:
                row[column.key] = brought.get(row["id"])
    return [
        {
            "id": row["id"],
            "name": row["name"],
            "cells": _joined([cell(row, reading) for cell in written], names),
        }
        for row in found
    ]


def _name(column: Column) -> str:
    return "" if column.key in ON_A_CARD else format_html(' data-l="{}"', column.label)


def _joined(cells: Sequence[str], names: Sequence[str]) -> str:
    """One string of them, with what each is called where that is asked."""
    if names:
        cells = [cell.replace("<td", f"<td{name}", 1) for cell, name in zip(cells, names, strict=True)]
    return mark_safe("".join(cells))  # noqa: S308 - each cell escapes what people wrote (cells.py)
