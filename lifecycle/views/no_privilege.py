"""The no-privilege report as a page and as a table to take away (DOMAIN 5.10)."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from lifecycle import no_privilege
from lifecycle.models import Severity
from lifecycle.rules.penalty import NONE, ORDER


@require_safe
def report(request):
    """Levels side by side; every figure leads to the violations behind it."""
    found = no_privilege.lines(request.user)
    context = {
        "levels": [no_privilege.level_words(level) for level in ORDER],
        "rows": [_row(line) for line in found],
        "finding": no_privilege.finding(found),
        "unequal": any(line.lighter for line in found),
        "severities": Severity.choices,
    }
    return render(request, "lifecycle/no_privilege/page.html", context)


def _row(line) -> dict:
    lighter = line.lighter or ()
    low, high = line.ordinary
    ordinary = Severity(low).label if low == high else f"{Severity(low).label} – {Severity(high).label}"
    cells = []
    for level in ORDER:
        cell = line.cells.get(level)
        cells.append(
            {
                "number": cell.number if cell else 0,
                "mean": no_privilege.mean_words(line, level),
                "penalties": [
                    {"label": Severity(severity).label, "severity": severity, "number": number}
                    for severity, number in sorted(cell.counts.items())
                ]
                if cell
                else [],
                "overturned": cell.overturned if cell else 0,
                "unequal": level == lighter[-1] if lighter else False,
                "level": "" if level == NONE else level,
                "url": _url(line, level),
            }
        )
    return {"rule": line.rule, "ordinary": ordinary, "cells": cells, "unequal": bool(lighter)}


def _url(line, level: str) -> str:
    return f"{reverse('lifecycle:violation-list')}?{urlencode({'rule': line.rule.pk, 'level': level})}"


@require_safe
def table(request):
    """The same figures as CSV."""
    text = no_privilege.as_csv(no_privilege.lines(request.user))
    answer = HttpResponse(text, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="no-privilege.csv"'
    answer["Cache-Control"] = "no-store, private"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
