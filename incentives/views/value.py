"""Value on the file: return by month, users' side, plans, mix, rhythm, equal cases (DOMAIN 6.6–6.8)."""

import csv
import io
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from incentives import (
    given_items,
    mixes,
    return_words,
    returns,
    rhythm,
    rhythm_after,
    users_side,
)
from incentives.models import Campaign, IncentivePlan, Kind, Participant, PlanItem
from incentives.value_lists import MIXES
from kol_crm.core import installation, lists
from kol_crm.core.defusing import defused
from profiles.models import Kol
from profiles.services.access import kol_or_404

RAN = (IncentivePlan.State.ACTIVE, IncentivePlan.State.DONE, IncentivePlan.State.STOPPED)


@require_safe
def file_value(request, pk: UUID):
    """What the tab of the file shows; without the script the tab itself."""
    kol = kol_or_404(request.user, pk)
    if not request.htmx:
        return redirect("profiles:kol-incentives", pk=kol.pk)
    day = installation.day(timezone.now())
    found = returns.return_of(kol.pk, day)
    mix = mixes.mixes_of([kol.pk], day)[kol.pk]
    taken = rhythm.taken_part([kol.pk]).get(kol.pk, [])
    context = {
        "kol": kol,
        "found": found,
        "finding": return_words.finding(found),
        "base": installation.currency(),
        "chart": return_words.chart(found, reverse("incentives:value-figures", args=[kol.pk])),
        "users": _beside(kol, found),
        "items": _promised(kol),
        "mix": mix,
        "kinds": [(Kind(kind).label, count, mix.share(kind)) for kind, count in mix.counts.items()],
        "guard": rhythm.judge(kol, day, reader=request.user),
        "after": list(rhythm_after.measured(taken[-3:], day).values())[::-1],
    }
    return render(request, "incentives/value/_file.html", context)


@require_safe
def file_figures(request, pk: UUID):
    """The months as CSV."""
    kol = kol_or_404(request.user, pk)
    day = installation.day(timezone.now())
    found = returns.return_of(kol.pk, day)
    beside = {one.first: one for one in users_side.of(kol.pk, found.months)}
    head = (*return_words.HEAD, *users_side.LABELS.values(), _("Conflicts"))
    rows = [
        (
            *return_words.cells(month),
            *(
                beside[month.first].figures.values()
                if month.first in beside
                else ("",) * len(users_side.METRICS)
            ),
            beside[month.first].conflicts if month.first in beside else "",
        )
        for month in found.months
    ]
    return csv_answer(f"return-{day.isoformat()}", head, rows)


def csv_answer(name: str, head, rows) -> HttpResponse:
    """A table for spreadsheets; what is unknown is an empty cell."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow([defused(str(cell)) for cell in head])
    writer.writerows([["" if cell is None else defused(str(cell)) for cell in row] for row in rows])
    answer = HttpResponse("\ufeff" + buffer.getvalue(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return answer


def _beside(kol: Kol, found: returns.Return) -> list:
    """Months that are over, the newest first, each with its users' side."""
    beside = {one.first: one for one in users_side.of(kol.pk, found.months)}
    return [(month, beside[month.first]) for month in reversed(found.months) if month.first in beside]


def _promised(kol: Kol) -> list[dict]:
    """Items of plans that ran, the latest plan first: planned against given."""
    rows = PlanItem.objects.filter(plan__kol=kol, plan__state__in=RAN).select_related("plan")
    items = list(rows.order_by("-plan__created_at", "position", "id")[:50])
    given = given_items.of(items)
    return [{"item": item, "given": given[item.pk]} for item in items]


@require_safe
def equal_cases(request, pk: UUID):
    """The file beside others of the same stage, level and main field."""
    kol = kol_or_404(request.user, pk)
    if not request.htmx:
        return redirect("profiles:kol-incentives", pk=kol.pk)
    return render(request, "incentives/value/_equals.html", equals_context(kol, request.user))


def equals_context(kol: Kol, user) -> dict:
    day = installation.day(timezone.now())
    rows = [kol, *mixes.equal_cases(kol, user)[: mixes.MOST_EQUALS]]
    ids = [row.pk for row in rows]
    found, mixed = returns.returns_of(ids, day), mixes.mixes_of(ids, day)
    nothing = returns.Return(None, [], returns.Flows())
    return {
        "kol": kol,
        "rows": [{"kol": row, "found": found.get(row.pk, nothing), "mix": mixed[row.pk]} for row in rows],
        "total": mixes.equal_cases(kol, user).count(),
        "base": installation.currency(),
    }


@require_safe
def campaign_after(request, pk: UUID):
    """The signals of the rhythm guard measured again after a monetising campaign (DOMAIN 6.6)."""
    rows = Campaign.objects.visible_to(request.user).filter(pk=pk, monetising=True)
    campaign = get_object_or_404(rows)
    if not request.htmx:
        return redirect("incentives:campaign-detail", pk=campaign.pk)
    seen = Participant.objects.visible_to(request.user).filter(campaign=campaign).standing()
    taking = seen.select_related("campaign", "kol__owner").order_by("kol__sort_name", "pk")
    found = rhythm_after.measured(list(taking), installation.day(timezone.now()))
    return render(request, "incentives/value/_after.html", {"after": list(found.values())})


@require_safe
def mix_list(request):
    return lists.render_list(request, MIXES, _mix_context)


def _mix_context(listing) -> dict:
    day = installation.day(listing.filterset.now)
    mixed = mixes.mixes_of([row.pk for row in listing.rows], day)
    chosen = listing.params.get("only_money", "")
    return {
        "mixed": [
            {
                "kol": row,
                "mix": mixed[row.pk],
                "kinds": [(Kind(kind).label, count) for kind, count in mixed[row.pk].counts.items()],
            }
            for row in listing.rows
        ],
        "only_money": {
            "on": chosen == "true",
            "url": listing.url(only_money=None if chosen == "true" else "true"),
        },
    }
