"""What handovers offer for Today: packs to confirm, promises on a colleague's file (DOMAIN 5.9, 8.1)."""

from collections.abc import Collection
from datetime import date

from django.db.models import Count, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from kol_crm.core.due import DueRow, DueSource, narrowed
from lifecycle.due_rows import of_files
from lifecycle.models import HandedFile, Handover
from profiles.models import Kol, Promise

HANDOVER, PROMISE = "handover", "promise_taken"


def _mine(user) -> QuerySet[HandedFile]:
    """Files handed to the user that they have not confirmed yet."""
    return HandedFile.objects.pending().filter(kol__in=Kol.objects.active().filter(owner=user))


def _waiting(user, until: date, without: Collection[str] = ()) -> QuerySet[Handover]:
    rows = Handover.objects.filter(receiver=user, due_on__lte=until, pk__in=_mine(user).values("handover"))
    return narrowed(rows, without)


def _rows(user, _day: date, until: date, limit: int, without: Collection[str] = ()) -> list[DueRow]:
    acts = list(_waiting(user, until, without).select_related("giver").order_by("due_on", "id")[:limit])
    files = _mine(user).filter(handover__in=acts)
    by_act = files.order_by().values_list("handover").annotate(n=Count("pk"))
    counts = dict(by_act)
    ready = dict(files.complete().order_by().values_list("handover").annotate(n=Count("pk")))
    alone = [act.pk for act in acts if counts.get(act.pk) == 1]
    single = {row.handover_id: row for row in files.filter(handover__in=alone).select_related("kol")}
    return [_row(act, counts.get(act.pk, 0), ready.get(act.pk, 0), single.get(act.pk)) for act in acts]


def _row(act: Handover, files: int, ready: int, single: HandedFile | None) -> DueRow:
    """About the KOL where it is one file; a portfolio stands in one row."""
    if single is None:
        url = reverse("lifecycle:handover-portfolio", args=[act.pk])
    else:
        url = reverse("lifecycle:handover-detail", args=[single.pk])
    return DueRow(
        key=f"{HANDOVER}:{act.pk}",
        kind=HANDOVER,
        icon="arrow-left-right",
        kind_label=_("Handover"),
        subject=act if single is None else single.kol,
        why=why(act, files, ready),
        due=act.due_on,
        action=_("Look through"),
        detail_url=url,
    )


def why(act: Handover, files: int, ready: int) -> str:
    """12 files from Li Na, 9 of them can be confirmed."""
    told = {"n": files, "who": act.giver, "ready": ready}
    if files == 1 and not ready:
        return _("From %(who)s: open promises need an owner") % told
    words = ngettext(
        "%(n)d file from %(who)s, %(ready)d can be confirmed",
        "%(n)d files from %(who)s, %(ready)d of them can be confirmed",
        files,
    )
    return words % told


HANDOVERS = DueSource(label=gettext_lazy("Handovers"), rows=_rows, waiting=_waiting, personal=True)


def _taken(user) -> QuerySet[Promise]:
    """Open promises for which the user answers on files of others; on their own they stand anyway."""
    files = Kol.objects.visible_to(user).filter(pk__in=Kol.objects.active()).exclude(owner=user)
    return Promise.objects.all().open().filter(answered_for__user=user, kol__in=files)


TAKEN = of_files(
    PROMISE,
    gettext_lazy("Promises taken over"),
    "handshake",
    rows=_taken,
    column="due_on",
    why=lambda row, _day: _("You answer for it: %(what)s") % {"what": row.what},
    action=gettext_lazy("Look at it"),
    page=lambda row: reverse("profiles:note-detail", args=["promise", row.pk]),
    kind_label=gettext_lazy("Promise"),
)
