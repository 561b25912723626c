"""What initial and mid-term offer for Today: personas, trials, coaching, access (DOMAIN 5.5, 8.1)."""

from collections.abc import Callable, Collection
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kol_crm.core.due import DueRow, DueSource
from lifecycle.days import installation_day
from lifecycle.models import AccessGrant, Adjustment, CoachingSession, Persona

PERSONA, ADJUSTMENT, SESSION, HOMEWORK, ACCESS = "persona", "adjustment", "coaching", "homework", "access"
LONGEST_WHY = 90
Rows = Callable[[Any], QuerySet]


def _personas(user, _until: date, without: Collection[str] = ()) -> QuerySet:
    """They wait from the day on which they were submitted, for every manager who may approve them."""
    rows = Persona.objects.to_approve(user).filter(kol__archived_at=None)
    return rows.exclude(pk__in=without) if without else rows


def _persona_rows(user, _day: date, until: date, limit: int, without: Collection[str] = ()) -> list[DueRow]:
    found = _personas(user, until, without).select_related("kol", "submitted_by")
    return [
        DueRow(
            key=f"{PERSONA}:{row.pk}",
            kind=PERSONA,
            icon="id-card",
            kind_label=_("Persona"),
            subject=row.kol,
            why=persona_why(row),
            due=installation_day(row.submitted_at),
            action=_("Approve"),
            detail_url=reverse("lifecycle:persona", args=[row.kol_id]),
        )
        for row in found.order_by("submitted_at", "id")[:limit]
    ]


def persona_why(row: Persona) -> str:
    """Version 2 is to be approved; submitted by Lin."""
    told = {"number": row.number, "who": row.submitted_by or _("System")}
    return _("Persona, version %(number)d, is to be approved; submitted by %(who)s") % told


def _source(
    label: Any,
    kind: str,
    icon: str,
    rows: Rows,
    column: str,
    why: Callable[[Any], str],
    action: Any,
    page: Rows,
) -> DueSource:
    """Rows of the files that the user owns, due on the day in ``column``."""

    def waiting(user, until: date, without: Collection[str] = ()) -> QuerySet:
        found = rows(user).filter(**{f"{column}__lte": until})
        return found.exclude(pk__in=without) if without else found

    def due(user, _day: date, until: date, limit: int, without: Collection[str] = ()) -> list[DueRow]:
        found = waiting(user, until, without).select_related("kol").order_by(column, "id")[:limit]
        return [
            DueRow(
                key=f"{kind}:{row.pk}",
                kind=kind,
                icon=icon,
                kind_label=str(label),
                subject=row.kol,
                why=Truncator(why(row)).chars(LONGEST_WHY),
                due=getattr(row, column),
                action=str(action),
                detail_url=page(row),
            )
            for row in found
        ]

    return DueSource(label=label, rows=due, waiting=waiting)


def adjustment_why(row: Adjustment) -> str:
    return _("A trial to decide: %(change)s") % {"change": row.change}


def session_why(row: CoachingSession) -> str:
    return _("Coaching: %(topic)s") % {"topic": row.topic}


def homework_why(row: CoachingSession) -> str:
    return _("Homework: %(what)s") % {"what": row.homework}


def access_why(row: AccessGrant) -> str:
    told = {"kind": row.get_kind_display(), "what": row.what}
    return _("Access ends: %(kind)s, %(what)s") % told


def _plan_page(row: CoachingSession) -> str:
    return reverse("lifecycle:coaching-detail", args=[row.plan_id])


SOURCES = {
    PERSONA: DueSource(label=gettext_lazy("Personas to approve"), rows=_persona_rows, waiting=_personas),
    ADJUSTMENT: _source(
        gettext_lazy("Persona on trial"),
        ADJUSTMENT,
        "flask-conical",
        lambda user: Adjustment.objects.due_for(user).filter(state=Adjustment.State.TRIAL),
        "look_on",
        adjustment_why,
        gettext_lazy("Decide"),
        lambda row: reverse("lifecycle:persona", args=[row.kol_id]),
    ),
    SESSION: _source(
        gettext_lazy("Coaching"),
        SESSION,
        "graduation-cap",
        lambda user: CoachingSession.objects.due_for(user).to_hold(),
        "on",
        session_why,
        gettext_lazy("Hold it"),
        _plan_page,
    ),
    HOMEWORK: _source(
        gettext_lazy("Homework"),
        HOMEWORK,
        "notebook-pen",
        lambda user: CoachingSession.objects.due_for(user).homework_open(),
        "homework_due",
        homework_why,
        gettext_lazy("Look"),
        _plan_page,
    ),
    ACCESS: _source(
        gettext_lazy("Access ending"),
        ACCESS,
        "key-round",
        lambda user: AccessGrant.objects.due_for(user).ending(),
        "until",
        access_why,
        gettext_lazy("Extend or end"),
        lambda row: reverse("lifecycle:access-detail", args=[row.pk]),
    ),
}
