"""What stands on a manager's Today of the files of others (DOMAIN 5.4, 5.9, 8.1).

Reviews that are a week late, and handovers not confirmed in time, with the promises nobody answers for.
As with reminders it is the nearest manager whose they are: of the team, else of the next one up.
"""

from collections.abc import Collection
from datetime import date, timedelta

from django.db.models import CharField, Exists, ExpressionWrapper, F, OuterRef, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from kol_crm.core import policy
from kol_crm.core.addresses import address_of
from kol_crm.core.due import DueRow, DueSource, narrowed
from kol_crm.core.models import Team, User
from lifecycle.due import awaited_of, why
from lifecycle.models import HandedFile
from lifecycle.services.reminder import AFTER
from profiles.models import Kol

REVIEW, HANDOVER = "review_late", "handover_late"


def _teams(user: User) -> QuerySet[Team]:
    """Those for which no other manager is nearer."""
    tree = Team.objects.tree_of(user.team)
    managers = User.objects.filter(role=User.Role.MANAGER, is_active=True)
    path = ExpressionWrapper(OuterRef("path"), output_field=CharField())
    nearer = managers.filter(team__in=tree.exclude(pk=user.team_id)).annotate(below=path)
    return tree.exclude(Exists(nearer.filter(below__startswith=F("team__path"))))


def _files(user: User) -> QuerySet[Kol]:
    if user.role != User.Role.MANAGER or user.team_id is None:
        return Kol.objects.none()
    return Kol.objects.visible_to(user).active().filter(team__in=_teams(user)).exclude(owner=user)


def _late(user, until: date, without: Collection[str] = ()) -> QuerySet[Kol]:
    after = timedelta(days=policy.remembered().get(AFTER))
    return narrowed(_files(user).filter(review_due__lte=until - after), without)


def _late_rows(user, day: date, until: date, limit: int, without: Collection[str] = ()) -> list[DueRow]:
    kols = list(_late(user, until, without).for_today().order_by("review_due", "id")[:limit])
    reviews, after = awaited_of(kols), timedelta(days=policy.remembered().get(AFTER))
    names = dict(User.objects.filter(pk__in={kol.owner_id for kol in kols}).values_list("pk", "display_name"))
    return [
        DueRow(
            key=f"{REVIEW}:{kol.pk}",
            kind=REVIEW,
            icon="clipboard-check",
            kind_label=_("Review overdue"),
            subject=kol,
            why=_("%(who)s: %(why)s") % {"who": names[kol.owner_id], "why": why(kol, kol.review_due, day)},
            due=kol.review_due + after,
            action=_("Look at it"),
            detail_url=address_of("lifecycle:review-detail", reviews[kol.pk]),
        )
        for kol in kols
        if kol.pk in reviews
    ]


def _unconfirmed(user, until: date, without: Collection[str] = ()) -> QuerySet[HandedFile]:
    rows = HandedFile.objects.pending().filter(kol__in=_files(user), handover__due_on__lte=until)
    return narrowed(rows.exclude(handover__receiver=user), without)


def _unconfirmed_rows(
    user, _day: date, until: date, limit: int, without: Collection[str] = ()
) -> list[DueRow]:
    found = _unconfirmed(user, until, without).with_open().select_related("kol", "handover__receiver")
    return [
        DueRow(
            key=f"{HANDOVER}:{row.pk}",
            kind=HANDOVER,
            icon="arrow-left-right",
            kind_label=_("Handover"),
            subject=row.kol,
            why=_why_unconfirmed(row),
            due=row.handover.due_on,
            action=_("Look at it"),
            detail_url=address_of("lifecycle:handover-detail", row.pk),
        )
        for row in found.order_by("handover__due_on", "id")[:limit]
    ]


def _why_unconfirmed(row) -> str:
    told = {"who": row.handover.receiver, "n": row.unowned}
    if not row.unowned:
        return _("%(who)s has not confirmed this handover") % told
    return (
        ngettext(
            "%(who)s has not confirmed this handover; %(n)d promise has no owner",
            "%(who)s has not confirmed this handover; %(n)d promises have no owner",
            row.unowned,
        )
        % told
    )


SOURCES = {
    REVIEW: DueSource(gettext_lazy("Reviews overdue"), _late_rows, _late, in_calendar=False, personal=True),
    HANDOVER: DueSource(
        gettext_lazy("Handovers not confirmed"),
        _unconfirmed_rows,
        _unconfirmed,
        in_calendar=False,
        personal=True,
    ),
}
