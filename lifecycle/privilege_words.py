"""Privileges and platform roles in words: refusals, notices, the story of a file (DOMAIN 5.8)."""

from collections.abc import Sequence
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kol_crm.core.models import Notice, User
from kol_crm.core.notices import NoticeKind, Told
from kol_crm.core.wording import listed
from lifecycle.models import PlatformRole, Privilege, PrivilegeKind
from profiles.acts import Act, Words, story
from profiles.models import Kol, Level, Stage
from profiles.notices import of_file

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


def _privileges(kol: Kol) -> QuerySet:
    return Privilege.objects.filter(kol=kol).select_related("kind", "granted_by", "withdrawn_by")


def _roles(kol: Kol) -> QuerySet:
    return PlatformRole.objects.filter(kol=kol).select_related("granted_by", "ended_by")


def _granted(row: Privilege) -> Words:
    return Words(_("Granted: %(what)s") % {"what": row.kind.name}, body=row.note, who=row.granted_by)


def _withdrawn(row: Privilege) -> Words:
    title = _("Withdrawn: %(what)s") % {"what": row.kind.name}
    return Words(title, str(row.get_cause_display()), row.reason, row.withdrawn_by)


def _given(role: PlatformRole) -> Words:
    return Words(_("Platform role: %(role)s") % {"role": role}, body=role.note, who=role.granted_by)


def _over(role: PlatformRole) -> Words:
    return Words(_("Platform role ended: %(role)s") % {"role": role}, body=role.reason, who=role.ended_by)


STORY = story(
    KIND,
    gettext_lazy("Privileges and roles"),
    (
        Act(_privileges, "granted_at", ICON, _granted),
        Act(_privileges, "withdrawn_at", ICON, _withdrawn),
        Act(_roles, "granted_at", "shield", _given),
        Act(_roles, "ended_at", "shield", _over),
    ),
)
