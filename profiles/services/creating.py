"""A new file that people bring in: twins on file and a no of earlier are told first (DOMAIN 2.2, 4.10).

Imports ask ``twin.find`` and ``no_go.find``.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from kol_crm.core import notices, policy
from kol_crm.core.actor import Actor
from kol_crm.core.errors import Refused
from kol_crm.core.models import User
from kol_crm.core.score import Score
from profiles.models import Kol
from profiles.models.querysets import TRASH, VIEW
from profiles.services import duplicate, no_go, note, twin
from profiles.services import kol as verbs
from profiles.services.twin import Probe, Twin


class Shown(NamedTuple):
    """A twin that its reader may see."""

    kol: Kol
    score: Score

    def as_json(self) -> dict[str, Any]:
        return {
            "id": str(self.kol.pk),
            "name": self.kol.name,
            "owner": self.kol.owner.username if self.kol.owner else None,
            "archived": self.kol.is_archived,
            "score": int(self.score.value or 0),
            "parts": [part.as_json() for part in self.score.parts],
        }


class Told(NamedTuple):
    """What one reader is told of twins: those they see, and words for the others (DOMAIN 2.2).

    ``no_gos``: what the memory says of the person (4.10).
    """

    shown: Sequence[Shown] = ()
    unseen: Sequence[Kol] = ()
    no_gos: Sequence[no_go.Told] = ()

    def __bool__(self) -> bool:
        return bool(self.shown or self.unseen or self.no_gos)

    @property
    def has_twins(self) -> bool:
        return bool(self.shown or self.unseen)

    @property
    def is_no_go(self) -> bool:
        """Whether a no stands in the way today."""
        return any(one.blocks for one in self.no_gos)

    @property
    def words(self) -> list[str]:
        """Of the unseen only where and whom to ask: no name, no reason, no id."""
        return list(dict.fromkeys(elsewhere(kol) for kol in self.unseen))


class TwinsFound(Refused):
    """Nothing was created: somebody like this is on file (``twins``), or there was a no (``no_go``).

    ``problem``: why insisting would not help.
    """

    def __init__(self, told: Told, problem: ValidationError | None = None):
        words = (
            _("Somebody like this is on file already.")
            if told.has_twins
            else "; ".join(one.words for one in told.no_gos if one.blocks)
        )
        super().__init__(
            "twins" if told.has_twins else "no_go",
            words,
            twins=[one.as_json() for one in told.shown],
            unseen=told.words,
            no_gos=[one.as_json() for one in told.no_gos],
        )
        self.told, self.problem = told, problem


def elsewhere(kol: Kol) -> str:
    """Whose file it is that one may not see."""
    return _("already on file with team %(team)s, ask %(owner)s") % {
        "team": kol.team,
        "owner": kol.owner or _("its manager"),
    }


def told_to(user: User, twins: Collection[Twin], no_gos: Sequence[no_go.Told] = ()) -> Told:
    """The twins as this reader may know them: two queries."""
    if not twins:
        return Told(no_gos=no_gos)
    kols, seen = known_to(user, [found.kol for found in twins])
    return Told(
        [Shown(kols[one.kol], one.likeness.score) for one in twins if one.kol in seen],
        [kols[one.kol] for one in twins if one.kol not in seen],
        no_gos,
    )


class Known(NamedTuple):
    """Files by id, and the ids of those that one reader sees."""

    kols: Mapping[UUID, Kol]
    seen: set[UUID]


def known_to(user: User, ids: Collection[UUID]) -> Known:
    """These files, and which of them ``user`` sees, the trash included: three queries."""
    files = Kol.objects.filter(pk__in=ids)
    seen = {
        pk for action in (VIEW, TRASH) for pk in files.visible_to(user, action).values_list("pk", flat=True)
    }
    return Known({kol.pk: kol for kol in files.select_related("owner", "team", "main_field")}, seen)


def look(actor: Actor, values: Mapping[str, Any], **lists: Any) -> Told:
    """What the actor is told while typing a new file; nothing is written."""
    twins, no_gos = _asked(actor, values, **lists)
    return told_to(actor.person, twins, no_gos)


def tell(actor: Actor, values: Mapping[str, Any], **lists: Any) -> list[str]:
    """Tell those whose files one may not see that somebody like theirs is about to come in; once a day each.

    Gives back whom: the words of ``Told``. Nobody is named to the asker, and nobody's file.
    """
    return tell_about(actor, look(actor, values, **lists).unseen)


def tell_about(actor: Actor, kols: Sequence[Kol]) -> list[str]:
    """Tell whoever answers for these files, which the actor does not see; gives back whom, in words."""
    for kol in kols:
        key = f"twin:{kol.pk}:{actor.person.pk}:{localdate(actor.at)}"
        notices.notify(actor, _askable(kol), "twin", subject=kol.pk, key=key)
    return Told(unseen=kols).words


def _askable(kol: Kol) -> list[User]:
    """The owner; of a file without one, the managers over its team, else the admins."""
    if kol.owner is not None and kol.owner.is_active:
        return [kol.owner]
    people = User.objects.filter(is_active=True)
    managers = people.filter(role=User.Role.MANAGER, team__isnull=False).select_related("team")
    above = [one for one in managers if one.team and kol.team.path.startswith(one.team.path)]
    return above or list(people.filter(role=User.Role.ADMIN))


def _asked(actor: Actor, values: Mapping[str, Any], **lists: Any) -> tuple[list[Twin], list[no_go.Told]]:
    """The twins of a file not yet saved, from what ``kol.create`` takes, and what is known against it."""
    known = {name: lists[name] for name in ("contacts", "accounts", "fields") if name in lists}
    card = twin.card_of_values(values, **known)
    found = no_go.find([card])[0]
    return twin.find([Probe(card)])[0], no_go.tell(actor.user, found, note.installation_day(actor))


@policy.held()
def create(actor: Actor, values: Mapping[str, Any], *, insist: bool = False, **lists: Any) -> Kol:
    """``kol.create``, unless somebody like this is on file or there was a no: that is told first, and
    insisting is recorded.

    Raises ``TwinsFound`` with nothing written, else as ``kol.create`` does. An account stands on one file
    alone: there insisting does not help.
    """
    if insist:
        actor = replace(actor, insists=True)
    twins, no_gos = _asked(actor, values, **lists)
    said_no = any(one.blocks for one in no_gos)
    if not twins and not said_no:
        return verbs.create(actor, values, **lists)
    with transaction.atomic():
        try:
            kol = verbs.create(actor, values, **lists)
        except ValidationError as error:
            if twins and not insist and _is_about_an_account(error):
                raise TwinsFound(told_to(actor.person, twins, no_gos), error) from error
            raise
        if not insist:  # once it is known that nothing else is wrong
            raise TwinsFound(told_to(actor.person, twins, no_gos))
        if twins:
            duplicate.refresh(actor, [kol.pk])
    return kol


def _is_about_an_account(error: ValidationError) -> bool:
    return hasattr(error, "error_dict") and any(name.startswith("accounts.") for name in error.error_dict)
