"""The command palette: any KOL, any page, any command on the KOL in view (UI, feel)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from kol_crm import context, keys
from kol_crm.core import settings_pages
from kol_crm.core.text import fold_term
from profiles import search
from profiles.commands import Command, commands
from profiles.models import ContactPoint, Kol
from profiles.models.querysets import CLAIM, EDIT, VIEW
from profiles.rules.naming import index_words
from profiles.services.access import may_create

KOLS, RECENT, OTHERS = 8, 6, 8
COPY = pgettext_lazy("palette", "Copy %(what)s %(masked)s")


@dataclass(frozen=True)
class Option:
    """A row that Enter takes: ``url`` to go to, ``command`` to do on the file's page, ``kol`` to show."""

    label: str
    url: str
    icon: str = ""
    key: str = ""
    command: str = ""
    kol: Kol | None = None


@dataclass(frozen=True)
class Group:
    label: str
    options: list[Option]


def groups(user, term: str, in_view: UUID | None = None, recent: Iterable[UUID] = ()) -> list[Group]:
    """What ``term`` may mean, best first; without a term the KOL in view, those seen last, and the pages."""
    viewed = _in_view(user, in_view)
    doings = Group(viewed.name, _only(term, _commands(viewed))) if viewed else None
    pages = Group(_("Go to"), _only(term, _pages(user)))
    if fold_term(term):
        files = Group(_("KOLs"), _kols(search.best(Kol.objects.visible_to(user), term, user, KOLS)))
        found = [files, doings, pages]
    else:
        found = [doings, Group(_("Seen last"), _recent(user, recent, viewed)), pages]
    return [group for group in found if group and group.options]


def _in_view(user, pk: UUID | None) -> Any:
    if pk is None:
        return None
    same = {right: Kol.objects.visible_to(user, right).filter(pk=OuterRef("pk")) for right in (EDIT, CLAIM)}
    rows = Kol.objects.visible_to(user).annotate(may_edit=Exists(same[EDIT]), may_claim=Exists(same[CLAIM]))
    return rows.filter(pk=pk).first()


def _commands(kol) -> Iterator[Option]:
    for name, command in commands.items():
        if _may(kol, command):
            url = reverse(command.tab, args=[kol.pk])
            yield Option(str(command.label), url, command.icon, command.key, name)
    if kol.may_edit:
        for contact in ContactPoint.objects.filter(kol=kol, dead_since=None):
            label = COPY % {"what": contact.get_channel_display(), "masked": contact.masked}
            url = reverse("profiles:kol-detail", args=[kol.pk])
            yield Option(label, url, "copy", command=f"copy:{contact.pk}")


def _may(kol, command: Command) -> bool:
    match command.right:
        case right if right == EDIT:
            return kol.may_edit
        case right if right == CLAIM:
            return kol.may_claim
    return True  # who sees a file may log a touch on it (DOMAIN 2.1)


def _kols(kols) -> list[Option]:
    return [
        Option(kol.name, reverse("profiles:kol-detail", args=[kol.pk]), kol=kol)
        for kol in kols.select_related("owner")
    ]


def _recent(user, ids: Iterable[UUID], viewed) -> list[Option]:
    """The files seen last, latest first, without the one in view."""
    order = {pk: place for place, pk in enumerate(ids) if viewed is None or pk != viewed.pk}
    found = Kol.objects.visible_to(user, VIEW).filter(pk__in=list(order)[:RECENT])
    return sorted(_kols(found), key=lambda option: order[option.kol.pk] if option.kol else 0)


def _pages(user) -> Iterator[Option]:
    for name, label, icon, *_others in context.pages_for(user):
        yield Option(str(label), reverse(name), icon, keys.OF_PAGES.get(name, ""))
    if may_create(user):
        yield Option(_("Figures to refresh"), reverse("profiles:figures-to-refresh"), "hourglass")
        yield Option(_("Paste rows"), reverse("profiles:figures-paste"), "clipboard-paste")
        yield Option(_("New KOL"), reverse("profiles:kol-create"), "plus")
        yield Option(_("Trash"), reverse("profiles:kol-trash"), "trash-2")
    for page in settings_pages.pages_of(user):
        yield Option(str(page.label), reverse(page.url), page.icon)


def _only(term: str, options: Iterable[Option]) -> list[Option]:
    """Those that the term names, as written or by pinyin; those that begin so first."""
    folded = fold_term(term)
    if not folded:
        return list(options)
    found = [(place, option) for option in options if (place := _place(folded, option.label)) is not None]
    return [option for _first, option in sorted(found, key=lambda pair: pair[0])][:OTHERS]


def _place(folded: str, label: str) -> int | None:
    names = _names(label)
    if any(name.startswith(folded) for name in names):
        return 0
    return 1 if len(folded) > 1 and any(folded in name for name in names) else None


@lru_cache(maxsize=256)
def _names(label: str) -> tuple[str, ...]:
    return tuple(index_words(label))
