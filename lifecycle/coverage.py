"""Coverage: KOLs whom nobody looks after, operators above load, absences nobody covers (DOMAIN 5.7)."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import (
    Case,
    Count,
    DateField,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.functions import Greatest
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kol_crm.core import policy
from kol_crm.core.models import Absence, User
from lifecycle.figures import LOAD
from lifecycle.models import Member, SingleContact
from profiles.models import Kol, Stage
from profiles.services import access

ACTIVE = (Stage.INITIAL, Stage.MID_TERM, Stage.LATE)
AHEAD = timedelta(days=14)


def uncovered(user) -> QuerySet[Kol]:
    """Active KOLs on file that are in no living community and have no single contact."""
    files = Kol.objects.visible_to(user).active().filter(stage__in=ACTIVE)
    inside = Member.objects.inside().filter(kol=OuterRef("pk"))
    contact = SingleContact.objects.filter(kol=OuterRef("pk"), until=None, user__is_active=True)
    return files.filter(~Exists(inside), ~Exists(contact))


@dataclass(frozen=True)
class Load:
    """An operator and how many files they look after."""

    user: User
    files: int
    most: int


def overloaded(user) -> list[Load]:
    """Whoever looks after more files than the policy says, by name: no ranking."""
    most = policy.current().get(LOAD)
    files = Kol.objects.visible_to(user).active().exclude(stage=Stage.DEPARTED)
    counts = dict(files.order_by().values_list("owner").annotate(n=Count("pk")).filter(n__gt=most))
    owners = User.objects.filter(pk__in=counts).order_by("display_name", "username")
    return [Load(owner, counts[owner.pk], most) for owner in owners]


@dataclass(frozen=True)
class Gap:
    """An absence, now or within 14 days, on which the deputy is not there; ``why`` says so."""

    absence: Absence
    why: str


def uncertain(user, day: date) -> QuerySet[Absence]:
    """Absences, now or within 14 days, whose deputy is not there; ``gone``, ``fits``: what of them holds."""
    roles = User.Role
    gone = Q(deputy__is_active=False)
    above = Q(deputy__role=roles.MANAGER, user__team__path__startswith=F("deputy__team__path"))
    fits = Q(deputy__role__in=(roles.OPERATOR, roles.MANAGER)) & (Q(deputy__team=F("user__team")) | above)
    since = Greatest(OuterRef("starts_on"), Value(day, DateField()))
    away = Absence.objects.filter(
        user=OuterRef("deputy"), starts_on__lte=OuterRef("ends_on"), ends_on__gte=since
    )
    near = Absence.objects.filter(ends_on__gte=day, starts_on__lte=day + AHEAD)
    rows = near.filter(user__team__in=access.teams_for(user)).filter(gone | ~fits | Exists(away))
    return rows.annotate(gone=Case(When(gone, then=True), default=False)).annotate(
        fits=Case(When(fits, then=True), default=False)
    )


def gaps(user, day: date) -> list[Gap]:
    """Absences without a deputy who is there: left, away themselves, or no longer of the team."""
    rows = uncertain(user, day).select_related("user__team", "deputy__team").order_by("starts_on", "id")
    return [Gap(row, _why(row)) for row in rows]


def _why(row: Any) -> str:
    if row.gone:
        return _("the deputy has left")
    return _("the deputy is away as well") if row.fits else _("the deputy is no longer of the team")


def summary(uncovered_files: int, loads: list[Load], open_gaps: list[Gap], *, most: int | None = None) -> str:
    """One sentence with the figures; of files beyond ``most`` it says no more than that there are more."""
    if not (uncovered_files or loads or open_gaps):
        return _("Everybody is looked after.")
    more = most is not None and uncovered_files > most
    told = [
        (
            f"{most}+" if more else uncovered_files,
            ngettext(
                "%(n)s active KOL without a community or a single contact",
                "%(n)s active KOLs without a community or a single contact",
                uncovered_files,
            ),
        ),
        (len(loads), ngettext("%(n)d operator above load", "%(n)d operators above load", len(loads))),
        (
            len(open_gaps),
            ngettext("%(n)d absence without a deputy", "%(n)d absences without a deputy", len(open_gaps)),
        ),
    ]
    return "; ".join(words % {"n": n} for n, words in told if n)
