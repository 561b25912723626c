"""Privileges and platform roles in words: refusals, notices, the story of a file (DOMAIN 5.8)."""

from collections.abc import Iterator, Sequence
from uuid import UUID

from django.db.models import F, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kol_crm.core.models import Notice, User
from kol_crm.core.notices import NoticeKind, Told
from kol_crm.core.wording import listed
from lifecycle.models import PlatformRole, Privilege, PrivilegeKind
from profiles.models import Kol, Level, Stage
from profiles.notices import of_file
from profiles.timeline import Entry, Place, TimelineSource, older

KIND = "privilege"
ICON = "badge-check"


def refusal(kind: PrivilegeKind, kol: Kol) -> str:
    """Why this KOL may not hold it; empty where they may."""
    if not kind.fits_stage(kol.stage):
        told = {"what": kind.name, "stages": listed(kind.stage_words), "stage": Stage(kol.stage).label}
        return _("“%(what)s” is granted in %(stages)s; they are in %(stage)s.") % told
    if not kind.fits_level(kol.level):
        level = Level(kol.level).label if kol.level else _("none, treated as nano")
        told = {"what": kind.name, "levels": listed(kind.level_words), "level": level}
        return _("“%(what)s” is granted at the levels %(levels)s; theirs is %(level)s.") % told
    return ""


def _tell(notices: Sequence[Notice], user: User) -> dict[UUID, Told]:
    kinds = PrivilegeKind.objects.in_bulk({UUID(notice.data["kind"]) for notice in notices})

    def words(notice: Notice, kol: str) -> str:
        told = {"kol": kol, "what": kinds[UUID(notice.data["kind"])].name}
        told["why"] = Privilege.Cause(notice.data["cause"]).label
        return _("“%(what)s” was withdrawn from %(kol)s: %(why)s") % told

    return of_file(words)(notices, user)


WITHDRAWN = NoticeKind(gettext_lazy("Privilege withdrawn"), ICON, _tell)


def _privileges(kol: Kol, column: str) -> QuerySet:
    rows = Privilege.objects.filter(kol=kol, **{f"{column}__isnull": False}).annotate(at=F(column))
    return rows.select_related("kind", "granted_by", "withdrawn_by")


def _roles(kol: Kol, column: str) -> QuerySet:
    rows = PlatformRole.objects.filter(kol=kol, **{f"{column}__isnull": False}).annotate(at=F(column))
    return rows.select_related("granted_by", "ended_by")


def _entries(kol: Kol, before: Place | None, limit: int) -> Iterator[Entry]:
    for row in older(_privileges(kol, "granted_at"), before, limit):
        title = _("Granted: %(what)s") % {"what": row.kind.name}
        yield Entry(row.at, row.pk, KIND, ICON, title, body=row.note, who=row.granted_by)
    for row in older(_privileges(kol, "withdrawn_at"), before, limit):
        title = _("Withdrawn: %(what)s") % {"what": row.kind.name}
        why = str(row.get_cause_display())
        yield Entry(row.at, row.pk, KIND, ICON, title, note=why, body=row.reason, who=row.withdrawn_by)
    for role in older(_roles(kol, "granted_at"), before, limit):
        title = _("Platform role: %(role)s") % {"role": role}
        yield Entry(role.at, role.pk, KIND, "shield", title, body=role.note, who=role.granted_by)
    for role in older(_roles(kol, "ended_at"), before, limit):
        title = _("Platform role ended: %(role)s") % {"role": role}
        yield Entry(role.at, role.pk, KIND, "shield", title, body=role.reason, who=role.ended_by)


def _load(kol: Kol, before: Place | None, limit: int) -> list[Entry]:
    found = list(_entries(kol, before, limit))
    found.sort(key=lambda entry: (entry.at, entry.id.hex), reverse=True)
    return found[:limit]


def _told(kol: Kol) -> list[QuerySet]:
    columns = (_privileges(kol, "granted_at"), _privileges(kol, "withdrawn_at"))
    return [*columns, _roles(kol, "granted_at"), _roles(kol, "ended_at")]


STORY = TimelineSource(gettext_lazy("Privileges and roles"), _load, _told)
