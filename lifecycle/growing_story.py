"""Persona, coaching, access and data sheets in the story of a file (DOMAIN 5.5, 5.6)."""

from collections.abc import Callable

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lifecycle.models import AccessGrant, Adjustment, CoachingPlan, CoachingSession, DataSheet, Persona
from profiles.acts import Act, Words, story
from profiles.models import Kol

KIND = "growing"


def _persona(row: Persona) -> Words:
    note = _("version %(n)d") % {"n": row.number}
    return Words(_("Persona approved"), note, row.story, row.approved_by, _page(row))


def _tried(row: Adjustment) -> Words:
    return Words(_("Persona: a change is tried"), row.hypothesis, row.change, row.author, _page(row))


def _decided(row: Adjustment) -> Words:
    title = _("Persona: the change is kept") if row.state == row.State.KEPT else _("Persona: back as before")
    return Words(title, row.hypothesis, row.reaction_after, row.decided_by, _page(row))


def _begun(row: CoachingPlan) -> Words:
    return Words(_("Coaching begun"), row.title, row.aim, row.author, _plan(row.pk))


def _closed(row: CoachingPlan) -> Words:
    return Words(_("Coaching closed"), row.title, row.result, None, _plan(row.pk))


def _held(row: CoachingSession) -> Words:
    return Words(_("Coaching session held"), row.topic, row.said, row.held_by, _plan(row.plan_id))


def _done(row: CoachingSession) -> Words:
    return Words(_("Homework done"), row.topic, row.homework, None, _plan(row.plan_id))


def _granted(row: AccessGrant) -> Words:
    return Words(_("Access granted"), row.get_kind_display(), row.what, row.author, _grant(row))


def _withdrawn(row: AccessGrant) -> Words:
    return Words(_("Access withdrawn"), row.what, row.reason, row.withdrawn_by, _grant(row))


def _sheet(row: DataSheet) -> Words:
    return Words(_("Data sheet taken out"), "", "", row.user, "")


def _page(row: Persona | Adjustment) -> str:
    return reverse("lifecycle:persona", args=[row.kol_id])


def _plan(pk) -> str:
    return reverse("lifecycle:coaching-detail", args=[pk])


def _grant(row: AccessGrant) -> str:
    return reverse("lifecycle:access-detail", args=[row.pk])


def _of(model, who: str) -> Callable[[Kol], QuerySet]:
    return lambda kol: model.objects.filter(kol=kol).select_related(who)


STORY = story(
    KIND,
    gettext_lazy("Persona and coaching"),
    (
        Act(_of(Persona, "approved_by"), "approved_at", "id-card", _persona),
        Act(_of(Adjustment, "author"), "created_at", "flask-conical", _tried),
        Act(_of(Adjustment, "decided_by"), "decided_at", "flask-conical", _decided),
        Act(_of(CoachingPlan, "author"), "created_at", "graduation-cap", _begun),
        Act(_of(CoachingPlan, "author"), "closed_at", "graduation-cap", _closed),
        Act(_of(CoachingSession, "held_by"), "held_at", "graduation-cap", _held),
        Act(_of(CoachingSession, "author"), "homework_done_at", "notebook-pen", _done),
        Act(_of(AccessGrant, "author"), "created_at", "key-round", _granted),
        Act(_of(AccessGrant, "withdrawn_by"), "withdrawn_at", "key-round", _withdrawn),
        Act(_of(DataSheet, "user"), "at", "file-chart-column", _sheet),
    ),
)
