"""A cooperation plan to hand over: one or two pages in the KOL's language (DOMAIN 4.7)."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import override
from reportlab.lib.units import mm
from reportlab.platypus import Spacer, Table, TableStyle

from kol_crm.core import installation, wording
from lifecycle import cooperation_words as words
from lifecycle.models import CooperationPart, CooperationVersion
from lifecycle.pdf import LINE, SOFT, Sheet


def render(version: CooperationVersion, language: str) -> bytes:
    """The PDF of a kept version in ``language``."""
    with override(language):
        return _render(version, Sheet(language))


def _render(version: CooperationVersion, sheet: Sheet) -> bytes:
    plan, content = version.plan, version.content
    platform = installation.name() or "KOL CRM"
    at = wording.local(version.at)
    made = wording.day_words(at, "year", at if isinstance(at, date) else version.at, wording.babel_locale())
    told = {"number": version.number, "day": made}
    both = {"platform": platform, "name": plan.kol.name}
    story: list[Any] = [
        sheet.paragraph(_("%(platform)s and %(name)s") % both, sheet.meta),
        sheet.paragraph(content["title"], sheet.title),
        sheet.paragraph(_("Cooperation plan · version %(number)d of %(day)s") % told, sheet.meta),
        Spacer(1, 4 * mm),
    ]
    if period := words.period_words(content):
        story.append(sheet.paragraph(_("Period: %(period)s") % {"period": period}, sheet.body))
    parts = content["parts"]
    side = CooperationPart.Side
    story += _section(sheet, _("What you do"), [one for one in parts if one["side"] == side.DOES])
    story += _section(sheet, _("What you get"), [one for one in parts if one["side"] == side.GETS])
    if keeps := words.keeps_words(content):
        story += [
            sheet.paragraph(_("What makes it last"), sheet.heading),
            sheet.paragraph(keeps, sheet.body),
        ]
    if content["note"]:
        story += [sheet.paragraph(_("Note"), sheet.heading), sheet.paragraph(content["note"], sheet.body)]
    story += [Spacer(1, 16 * mm), _signatures(sheet, platform, plan.kol.name)]
    return sheet.document(story, content["title"], platform)


def _section(sheet: Sheet, heading: str, parts: Iterable[Mapping[str, Any]]) -> list[Any]:
    rows = [
        [
            sheet.paragraph(str(place), sheet.meta),
            [
                sheet.paragraph(part["what"], sheet.body),
                *([sheet.paragraph(below, sheet.meta)] if (below := _below(part)) else []),
            ],
        ]
        for place, part in enumerate(parts, 1)
    ]
    if not rows:
        return []
    table = Table(rows, colWidths=[8 * mm, None], spaceBefore=0)
    table.setStyle(
        TableStyle(
            [
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
                ("LEFTPADDING", (0, 0), (-1, -1), 0),
                ("LINEBELOW", (0, 0), (-1, -1), 0.5, LINE),
                ("TOPPADDING", (0, 0), (-1, -1), 4),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 5),
            ]
        )
    )
    return [sheet.paragraph(heading, sheet.heading), table]


def _below(part: Mapping[str, Any]) -> str:
    """Money, exclusivity, day and need under what it is."""
    found = words.money_words(part)
    if part.get("exclusive"):
        found.append(_("exclusive"))
    if part.get("due_on"):
        found.append(_("by %(day)s") % {"day": words.day(part["due_on"])})
    if need := words.need_words(part):
        found.append(_("answers: %(need)s") % {"need": need})
    return " · ".join(found)


def _signatures(sheet: Sheet, *names: str) -> Table:
    cells = [[sheet.paragraph(name, sheet.meta), ""] for name in names]
    table = Table([[cells[0][0], "", cells[1][0]]], colWidths=[70 * mm, 20 * mm, 70 * mm])
    table.setStyle(
        TableStyle(
            [
                ("LINEABOVE", (0, 0), (0, 0), 0.7, SOFT),
                ("LINEABOVE", (2, 0), (2, 0), 0.7, SOFT),
                ("LEFTPADDING", (0, 0), (-1, -1), 0),
            ]
        )
    )
    return table
