"""What profiles tells users: mentions, and what colleagues did on files they follow."""

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kol_crm.core import due
from kol_crm.core.models import Notice, User
from kol_crm.core.notice_rules import FOR_ONE
from kol_crm.core.notices import NoticeKind, Told
from profiles.models import Kol

ACTS = {
    "touch": gettext_lazy("%(who)s logged a touch with %(kol)s"),
    "change": gettext_lazy("%(who)s changed the file of %(kol)s"),
    "move": gettext_lazy("%(who)s moved %(kol)s to another stage"),
}


def of_file(words: Callable[[Notice, str], Any]) -> Callable[[Sequence[Notice], User], dict[UUID, Told]]:
    """A teller of notices whose subject is a file: left out where the reader no longer sees it."""

    def tell(notices: Sequence[Notice], user: User) -> dict[UUID, Told]:
        wanted = {notice.subject for notice in notices}
        names = dict(Kol.objects.visible_to(user).filter(pk__in=wanted).values_list("pk", "name"))
        return {
            notice.pk: Told(
                str(words(notice, names[notice.subject])),
                reverse("profiles:kol-detail", args=[notice.subject]),
            )
            for notice in notices
            if notice.subject in names
        }

    return tell


def _followed(notices: Sequence[Notice], user: User) -> dict[UUID, Told]:
    people = User.objects.in_bulk({notice.data["by"] for notice in notices if notice.data.get("by")})

    def words(notice: Notice, kol: str) -> str:
        who = people.get(notice.data.get("by")) or _("The software")
        return ACTS[notice.data["what"]] % {"who": who, "kol": kol}

    return of_file(words)(notices, user)


def _handed(notices: Sequence[Notice], user: User) -> dict[UUID, Told]:
    kinds = {name: source.label for name, source in due.sources.items()}

    def words(notice: Notice, kol: str) -> str:
        told = {"what": kinds.get(notice.data["kind"], ""), "kol": kol, "word": notice.data.get("word", "")}
        if told["word"]:
            return _("handed you something of Today: %(what)s, %(kol)s. “%(word)s”") % told
        return _("handed you something of Today: %(what)s, %(kol)s") % told

    return of_file(words)(notices, user)


MENTION = NoticeKind(
    gettext_lazy("Mention"),
    "at-sign",
    of_file(lambda _notice, kol: _("mentioned you in a touch with %(kol)s") % {"kol": kol}),
    FOR_ONE,
)
HANDED = NoticeKind(gettext_lazy("Handed over to me"), "forward", _handed)
FOLLOW = NoticeKind(gettext_lazy("Followed file"), "bell-ring", _followed)
