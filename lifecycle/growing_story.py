"""Persona, coaching, access and data sheets in the story of a file (DOMAIN 5.5, 5.6)."""

from collections.abc import Callable
from typing import Any

from django.db.models import F, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lifecycle.models import AccessGrant, Adjustment, CoachingPlan, CoachingSession, DataSheet, Persona
from profiles.models import Kol
from profiles.timeline import Entry, Place, TimelineSource, older

KIND = "growing"
Words = tuple[Any, Any, str, Any, str]  # title, note, body, who, address


def _persona(row: Persona) -> Words:
    note = _("version %(n)d") % {"n": row.number}
    return _("Persona approved"), note, row.story, row.approved_by, _page(row)


def _tried(row: Adjustment) -> Words:
    return _("Persona: a change is tried"), row.hypothesis, row.change, row.author, _page(row)


def _decided(row: Adjustment) -> Words:
    title = _("Persona: the change is kept") if row.state == row.State.KEPT else _("Persona: back as before")
    return title, row.hypothesis, row.reaction_after, row.decided_by, _page(row)


def _begun(row: CoachingPlan) -> Words:
    return _("Coaching begun"), row.title, row.aim, row.author, _plan(row.pk)


def _closed(row: CoachingPlan) -> Words:
    return _("Coaching closed"), row.title, row.result, None, _plan(row.pk)


def _held(row: CoachingSession) -> Words:
    return _("Coaching session held"), row.topic, row.said, row.held_by, _plan(row.plan_id)


def _done(row: CoachingSession) -> Words:
    return _("Homework done"), row.topic, row.homework, None, _plan(row.plan_id)


def _granted(row: AccessGrant) -> Words:
    return _("Access granted"), row.get_kind_display(), row.what, row.author, _grant(row)


def _withdrawn(row: AccessGrant) -> Words:
    return _("Access withdrawn"), row.what, row.reason, row.withdrawn_by, _grant(row)


def _sheet(row: DataSheet) -> Words:
    return _("Data sheet taken out"), "", "", row.user, ""


def _page(row: Persona | Adjustment) -> str:
    return reverse("lifecycle:persona", args=[row.kol_id])


def _plan(pk) -> str:
    return reverse("lifecycle:coaching-detail", args=[pk])


def _grant(row: AccessGrant) -> str:
    return reverse("lifecycle:access-detail", args=[row.pk])


# kind of row, the column that dates it, its icon, its words, whom they name
ACTS: tuple[tuple[Any, str, str, Callable[[Any], Words], str], ...] = (
    (Persona, "approved_at", "id-card", _persona, "approved_by"),
    (Adjustment, "created_at", "flask-conical", _tried, "author"),
    (Adjustment, "decided_at", "flask-conical", _decided, "decided_by"),
    (CoachingPlan, "created_at", "graduation-cap", _begun, "author"),
    (CoachingPlan, "closed_at", "graduation-cap", _closed, "author"),
    (CoachingSession, "held_at", "graduation-cap", _held, "held_by"),
    (CoachingSession, "homework_done_at", "notebook-pen", _done, "author"),
    (AccessGrant, "created_at", "key-round", _granted, "author"),
    (AccessGrant, "withdrawn_at", "key-round", _withdrawn, "withdrawn_by"),
    (DataSheet, "at", "file-chart-column", _sheet, "user"),
)


def _rows(model, column: str, kol: Kol) -> QuerySet:
    return model.objects.filter(kol=kol, **{f"{column}__isnull": False})


def _load(kol: Kol, before: Place | None, limit: int) -> list[Entry]:
    found = []
    for model, column, icon, words, who in ACTS:
        rows = _rows(model, column, kol).select_related(who)
        rows = rows if column == "at" else rows.annotate(at=F(column))
        for row in older(rows, before, limit):
            title, note, body, person, url = words(row)
            found.append(Entry(row.at, row.pk, KIND, icon, title, note=note, body=body, who=person, url=url))
    found.sort(key=lambda entry: (entry.at, entry.id.hex), reverse=True)
    return found[:limit]


def _told(kol: Kol) -> list[QuerySet]:
    return [_rows(model, column, kol) for model, column, *_rest in ACTS]


STORY = TimelineSource(gettext_lazy("Persona and coaching"), _load, _told)
