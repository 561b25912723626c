"""The notes of a file as its columns show them: what is open, days to come, people around (UI, screen 3)."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from profiles import note_words
from profiles.models import ImportantDate, Kol, LifeEvent, Need, Promise, Request, Tie
from profiles.services import birthday

SHOWN = 20
KINDS = ("promise", "request", "need", "date", "event")  # of next due, told by their own rows
OPEN_ONES = (
    ("promise", Promise, gettext_lazy("Promises"), "kept", gettext_lazy("Kept")),
    ("request", Request, gettext_lazy("Requests"), "", ""),
    ("need", Need, gettext_lazy("Needs"), "met", gettext_lazy("Met")),
)


def open_notes(kol: Kol, day: date) -> list[dict[str, Any]]:
    """Promises, requests and needs that are open, each kind with the button that settles one."""
    found = []
    for kind, model, label, step, action in OPEN_ONES:
        rows = model.objects.filter(kol=kol).open()
        rows = rows.ours_overdue_first(day) if kind == "promise" else rows.order_by("due_on", "id")
        if kind == "request":
            rows = rows.select_related("taker")
        found.append(
            {
                "kind": kind,
                "label": label,
                "rows": list(rows[:SHOWN]),
                "step": step,
                "action": action,
                "url": f"{reverse(f'profiles:{kind}-list')}?kol={kol.pk}&sort=-created",
            }
        )
    return found


def people_context(kol: Kol, user) -> dict[str, Any]:
    """Important dates, life events and ties, both ways, for the left column: four queries."""
    return {
        "important_dates": _dated(ImportantDate.objects.filter(kol=kol).order_by("next_on", "id")[:SHOWN]),
        "life_events": _dated(
            LifeEvent.objects.filter(kol=kol).order_by("closed_at", "next_on", "id")[:SHOWN]
        ),
        "ties": ties(kol, user),
    }


def ties(kol: Kol, user) -> list[dict[str, Any]]:
    """Ties from here and to here. A file that the reader may not see is neither named nor linked."""
    rows = list(
        Tie.objects.filter(Q(kol=kol) | Q(other=kol)).select_related("kol", "other").order_by("kind", "id")
    )
    ends = {row.other_id if row.kol_id == kol.pk else row.kol_id for row in rows}
    seen = set(Kol.objects.visible_to(user).filter(pk__in=ends - {None}).values_list("pk", flat=True))
    found = []
    for row in rows[: 2 * SHOWN]:
        here = row.kol_id == kol.pk
        end = row.other if here else row.kol
        if not here and end.pk not in seen:
            continue
        found.append(
            {
                "tie": row,
                "here": here,
                "label": row.get_kind_display() if here else note_words.SEEN_FROM_THERE[row.kind],
                "kol": end if end is not None and end.pk in seen else None,
                "name": row.name,
            }
        )
    return found


def days_to_come(kol: Kol) -> list[tuple[date, Any, str]]:
    """(day, words, kind) of important dates and life events, for the dates of the right column."""
    dates = ImportantDate.objects.filter(kol=kol).awaited().order_by("next_on", "id")[:SHOWN]
    events = LifeEvent.objects.filter(kol=kol, next_on__isnull=False).open().order_by("next_on", "id")[:SHOWN]
    return [
        *((row.next_on, row.what, "date") for row in dates),
        *((row.next_on, row.what, "event") for row in events),
    ]


def minor_lacks(kol: Kol, contacts: Iterable, day: date) -> list[str]:
    """What is missing before somebody under age may have exclusivity, cash or greetings (DOMAIN 3.1)."""
    if not (kol.minor or birthday.is_under_age(kol, day)):
        return []
    found = []
    if kol.guardian_consent_on is None:
        found.append(_("the guardian’s consent"))
    if not any(contact.guardian and contact.alive for contact in contacts):
        found.append(_("a guardian’s contact"))
    return found


def _dated(rows) -> list[dict[str, Any]]:
    return [{"note": row, "when": note_words.when(row)} for row in rows]
