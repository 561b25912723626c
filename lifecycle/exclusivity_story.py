"""Exclusivity, sightings and stops in the story of a file and before its review (DOMAIN 5.4, 5.6)."""

from collections.abc import Callable, Iterator
from datetime import date

from django.db.models import F, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lifecycle.evidence import Evidence, day_words
from lifecycle.models import Exclusivity, Sighting, Stop
from profiles.models import Kol
from profiles.timeline import Entry, Place, TimelineSource, older

KIND = "exclusivity"
Told = tuple[str, str, str, object]  # title, note, body, who


def _of(model, kol: Kol, column: str) -> QuerySet:
    rows = model.objects.filter(kol=kol, **{f"{column}__isnull": False})
    return rows.for_list().annotate(at=F(column))


def _noted(row: Exclusivity) -> Told:
    title = _("Exclusivity renewed") if row.renews_id else _("Exclusivity")
    days = _("%(start)s to %(end)s") % {"start": row.starts_on.isoformat(), "end": row.ends_on.isoformat()}
    return title, days, row.scope, row.author


def _seen(row: Sighting) -> Told:
    return _("Breach seen"), str(row.get_channel_display()), row.what, row.author


def _decided(row: Sighting) -> Told:
    confirmed = row.state == Sighting.State.CONFIRMED
    return _("Breach confirmed") if confirmed else _("Sighting dismissed"), row.what, row.why, row.decided_by


def _stopped(row: Stop) -> Told:
    until = _("until %(day)s") % {"day": row.until.isoformat()} if row.until else ""
    return str(row.get_cause_display()), until, row.why, row.author


def _ended(row: Stop) -> Told:
    return _("Stop ended"), str(row.get_ending_display()), row.ended_why, row.ended_by


ACTS: tuple[tuple[type, str, str, str, Callable], ...] = (
    (Exclusivity, "created_at", "handshake", "lifecycle:exclusivity-detail", _noted),
    (Sighting, "created_at", "scan-eye", "lifecycle:sighting-detail", _seen),
    (Sighting, "decided_at", "scan-eye", "lifecycle:sighting-detail", _decided),
    (Stop, "created_at", "octagon-x", "lifecycle:stop-detail", _stopped),
    (Stop, "ended_at", "octagon-x", "lifecycle:stop-detail", _ended),
)


def _entries(kol: Kol, before: Place | None, limit: int) -> Iterator[Entry]:
    for model, column, icon, page, words in ACTS:
        for row in older(_of(model, kol, column), before, limit):
            title, note, body, who = words(row)
            url = reverse(page, args=[row.pk])
            yield Entry(row.at, row.pk, KIND, icon, title, note=note, body=body, who=who, url=url)


def _load(kol: Kol, before: Place | None, limit: int) -> list[Entry]:
    found = sorted(_entries(kol, before, limit), key=lambda entry: (entry.at, entry.id.hex), reverse=True)
    return found[:limit]


def _told(kol: Kol) -> list[QuerySet]:
    return [model.objects.filter(kol=kol, **{f"{column}__isnull": False}) for model, column, *_rest in ACTS]


STORY = TimelineSource(gettext_lazy("Exclusivity and stops"), _load, _told)


def evidence(kol: Kol, day: date) -> list[Evidence]:
    """The exclusivity that runs, and stops that stand, for a review."""
    lines = []
    running = Exclusivity.objects.filter(kol=kol).running(day).order_by("ends_on").first()
    if running is not None:
        ends = _("ends %(day)s") % {"day": day_words(running.ends_on, day)}
        near = (running.ends_on - day).days <= 60
        lines.append(
            Evidence(
                "exclusivity", gettext_lazy("Exclusivity"), running.scope, ends, tone="warn" if near else ""
            )
        )
    for row in Stop.objects.standing().filter(kol=kol).order_by("created_at"):
        words = str(row.get_cause_display())
        lines.append(Evidence(f"stop.{row.pk}", gettext_lazy("Stops"), words, row.why, tone="bad"))
    return lines
