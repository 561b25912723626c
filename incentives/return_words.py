"""The return in words, as a chart and as rows of a table (DOMAIN 6.7)."""

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from incentives.returns import Average, Cohort, Return
from incentives.rules.payback import Month
from kol_crm.core import installation, wording
from kol_crm.core.score import plain

HEAD = (
    pgettext_lazy("heading", "Month"),
    gettext_lazy("From"),
    gettext_lazy("Given"),
    gettext_lazy("Returned"),
    gettext_lazy("Given so far"),
    gettext_lazy("Returned so far"),
    gettext_lazy("Ratio"),
)


def cells(month: Month) -> tuple[Any, ...]:
    """In the order of ``HEAD``; a month that is not over is blank."""
    told = (month.given, month.returned, month.sum_given, month.sum_returned, month.ratio)
    return (month.place, month.first, *told)


def amount(value: Decimal | None) -> str:
    return wording.money(value, installation.currency(), wording.babel_locale())


def finding(found: Return) -> str:
    """Paid back in month 7: ¥1,200 returned for ¥1,000 given. Or what is missing."""
    if found.entered is None:
        return _("Not in initial yet: months count from the entry.")
    if found.given is None:
        words = _("Unknown: %(amounts)s have no dated rate.")
        listed = (
            wording.money(value, currency, wording.babel_locale())
            for currency, value in found.flows.unconverted.items()
        )
        return words % {"amounts": wording.listed(listed)}
    if not found.given:
        return _("Nothing given yet, so there is no ratio; %(returned)s returned.") % {
            "returned": amount(found.returned)
        }
    told = {"returned": amount(found.returned), "given": amount(found.given), "ratio": found.ratio}
    back = found.payback
    if back is None:
        return _("Not paid back yet: %(returned)s returned for %(given)s given (%(ratio)s).") % told
    words = _("Paid back in month %(month)d; by now %(returned)s returned for %(given)s given (%(ratio)s).")
    return words % {**told, "month": back.place}


def chart(found: Return, csv_url: str) -> dict[str, Any]:
    """For ``_parts/chart_card.html``: running totals by month."""
    over = [one for one in found.months if one.is_over]
    series = [
        {"name": str(name), "values": [plain(getattr(one, key)) for one in over], "tone": tone}
        for name, key, tone in ((_("returned"), "sum_returned", "accent"), (_("given"), "sum_given", "quiet"))
    ]
    return {
        "id": "value-return",
        "title": _("Given and returned by month since the entry into initial"),
        "how": finding(found),
        "height": "m",
        "span": 12,
        "csv_url": csv_url,
        "data": {
            "kind": "line",
            "labels": [str(one.place) for one in over],
            "format": "compact",
            "series": series,
            "title": _("Given and returned by month since the entry into initial"),
            "finding": finding(found),
        },
    }


def cohorts_finding(cohorts: list[Cohort], months: list[Average]) -> str:
    """On average paid back in month 15: of 8 cohorts 3 have paid back."""
    if not cohorts:
        return _("Nobody entered initial in this period.")
    back = next((one.place for one in months if one.given and (one.returned or 0) >= one.given), None)
    told = {"n": len(cohorts), "back": sum(one.payback is not None for one in cohorts)}
    if back is not None:
        return _("Together paid back in month %(month)d; %(back)d of %(n)d cohorts have paid back.") % {
            **told,
            "month": back,
        }
    return _("Together not paid back yet; %(back)d of %(n)d cohorts have paid back.") % told
