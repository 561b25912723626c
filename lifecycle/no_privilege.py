"""The no-privilege report: penalties for the same rule side by side across levels (DOMAIN 5.10)."""

import csv
from io import StringIO
from typing import Any

from django.utils.translation import gettext as _

from kol_crm.core import wording
from kol_crm.core.defusing import defused
from lifecycle.models import Rule, Severity, Violation
from lifecycle.rules import penalty
from lifecycle.rules.penalty import NONE, ORDER, Case, Line
from profiles.models import Level

BOM = "\ufeff"


def lines(user) -> list[Line]:
    """Of the files this reader sees, by rule in their order (``line.rule``, the row): two queries."""
    rows = Violation.objects.visible_to(user).decided().order_by("rule__created_at", "rule", "created_at")
    cases = (
        Case(rule, level or NONE, severity, ordinary, state == Violation.State.OVERTURNED)
        for rule, level, severity, ordinary, state in rows.values_list(
            "rule", "level", "severity", "ordinary", "state"
        ).iterator()
    )
    found = penalty.side_by_side(cases)
    rules = Rule.objects.in_bulk([line.rule for line in found])
    for line in found:
        line.rule = rules[line.rule]
    return found


def level_words(level: str) -> str:
    return str(_("No level") if level == NONE else Level(level).label)


def finding(found: list[Line]) -> str:
    """One sentence: whether somebody larger got away more lightly, or that nobody did."""
    for line in found:
        if pair := line.lighter:
            small, large = pair
            told = {
                "rule": line.rule.title,
                "small": level_words(small),
                "large": level_words(large),
                "less": mean_words(line, large),
                "more": mean_words(line, small),
            }
            return _("“%(rule)s”: %(large)s gets %(less)s on average, %(small)s %(more)s.") % told
    if not any(line.number for line in found):
        return _("No penalty stands: there is nothing to compare.")
    return _("Nowhere does a larger level get less than a smaller one for the same rule.")


def mean_words(line: Line, level: str) -> str:
    cell = line.cells.get(level)
    if cell is None or cell.mean is None:
        return wording.UNKNOWN
    return f"{cell.mean:.1f}"


def as_json(line: Line) -> dict[str, Any]:
    """The same figures for the API, the pair that gives the finding among them."""
    low, high = line.ordinary
    pair = line.lighter
    return {
        "rule": line.rule.pk,
        "title_en": line.rule.title_en,
        "title_zh": line.rule.title_zh,
        "ordinary": {"lowest": low, "highest": high},
        "number": line.number,
        "lighter": None if pair is None else {"smaller": pair[0], "larger": pair[1]},
        "levels": penalty.as_json(line),
    }


def as_csv(found: list[Line]) -> str:
    """A row per rule, level and penalty, as spreadsheets read it."""
    sink = StringIO()
    sink.write(BOM)
    writer = csv.writer(sink)
    heads = (_("Rule"), _("Level"), _("Penalty"), _("Number"), _("What an ordinary user gets"), _("Mean"))
    writer.writerow([*heads, _("Overturned")])
    for line in found:
        for level in ORDER:
            cell = line.cells.get(level)
            if cell is None:
                continue
            ordinary = Severity(line.ordinary[0]).label
            mean = "" if cell.mean is None else f"{cell.mean:.2f}"
            for severity, number in sorted(cell.counts.items()) or [(0, 0)]:
                label = Severity(severity).label if severity else ""
                words = (line.rule.title, level_words(level), label, number, ordinary, mean, cell.overturned)
                writer.writerow([defused(str(word)) for word in words])
    return sink.getvalue()
