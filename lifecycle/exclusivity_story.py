"""Exclusivity, sightings and stops in the story of a file and before its review (DOMAIN 5.4, 5.6)."""

from collections.abc import Callable
from datetime import date

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lifecycle.evidence import Evidence, day_words
from lifecycle.models import Exclusivity, Sighting, Stop
from profiles.acts import Act, Words, story
from profiles.models import Kol

KIND = "exclusivity"


def _of(model) -> Callable[[Kol], QuerySet]:
    return lambda kol: model.objects.filter(kol=kol).for_list()


def _page(name: str, row) -> str:
    return reverse(f"lifecycle:{name}-detail", args=[row.pk])


def _noted(row: Exclusivity) -> Words:
    title = _("Exclusivity renewed") if row.renews_id else _("Exclusivity")
    days = _("%(start)s to %(end)s") % {"start": row.starts_on.isoformat(), "end": row.ends_on.isoformat()}
    return Words(title, days, row.scope, row.author, _page("exclusivity", row))


def _seen(row: Sighting) -> Words:
    where = str(row.get_channel_display())
    return Words(_("Breach seen"), where, row.what, row.author, _page("sighting", row))


def _decided(row: Sighting) -> Words:
    confirmed = row.state == Sighting.State.CONFIRMED
    title = _("Breach confirmed") if confirmed else _("Sighting dismissed")
    return Words(title, row.what, row.why, row.decided_by, _page("sighting", row))


def _stopped(row: Stop) -> Words:
    until = _("until %(day)s") % {"day": row.until.isoformat()} if row.until else ""
    return Words(str(row.get_cause_display()), until, row.why, row.author, _page("stop", row))


def _ended(row: Stop) -> Words:
    how = str(row.get_ending_display())
    return Words(_("Stop ended"), how, row.ended_why, row.ended_by, _page("stop", row))


STORY = story(
    KIND,
    gettext_lazy("Exclusivity and stops"),
    (
        Act(_of(Exclusivity), "created_at", "handshake", _noted),
        Act(_of(Sighting), "created_at", "scan-eye", _seen),
        Act(_of(Sighting), "decided_at", "scan-eye", _decided),
        Act(_of(Stop), "created_at", "octagon-x", _stopped),
        Act(_of(Stop), "ended_at", "octagon-x", _ended),
    ),
)


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
