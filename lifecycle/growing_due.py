"""What initial and mid-term offer for Today: personas, trials, coaching, access (DOMAIN 5.5, 8.1)."""

from collections.abc import Collection
from datetime import date

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kol_crm.core.due import DueRow, DueSource, narrowed
from lifecycle.days import installation_day
from lifecycle.due_rows import of_files, page_of
from lifecycle.models import AccessGrant, Adjustment, CoachingSession, Persona

PERSONA, ADJUSTMENT, SESSION, HOMEWORK, ACCESS = "persona", "adjustment", "coaching", "homework", "access"


def _personas(user, _until: date, without: Collection[str] = ()) -> QuerySet:
    """They wait from the day on which they were submitted, for every manager who may approve them."""
    rows = Persona.objects.to_approve(user).filter(kol__archived_at=None)
    return narrowed(rows, without)


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


def adjustment_why(row: Adjustment, _day: date) -> str:
    return _("A trial to decide: %(change)s") % {"change": row.change}


def session_why(row: CoachingSession, _day: date) -> str:
    return _("Coaching: %(topic)s") % {"topic": row.topic}


def homework_why(row: CoachingSession, _day: date) -> str:
    return _("Homework: %(what)s") % {"what": row.homework}


def access_why(row: AccessGrant, _day: date) -> str:
    told = {"kind": row.get_kind_display(), "what": row.what}
    return _("Access ends: %(kind)s, %(what)s") % told


def _plan_page(row: CoachingSession) -> str:
    return reverse("lifecycle:coaching-detail", args=[row.plan_id])


SOURCES = {
    PERSONA: DueSource(
        label=gettext_lazy("Personas to approve"), rows=_persona_rows, waiting=_personas, personal=True
    ),
    ADJUSTMENT: of_files(
        ADJUSTMENT,
        gettext_lazy("Persona on trial"),
        "flask-conical",
        rows=lambda user: Adjustment.objects.due_for(user).filter(state=Adjustment.State.TRIAL),
        column="look_on",
        why=adjustment_why,
        action=gettext_lazy("Decide"),
        page=lambda row: reverse("lifecycle:persona", args=[row.kol_id]),
    ),
    SESSION: of_files(
        SESSION,
        gettext_lazy("Coaching"),
        "graduation-cap",
        rows=lambda user: CoachingSession.objects.due_for(user).to_hold(),
        column="on",
        why=session_why,
        action=gettext_lazy("Hold it"),
        page=_plan_page,
    ),
    HOMEWORK: of_files(
        HOMEWORK,
        gettext_lazy("Homework"),
        "notebook-pen",
        rows=lambda user: CoachingSession.objects.due_for(user).homework_open(),
        column="homework_due",
        why=homework_why,
        action=gettext_lazy("Look"),
        page=_plan_page,
    ),
    ACCESS: of_files(
        ACCESS,
        gettext_lazy("Access ending"),
        "key-round",
        rows=lambda user: AccessGrant.objects.due_for(user).ending(),
        column="until",
        why=access_why,
        action=gettext_lazy("Extend or end"),
        page=page_of("lifecycle:access-detail"),
    ),
}
