"""Pasted figures: whose they are, what they would change, and taking them in (DOMAIN 3.4, 3.5)."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext as _

from kol_crm.core.actor import Actor
from kol_crm.core.models import User
from profiles.importing import paste
from profiles.importing.cells import Unreadable
from profiles.importing.headings import PLATFORM_WORDS
from profiles.importing.paste import Grid, Pasted, Read
from profiles.models import Account, Kol, Platform, Snapshot
from profiles.models.querysets import EDIT
from profiles.rules import link as rules
from profiles.rules.handle import fold_handle
from profiles.services import figures, others_days
from profiles.services import link as links
from profiles.services.figures import CENTS, NewFigure, Recorded

SOURCE = "hand"
NEW, CHANGED, UNCHANGED = "new", "changed", "unchanged"
Place = tuple[int, int]


@dataclass(frozen=True)
class Effect:
    """What a pasted figure would do; ``before``: the standing one of the same days."""

    state: str
    before: Decimal | None = None


@dataclass(frozen=True)
class Preview:
    """A pasted table with what each of its cells would do."""

    pasted: Pasted
    effects: dict[Place, Effect]

    @property
    def is_clean(self) -> bool:
        """Nothing in it is left to mend; a heading that is not understood leaves its column out."""
        wrong = [place for place in self.pasted.problems if place[0] not in self.pasted.heads]
        return not wrong and not self.pasted.whole

    def count(self, state: str) -> int:
        return sum(effect.state == state for effect in self.effects.values())


def of_account(grid: Grid, account: Account, user: User, today: date, *, span: str, metric: str) -> Preview:
    """Rows of one account, on its file's page."""
    pasted = paste.read(grid, today, span=span, metric=metric)
    pasted.figures = [replace(one, account=account.pk) for one in pasted.figures]
    return _previewed(pasted, user)


def of_many(grid: Grid, user: User, today: date, *, span: str, metric: str) -> Preview:
    """Rows of many accounts, of files that ``user`` may edit."""
    finder = _Finder(user, grid)
    return _previewed(paste.read(grid, today, span=span, metric=metric, find=finder.find), user)


def take_in(actor: Actor, preview: Preview) -> Recorded:
    """Record what is new or changed. Raises ``ValidationError`` while a cell is not understood."""
    if not preview.is_clean:
        raise ValidationError({"cells": _("Some cells are not understood: mend them, or empty them.")})
    if not preview.pasted.figures:
        raise ValidationError({"cells": _("There is no figure in these rows.")})
    return figures.record(actor, [_figure(one) for one in preview.pasted.figures])


def _account(one: Read) -> UUID:
    """Whose figure it is; rows whose account was not found hold none."""
    if one.account is None:
        raise ValueError("a figure of no account")
    return one.account


def _figure(one: Read) -> NewFigure:
    return NewFigure(_account(one), one.metric, one.value, one.start, one.end, SOURCE)


def _previewed(pasted: Pasted, user: User) -> Preview:
    foreign = others_days.among(user, [(_account(one), one.start, one.end) for one in pasted.figures])
    for one in pasted.figures:
        if (one.account, one.start, one.end) in foreign:
            pasted.problems[one.row, one.column] = others_days.words()
    pasted.figures = [one for one in pasted.figures if (one.account, one.start, one.end) not in foreign]
    accounts = {one.account for one in pasted.figures}
    rows = Snapshot.objects.filter(
        account__in=accounts, standing=True, source=SOURCE, end__in={one.end for one in pasted.figures}
    )
    standing = {
        (account, metric, start, end): value
        for account, metric, start, end, value in rows.values_list(
            "account_id", "metric", "start", "end", "value"
        )
    }
    said: dict[tuple, Place] = {}
    effects = {}
    for one in pasted.figures:
        place, key = (one.row, one.column), (_account(one), one.metric, one.start, one.end)
        if key in said:
            pasted.problems[place] = _("These days stand in row %(row)d already.") % {"row": said[key][0] + 1}
            continue
        said[key] = place
        before = standing.get(key)
        if before is None:
            effects[place] = Effect(NEW)
        elif before == one.value.quantize(CENTS):
            effects[place] = Effect(UNCHANGED, before)
        else:
            effects[place] = Effect(CHANGED, before)
    return Preview(pasted, effects)


class _Finder:
    """Which account a cell names: by link, id or handle, or by the name of a KOL who has one there.

    All cells are looked up at once, so that the number of queries does not grow with the rows.
    """

    def __init__(self, user: User, grid: Grid):
        words = {cell for row in grid for cell in row if cell}
        self.own = links.own_pattern()
        named = [self._linked(word) for word in words if rules.holds_link(word)]
        ids = {one.external_id for one in named if one} | words
        handles = {fold_handle(word) for word in words} | {fold_handle(one.handle) for one in named if one}
        mine = Kol.objects.visible_to(user, EDIT)
        same = Q(external_id__in=ids - {""}) | Q(handle_folded__in=handles - {""}) | Q(kol__name__in=words)
        self.by_word: dict[str, dict[UUID, Account]] = defaultdict(dict)
        for account in Account.objects.filter(same, kol__in=mine).select_related("kol"):
            for word in (account.external_id, account.handle_folded, f"name:{account.holder.name}"):
                if word:
                    self.by_word[word][account.pk] = account

    def _linked(self, word: str):
        try:
            return rules.read(word, self.own)
        except rules.Unresolved:
            return None

    def find(self, who: str, where: str) -> UUID:
        """Raises ``Unreadable`` where the cells name no account, or several."""
        if not who:
            raise Unreadable(_("This row names no account."))
        platform = _platform(where)
        if rules.holds_link(who):
            try:
                named = rules.read(who, self.own)
            except rules.Unresolved as error:
                raise Unreadable(str(error)) from error
            if named is None:
                raise Unreadable(_("This link names no profile that is known."))
            platform = named.platform
            found = self._among([named.external_id or fold_handle(named.handle)], platform)
        else:
            found = self._among([who, fold_handle(who)], platform) or self._among([f"name:{who}"], platform)
        if not found:
            raise Unreadable(_("No account of yours is called so."))
        if len(found) > 1:
            raise Unreadable(_("Several accounts are called so: paste the link, or say the platform."))
        return found[0].pk

    def _among(self, words: Sequence[str], platform: str) -> list[Account]:
        found: dict[UUID, Account] = {}
        for word in words:
            found |= self.by_word.get(word, {})
        return [account for account in found.values() if not platform or account.platform == platform]


def _platform(cell: str) -> str:
    """A platform by its key or by its name in either language. Raises ``Unreadable``."""
    word = cell.strip().casefold()
    if not word:
        return ""
    for platform in Platform:
        if word in _names(platform):
            return platform.value
    raise Unreadable(_("This platform is not known."))


def _names(platform: Platform) -> Iterable[str]:
    return {platform.value, str(platform.label).casefold(), *PLATFORM_WORDS.get(platform.value, ())}
