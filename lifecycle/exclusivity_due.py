"""What exclusivity offers for Today: ends that come near, sightings, stops to decide (DOMAIN 5.6, 8.1)."""

from datetime import date

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kol_crm.core import wording
from lifecycle.due_rows import of_files, page_of
from lifecycle.models import Exclusivity, Sighting, Stop
from profiles.models.querysets import EDIT

EXCLUSIVITY, SIGHTING, STOP = "exclusivity", "sighting", "stop"


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


def sighting_why(row: Sighting, _day: date) -> str:
    return _("Seen on %(channel)s: %(what)s") % {"channel": row.get_channel_display(), "what": row.what}


def _stops(user) -> QuerySet:
    """Of all files in a manager's care, whoever owns them: it is the manager who decides."""
    if not (user.is_manager or user.is_admin):
        return Stop.objects.none()
    rows = Stop.objects.visible_to(user, EDIT).open()
    return rows.filter(kol__owner__isnull=False, kol__dormant=False)


def stop_why(row: Stop, _day: date) -> str:
    told = {"cause": row.get_cause_display(), "why": row.why}
    return _("%(cause)s: terminate or reinstate? %(why)s") % told


SOURCES = {
    EXCLUSIVITY: of_files(
        EXCLUSIVITY,
        gettext_lazy("Exclusivity ending"),
        "handshake",
        rows=lambda user: Exclusivity.objects.due_for(user).open(),
        column="due_on",
        why=ending_why,
        action=gettext_lazy("Renew or note"),
        page=page_of("lifecycle:exclusivity-detail"),
        kind_label=gettext_lazy("Exclusivity"),
    ),
    SIGHTING: of_files(
        SIGHTING,
        gettext_lazy("Sightings of breach"),
        "scan-eye",
        rows=lambda user: Sighting.objects.due_for(user).open(),
        column="due_on",
        why=sighting_why,
        action=gettext_lazy("Decide"),
        page=page_of("lifecycle:sighting-detail"),
        kind_label=gettext_lazy("Sighting of breach"),
    ),
    STOP: of_files(
        STOP,
        gettext_lazy("Stopped KOLs"),
        "octagon-x",
        rows=_stops,
        column="due_on",
        why=stop_why,
        action=gettext_lazy("Decide"),
        page=page_of("lifecycle:stop-detail"),
        kind_label=gettext_lazy("Stopped KOL"),
    ),
}
