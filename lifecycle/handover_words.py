"""Handovers in words: notices, the story of a file (DOMAIN 5.9)."""

from collections.abc import Iterator, Sequence
from uuid import UUID

from django.db.models import Count, F, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from kol_crm.core.models import Notice, User
from kol_crm.core.notices import NoticeKind, Told
from lifecycle.models import HandedFile, Handover, HandoverNote
from profiles.models import Kol
from profiles.notices import of_file
from profiles.timeline import Entry, Place, TimelineSource, older

KIND = "handover"
ICON = "arrow-left-right"


def _tell(notices: Sequence[Notice], user: User) -> dict[UUID, Told]:
    """Of how many files that the reader sees; left out where there is none any more."""
    files = HandedFile.objects.visible_to(user).filter(handover__in=[one.subject for one in notices])
    counts = dict(files.order_by().values_list("handover").annotate(n=Count("pk")))
    acts = Handover.objects.select_related("giver").in_bulk(counts)
    told = {}
    for notice in notices:
        if act := acts.get(notice.subject):
            n = counts[act.pk]
            words = ngettext(
                "%(who)s hands %(n)d file over to you", "%(who)s hands %(n)d files over to you", n
            )
            url = reverse("lifecycle:handover-portfolio", args=[act.pk])
            told[notice.pk] = Told(words % {"who": act.giver, "n": n}, url)
    return told


GIVEN = NoticeKind(gettext_lazy("Handover"), ICON, _tell)
ASKED = NoticeKind(
    gettext_lazy("Question in a handover"),
    ICON,
    of_file(lambda _notice, kol: _("A question or note on the handover of %(kol)s") % {"kol": kol}),
)


def _files(kol: Kol, column: str) -> QuerySet:
    rows = HandedFile.objects.filter(kol=kol, **{f"{column}__isnull": False}).annotate(at=F(column))
    return rows.select_related("handover__giver", "handover__receiver", "handover__user")


def _notes(kol: Kol) -> QuerySet:
    return HandoverNote.objects.filter(file__kol=kol).select_related("user")


def _entries(kol: Kol, before: Place | None, limit: int) -> Iterator[Entry]:
    for row in older(_files(kol, "handed_at"), before, limit):
        url = reverse("lifecycle:handover-detail", args=[row.pk])
        people = {"giver": row.handover.giver, "receiver": row.handover.receiver}
        title = _("Handed over: %(giver)s → %(receiver)s") % people
        yield Entry(row.at, row.pk, KIND, ICON, title, who=row.handover.user, url=url)
    for row in older(_files(kol, "confirmed_at"), before, limit):
        url = reverse("lifecycle:handover-detail", args=[row.pk])
        yield Entry(row.at, row.pk, KIND, ICON, _("Handover confirmed"), who=row.handover.receiver, url=url)
    for said in older(_notes(kol), before, limit):
        yield Entry(said.at, said.pk, KIND, ICON, _("Note on the handover"), body=said.text, who=said.user)


def _load(kol: Kol, before: Place | None, limit: int) -> list[Entry]:
    found = list(_entries(kol, before, limit))
    found.sort(key=lambda entry: (entry.at, entry.id.hex), reverse=True)
    return found[:limit]


def _told(kol: Kol) -> list[QuerySet]:
    return [_files(kol, "handed_at"), _files(kol, "confirmed_at"), HandoverNote.objects.filter(file__kol=kol)]


STORY = TimelineSource(gettext_lazy("Handovers"), _load, _told)
