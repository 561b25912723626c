"""What campaigns offer for Today: what participants owe (DOMAIN 6.5, 8.1)."""

from collections.abc import Collection
from datetime import date

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from incentives.models import Campaign, Deliverable
from kol_crm.core.due import DueRow, DueSource, narrowed
from profiles.models import Kol

KIND = "deliverable"
LONGEST_WHY = 90


def _owed(user, until: date, without: Collection[str] = ()) -> QuerySet:
    """Of the files that ``user`` owns: who looks after the KOL sees to it that they deliver."""
    files = Kol.objects.active().filter(owner=user)
    merged = Kol._base_manager.filter(merged_into__in=files)
    theirs = files.order_by().values("pk").union(merged.order_by().values("pk"), all=True)
    rows = Deliverable.objects.open().filter(participant__kol__in=theirs, due_on__lte=until)
    rows = rows.exclude(participant__campaign__state=Campaign.State.ENDED)
    return narrowed(rows, without)


def why(row: Deliverable) -> str:
    told = {"campaign": row.participant.campaign, "what": row.what}
    return Truncator(_("%(campaign)s: %(what)s") % told).chars(LONGEST_WHY)


def _rows(user, _day: date, until: date, limit: int, without: Collection[str] = ()) -> list[DueRow]:
    beside = ("participant__kol__merged_into", "participant__campaign")
    found = _owed(user, until, without).select_related(*beside)
    return [
        DueRow(
            key=f"{KIND}:{row.pk}",
            kind=KIND,
            icon="package-check",
            kind_label=_("Deliverable"),
            subject=row.participant.kol.merged_into or row.participant.kol,
            why=why(row),
            due=row.due_on,
            action=_("Mark done"),
            detail_url=reverse("incentives:deliverable-detail", args=[row.pk]),
        )
        for row in found.order_by("due_on", "id")[:limit]
    ]


DELIVERABLES = DueSource(label=gettext_lazy("Deliverables"), rows=_rows, waiting=_owed)
