"""Handovers in words: notices, the story of a file (DOMAIN 5.9)."""

from collections.abc import Sequence
from uuid import UUID

from django.db.models import Count, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from kol_crm.core.models import Notice, User
from kol_crm.core.notice_rules import FOR_ONE
from kol_crm.core.notices import NoticeKind, Told
from lifecycle.models import HandedFile, Handover, HandoverNote
from profiles.acts import Act, Words, story
from profiles.models import Kol
from profiles.notices import of_file

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


GIVEN = NoticeKind(gettext_lazy("Handover"), ICON, _tell, FOR_ONE)
ASKED = NoticeKind(
    gettext_lazy("Question in a handover"),
    ICON,
    of_file(lambda _notice, kol: _("A question or note on the handover of %(kol)s") % {"kol": kol}),
    FOR_ONE,
)


def _files(kol: Kol) -> QuerySet:
    rows = HandedFile.objects.filter(kol=kol)
    return rows.select_related("handover__giver", "handover__receiver", "handover__user")


def _notes(kol: Kol) -> QuerySet:
    return HandoverNote.objects.filter(file__kol=kol).select_related("user")


def _page(row: HandedFile) -> str:
    return reverse("lifecycle:handover-detail", args=[row.pk])


def _handed(row: HandedFile) -> Words:
    people = {"giver": row.handover.giver, "receiver": row.handover.receiver}
    title = _("Handed over: %(giver)s → %(receiver)s") % people
    return Words(title, who=row.handover.user, url=_page(row))


def _confirmed(row: HandedFile) -> Words:
    return Words(_("Handover confirmed"), who=row.handover.receiver, url=_page(row))


def _noted(row: HandoverNote) -> Words:
    return Words(_("Note on the handover"), body=row.text, who=row.user)


STORY = story(
    KIND,
    gettext_lazy("Handovers"),
    (
        Act(_files, "handed_at", ICON, _handed),
        Act(_files, "confirmed_at", ICON, _confirmed),
        Act(_notes, "at", ICON, _noted),
    ),
)
