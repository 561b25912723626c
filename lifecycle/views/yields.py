"""Yield tables: what each channel, agency, introducer and source brought (DOMAIN 4.10)."""

from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kol_crm.core import installation, lists
from lifecycle import yields
from lifecycle.days import installation_day
from lifecycle.yield_list import YIELDS


@require_safe
def yield_tables(request):
    """One way at a time; own users and others apart unless asked together."""
    way = request.GET.get("by", yields.CHANNEL)
    if way not in yields.WAYS:
        raise Http404
    split = request.GET.get("together") != "1"
    lines = yields.table(way, request.user, installation_day(timezone.now()), split=split)
    path = reverse("lifecycle:yield-tables")
    context = {
        "way": way,
        "way_label": yields.WAYS[way],
        "split": split,
        "tabs": [
            {"label": label, "url": f"{path}?by={key}{'' if split else '&together=1'}", "active": key == way}
            for key, label in yields.WAYS.items()
        ],
        "together_url": f"{path}?by={way}{'&together=1' if split else ''}",
        "lines": [
            {
                "line": line,
                "who": "" if line.internal is None else _("Own users") if line.internal else _("Others"),
                "figures": [
                    {"key": figure, "value": getattr(line, figure), "url": yields.url(way, line, figure)}
                    for figure in yields.FIGURES
                ],
            }
            for line in lines
        ],
        "heads": [yields.LABELS[figure] for figure in yields.FIGURES],
        "currency": installation.currency(),
    }
    return render(request, "lifecycle/yield/tables.html", context)


@require_safe
def yield_list(request):
    """Those whom a figure counts."""
    return lists.render_list(request, YIELDS)
