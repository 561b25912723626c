"""What introduction offers for Today beside outreach (DOMAIN 4.3, 4.6, 4.11, 8.1).

Candidates whom nobody leads on, own users who wait to be looked at, programmes past their end.
"""

from collections.abc import Collection
from datetime import date

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from kol_crm.core import wording
from kol_crm.core.due import DueRow, DueSource, narrowed
from lifecycle import suggestions
from lifecycle.days import installation_day
from lifecycle.due_rows import of_files, page_of
from lifecycle.models import Candidate, Outreach, Programme
from profiles.models import Kol
from profiles.services import note

CANDIDATE, MINING, PROGRAMME = "candidate", "mining", "programme"


def _resting() -> QuerySet[Candidate]:
    """Open candidates of running programmes to whom nobody writes."""
    written_to = Outreach.objects.live().filter(candidate=OuterRef("pk"))
    rows = Candidate.objects.open().standing().filter(programme__state=Programme.State.LIVE)
    return rows.filter(~Exists(written_to))


def why_resting(candidate: Candidate, day: date) -> str:
    """Identified for 20 d, and no next step: Winter running."""
    told = {
        "step": candidate.get_step_display(),
        "days": wording.days_words((day - installation_day(candidate.step_since)).days),
        "programme": candidate.programme,
    }
    return _("%(step)s for %(days)s, and no next step: %(programme)s") % told


CANDIDATES = of_files(
    CANDIDATE,
    gettext_lazy("Candidates"),
    "sprout",
    rows=lambda user: _resting().filter(kol__in=Kol.objects.active().filter(owner=user)),
    column="lead_on_by",
    why=why_resting,
    action=gettext_lazy("Lead on"),
    page=page_of("lifecycle:candidate-today"),
    kind_label=gettext_lazy("Candidate"),
    joins=("programme",),
)


def due_dates(files: QuerySet) -> QuerySet:
    """What candidates hand in for next due (DOMAIN 3.13)."""
    return note.dates(_resting(), "lead_on_by", files)


def _mine(user) -> QuerySet[Programme]:
    return Programme.objects.visible_to(user).filter(owner=user, state=Programme.State.LIVE)


def _to_mine(user, _until: date, without: Collection[str] = ()) -> QuerySet[Programme]:
    """Running programmes whose fields have own users whom nobody looked at."""
    unseen = suggestions.unseen().filter(field__in=OuterRef("fields"))
    rows = _mine(user).filter(Exists(unseen)).distinct()
    return narrowed(rows, without)


def _mining_rows(user, day: date, until: date, limit: int, without: Collection[str] = ()) -> list[DueRow]:
    found = list(_to_mine(user, until, without).order_by("name", "pk")[:limit])
    fields = {row.pk: [one.field_id for one in row.programme_fields.all()] for row in _with_fields(found)}
    asked = {field for of in fields.values() for field in of}
    counted = suggestions.unseen().filter(field__in=asked).order_by().values_list("field")
    waiting = dict(counted.annotate(n=Count("pk")).values_list("field", "n")) if asked else {}
    return [
        DueRow(
            key=f"{MINING}:{row.pk}",
            kind=MINING,
            icon="pickaxe",
            kind_label=_("Own users"),
            subject=row,
            why=_why_mine(sum(waiting.get(field, 0) for field in fields[row.pk])),
            due=day,
            action=_("Look through"),
            detail_url=reverse("lifecycle:programme-today", args=[row.pk]),
        )
        for row in found
    ]


def _with_fields(rows: list[Programme]) -> QuerySet[Programme]:
    return Programme.objects.filter(pk__in=[row.pk for row in rows]).prefetch_related("programme_fields")


def _why_mine(count: int) -> str:
    words = ngettext(
        "%(n)d suggestion from own users is not reviewed yet",
        "%(n)d suggestions from own users are not reviewed yet",
        count,
    )
    return words % {"n": count}


TO_MINE = DueSource(label=gettext_lazy("Own users"), rows=_mining_rows, waiting=_to_mine)


def _ending(user, until: date, without: Collection[str] = ()) -> QuerySet[Programme]:
    rows = _mine(user).filter(ends_on__lte=until)
    return narrowed(rows, without)


def why_ending(programme: Programme, day: date, undecided: int) -> str:
    """Ended 20 Nov; 5 candidates have no outcome yet."""
    told = {"day": wording.day_words(programme.ends_on, "plain", day, wording.babel_locale()), "n": undecided}
    if programme.ends_on < day:
        return _("Its period ended %(day)s; candidates without an outcome: %(n)d") % told
    return _("Its period ends %(day)s; candidates without an outcome: %(n)d") % told


def undecided_of(programmes: QuerySet[Programme]) -> QuerySet[Programme]:
    """With the number of candidates of whom it is not said what became of them."""
    still = Q(candidates__outcome="", candidates__kol__archived_at=None)
    return programmes.annotate(undecided=Count("candidates", filter=still))


def _ending_rows(user, day: date, until: date, limit: int, without: Collection[str] = ()) -> list[DueRow]:
    return [
        DueRow(
            key=f"{PROGRAMME}:{row.pk}",
            kind=PROGRAMME,
            icon="calendar-off",
            kind_label=_("Programme"),
            subject=row,
            why=why_ending(row, day, row.undecided),
            due=row.ends_on,
            action=_("Close"),
            detail_url=reverse("lifecycle:programme-today", args=[row.pk]),
        )
        for row in undecided_of(_ending(user, until, without)).order_by("ends_on", "pk")[:limit]
    ]


ENDING = DueSource(label=gettext_lazy("Programmes"), rows=_ending_rows, waiting=_ending)
