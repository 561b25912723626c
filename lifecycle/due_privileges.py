"""What privileges offer for Today: platform roles whose last day comes (DOMAIN 5.8, 8.1)."""

from collections.abc import Collection
from datetime import date

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kol_crm.core.due import DueRow, DueSource
from lifecycle.models import PlatformRole

ROLE = "platform_role"


def _ending(user, until: date, without: Collection[str] = ()) -> QuerySet:
    rows = PlatformRole.objects.all().due_for(user).filter(until__lte=until)
    return rows.exclude(pk__in=without) if without else rows


def _rows(user, day: date, until: date, limit: int, without: Collection[str] = ()) -> list[DueRow]:
    found = _ending(user, until, without).select_related("kol").order_by("until", "id")[:limit]
    return [
        DueRow(
            key=f"{ROLE}:{row.pk}",
            kind=ROLE,
            icon="shield",
            kind_label=_("Platform role"),
            subject=row.kol,
            why=why(row, day),
            due=row.until,
            action=_("Extend or end"),
            detail_url=reverse("lifecycle:platform-role-detail", args=[row.pk]),
        )
        for row in found
    ]


def why(row: PlatformRole, day: date) -> str:
    """Their role ends: mentor."""
    if row.until is not None and row.until < day:
        return _("Their role has ended, say so or extend it: %(role)s") % {"role": row}
    return _("Their role ends: %(role)s") % {"role": row}


ROLES = DueSource(label=gettext_lazy("Platform roles"), rows=_rows, waiting=_ending)
