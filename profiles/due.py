"""What profiles offers for Today: staying in touch (DOMAIN 3.10, 8.1)."""

from collections.abc import Collection
from datetime import date

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from kol_crm.core.due import DueRow, DueSource
from profiles.models import Kol


def _due_touches(user, until: date, without: Collection[str]):
    due = Kol.objects.active().filter(owner=user, touch_due__lte=until, quiet_cause="")
    return due.exclude(pk__in=without) if without else due


def _why(kol: Kol, day: date) -> str:
    if kol.last_touch_at is None:
        return _("Never touched since the file was made")
    days = (day - timezone.localdate(kol.last_touch_at)).days
    return ngettext("No touch for %(days)d day", "No touch for %(days)d days", days) % {"days": days}


def _rows(user, day: date, until: date, limit: int, without: Collection[str] = ()) -> list[DueRow]:
    kols = _due_touches(user, until, without).order_by("touch_due", "id")[:limit]
    return [
        DueRow(
            key=f"touch:{kol.pk}",
            kind="touch",
            icon="message-circle",
            kind_label=_("Stay in touch"),
            subject=kol,
            why=_why(kol, day),
            due=kol.touch_due,
            action=_("Log touch"),
            detail_url=reverse("profiles:touch-form", args=[kol.pk]),
        )
        for kol in kols
    ]


def _count(user, until: date, cap: int, without: Collection[str] = ()) -> int:
    return _due_touches(user, until, without)[:cap].count()


STAY_IN_TOUCH = DueSource(
    label=gettext_lazy("Stay in touch"),
    rows=_rows,
    count=_count,
)
