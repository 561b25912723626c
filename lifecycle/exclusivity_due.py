"""What exclusivity offers for Today: ends that come near, sightings, stops to decide (DOMAIN 5.6, 8.1)."""

from collections.abc import Collection
from datetime import date

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kol_crm.core import wording
from kol_crm.core.due import DueRow, DueSource
from lifecycle.models import Exclusivity, Sighting, Stop
from profiles.models.querysets import EDIT

EXCLUSIVITY, SIGHTING, STOP = "exclusivity", "sighting", "stop"
LONGEST_WHY = 90


def _ending(user, until: date, without: Collection[str] = ()) -> QuerySet:
    rows = Exclusivity.objects.due_for(user).open().filter(due_on__lte=until)
    return rows.exclude(pk__in=without) if without else rows


def ending_why(row: Exclusivity, day: date) -> str:
    """Exclusivity ends 16 Dec, in 20 d: running shoes."""
    words = {
        "day": wording.day_words(row.ends_on, "plain", day, wording.babel_locale()),
        "days": wording.days_words((row.ends_on - day).days),
        "scope": row.scope,
    }
    if row.ends_on < day:
        return _("Exclusivity ended %(day)s: %(scope)s") % words
    return _("Exclusivity ends %(day)s, in %(days)s: %(scope)s") % words


def _ending_rows(user, day: date, until: date, limit: int, without: Collection[str] = ()) -> list[DueRow]:
    found = _ending(user, until, without).select_related("kol").order_by("due_on", "id")[:limit]
    return [
        DueRow(
            key=f"{EXCLUSIVITY}:{row.pk}",
            kind=EXCLUSIVITY,
            icon="handshake",
            kind_label=_("Exclusivity"),
            subject=row.kol,
            why=Truncator(ending_why(row, day)).chars(LONGEST_WHY),
            due=row.due_on,
            action=_("Renew or note"),
            detail_url=reverse("lifecycle:exclusivity-detail", args=[row.pk]),
        )
        for row in found
    ]


def _sightings(user, until: date, without: Collection[str] = ()) -> QuerySet:
    rows = Sighting.objects.due_for(user).open().filter(due_on__lte=until)
    return rows.exclude(pk__in=without) if without else rows


def _sighting_rows(user, _day: date, until: date, limit: int, without: Collection[str] = ()) -> list[DueRow]:
    found = _sightings(user, until, without).select_related("kol").order_by("due_on", "id")[:limit]
    return [
        DueRow(
            key=f"{SIGHTING}:{row.pk}",
            kind=SIGHTING,
            icon="scan-eye",
            kind_label=_("Sighting of breach"),
            subject=row.kol,
            why=Truncator(
                _("Seen on %(channel)s: %(what)s") % {"channel": row.get_channel_display(), "what": row.what}
            ).chars(LONGEST_WHY),
            due=row.due_on,
            action=_("Decide"),
            detail_url=reverse("lifecycle:sighting-detail", args=[row.pk]),
        )
        for row in found
    ]


def _stops(user, until: date, without: Collection[str] = ()) -> QuerySet:
    """Of all files in a manager's care, whoever owns them: it is the manager who decides."""
    if not (user.is_manager or user.is_admin):
        return Stop.objects.none()
    rows = Stop.objects.visible_to(user, EDIT).open()
    rows = rows.filter(due_on__lte=until, kol__owner__isnull=False, kol__dormant=False)
    return rows.exclude(pk__in=without) if without else rows


def _stop_rows(user, _day: date, until: date, limit: int, without: Collection[str] = ()) -> list[DueRow]:
    found = _stops(user, until, without).select_related("kol").order_by("due_on", "id")[:limit]
    return [
        DueRow(
            key=f"{STOP}:{row.pk}",
            kind=STOP,
            icon="octagon-x",
            kind_label=_("Stopped KOL"),
            subject=row.kol,
            why=Truncator(
                _("%(cause)s: terminate or reinstate? %(why)s")
                % {"cause": row.get_cause_display(), "why": row.why}
            ).chars(LONGEST_WHY),
            due=row.due_on,
            action=_("Decide"),
            detail_url=reverse("lifecycle:stop-detail", args=[row.pk]),
        )
        for row in found
    ]


SOURCES = {
    EXCLUSIVITY: DueSource(label=gettext_lazy("Exclusivity ending"), rows=_ending_rows, waiting=_ending),
    SIGHTING: DueSource(label=gettext_lazy("Sightings of breach"), rows=_sighting_rows, waiting=_sightings),
    STOP: DueSource(label=gettext_lazy("Stopped KOLs"), rows=_stop_rows, waiting=_stops),
}
