"""No-go memory: written down by whoever hears or says no, asked by every door (DOMAIN 4.10).

Found by keyed hashes of handle, phone, WeChat, mail and agency, any number of cards in three queries. By the
agency alone it is a hint about somebody else of theirs, unless it was meant for the whole agency.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from kol_crm.core import history, vault, wording
from kol_crm.core.actor import Actor
from kol_crm.core.errors import Refused
from kol_crm.core.kept import Kept
from kol_crm.core.models import Team, User
from profiles.models import Account, ContactPoint, Kol, NoGo, NoGoMark
from profiles.rules.twin import CONTACTS, AccountMark, Card
from profiles.services import note

EDITABLE = ("cause", "evidence", "look_again_on", "whole_agency")
Mark = tuple[str, str]  # kind, digest


class Found(NamedTuple):
    """A no-go that a card meets, and by which kinds of marks."""

    no_go: NoGo
    by: tuple[str, ...]

    @property
    def is_person(self) -> bool:
        """Whether it is about this very person (or the agency as a whole), not only about a colleague."""
        return self.by != (NoGoMark.Kind.AGENCY,) or self.no_go.whole_agency

    def blocks(self, day: date) -> bool:
        """Whether it stands in the way on this day: about them, not lifted, not yet to be looked at again."""
        return self.is_person and self.no_go.is_open_on(day)


@dataclass(frozen=True)
class Told:
    """What one reader is told of it: of a row one may not see only whom to ask (DOMAIN 2.2)."""

    found: Found
    seen: bool
    day: date

    @property
    def blocks(self) -> bool:
        return self.found.blocks(self.day)

    @property
    def words(self) -> str:
        """known, rejected on 3 Mar 2026 because …; look again on …"""
        no_go = self.found.no_go
        if not self.seen:
            told = {"team": no_go.team, "who": no_go.author or _("its manager")}
            return _("known to team %(team)s as a no-go, ask %(who)s") % told
        told = {
            "name": no_go.name,
            "day": _day(no_go.on, self.day),
            "cause": no_go.cause.rstrip("."),
            "again": _day(no_go.look_again_on, self.day),
        }
        if not self.found.is_person:
            if no_go.kind == NoGo.Kind.REFUSED:
                return _("%(name)s of the same agency refused on %(day)s because: %(cause)s") % told
            return _("%(name)s of the same agency was rejected on %(day)s because: %(cause)s") % told
        if no_go.kind == NoGo.Kind.REFUSED:
            return _("known, refused on %(day)s because: %(cause)s; look again on %(again)s") % told
        return _("known, rejected on %(day)s because: %(cause)s; look again on %(again)s") % told

    def as_json(self) -> dict[str, Any]:
        no_go = self.found.no_go
        return {
            "id": str(no_go.pk) if self.seen else None,
            "words": self.words,
            "by": list(self.found.by) if self.seen else [],
            "kind": no_go.kind if self.seen else None,
            "look_again_on": no_go.look_again_on.isoformat() if self.seen else None,
            "blocks": self.blocks,
        }


class Known(Refused):
    """Nothing was written: this person, or we, said no, and it is too early to look again."""

    def __init__(self, told: Sequence[Told], action: str):
        words = "; ".join(one.words for one in told if one.blocks)
        super().__init__(
            "no_go",
            _("%(what)s: %(why)s.") % {"what": action, "why": words},
            no_gos=[t.as_json() for t in told],
        )
        self.told = told


def record(
    actor: Actor,
    values: Mapping[str, Any],
    *,
    kol: Kol | None = None,
    card: Card | None = None,
    team: Team | None = None,
) -> NoGo:
    """Keep a no. ``values``: kind, cause, evidence, look_again_on, and name and whole_agency where wanted.

    About a file, or about a ``card`` of somebody without one (``team``: whose memory it is, by default the
    actor's). Raises ``ValidationError`` keyed by field, ``Refused`` (``no_marks``) where nothing would find
    it again.
    """
    day = note.installation_day(actor)
    row = NoGo(
        kol=kol,
        team=kol.team if kol else team or (actor.user and actor.user.team) or Team.objects.get(parent=None),
        author=actor.user,
        created_at=actor.at,
        on=values.get("on") or day,
        **{name: value for name, value in values.items() if name != "on"},
    )
    row.name = row.name or (kol.name if kol else "")
    _demand_whole(row, day)
    with transaction.atomic():
        marks = marks_of_files([kol.pk])[kol.pk] if kol else marks_of(card or Card())
        if not marks and kol is None:
            raise Refused("no_marks", _("Give a handle, a phone, a mail address or an agency to find it by."))
        history.create(actor, row, root=row.root)
        NoGoMark.objects.bulk_create(NoGoMark(no_go=row, kind=kind, digest=digest) for kind, digest in marks)
    return row


def _demand_whole(row: NoGo, day: date) -> None:
    problems = {
        name: _("This field is required.") for name in ("cause", "evidence") if not getattr(row, name).strip()
    }
    if row.kind not in NoGo.Kind.values:
        problems["kind"] = _("Say who said no.")
    if row.look_again_on is None or row.look_again_on <= day:
        problems["look_again_on"] = _("Choose a day after today.")
    if problems:
        raise ValidationError(problems)


def edit(actor: Actor, row: NoGo, changes: Mapping[str, Any], version: int | None = None) -> NoGo:
    """Say more, or another date. Raises ``Conflict``, ``Refused``, ``ValidationError`` keyed by field."""
    with transaction.atomic():
        current = history.locked(row, version)
        _demand_standing(current)
        draft = NoGo(kind=current.kind, cause=current.cause, evidence=current.evidence)
        draft.look_again_on = current.look_again_on
        for name in set(changes) & set(EDITABLE):
            setattr(draft, name, changes[name])
        if "look_again_on" in changes or {"cause", "evidence"} & set(changes):
            _demand_whole(draft, note.installation_day(actor) if "look_again_on" in changes else date.min)
        return history.save(actor, current, {n: v for n, v in changes.items() if n in EDITABLE}, None)


def lift(actor: Actor, row: NoGo, why: str, version: int | None = None) -> NoGo:
    """They may be looked at again, and why. Raises ``ValidationError`` keyed ``lifted_why``, ``Refused``."""
    if not why.strip():
        raise ValidationError({"lifted_why": _("Say why they may be looked at again.")})
    with transaction.atomic():
        current = history.locked(row, version)
        _demand_standing(current)
        return history.save(
            actor, current, {"lifted_why": why.strip()}, None, derive=lambda _row: {"lifted_at": actor.at}
        )


def _demand_standing(row: NoGo) -> None:
    if row.lifted_at is not None:
        raise Refused("already_lifted", _("This was lifted already."))


def marks_of(card: Card) -> set[Mark]:
    """The marks of somebody by what is known of them; an agency by its folded name."""
    found = {(channel, digest) for digest, (channel, _shown) in card.contacts.items() if channel in CONTACTS}
    found |= {(NoGoMark.Kind.ACCOUNT, digest) for account in card.accounts for digest in _of_account(account)}
    if card.agency is not None:
        found.add((NoGoMark.Kind.AGENCY, vault.digest("no_go_agency", str(card.agency))))
    return {(str(kind), digest) for kind, digest in found}


def _of_account(account: AccountMark) -> set[str]:
    """By id and by handle; the id may stand where the handle goes, and the other way."""
    words = {account.external_id.casefold(), account.handle} - {""}
    return {vault.digest("no_go_account", f"{account.platform}:{word}") for word in words}


def marks_of_files(kol_ids: Collection[UUID]) -> dict[UUID, set[Mark]]:
    """The marks of saved files: three queries. A contact that is shared or an agency's tells nobody."""
    found: dict[UUID, set[Mark]] = defaultdict(set)
    own = ContactPoint.objects.filter(kol__in=kol_ids, shared=False, channel__in=CONTACTS)
    for kol, channel, digest in own.values_list("kol", "channel", "digest"):
        found[kol].add((channel, digest))
    accounts = Account.objects.filter(kol__in=kol_ids)
    for kol, *names in accounts.values_list("kol", "platform", "external_id", "handle_folded"):
        found[kol] |= {(NoGoMark.Kind.ACCOUNT.value, digest) for digest in _of_account(AccountMark(*names))}
    agencies = Kol.objects.filter(pk__in=kol_ids, agency__isnull=False)
    for kol, agency in agencies.values_list("pk", "agency__folded"):
        found[kol].add((NoGoMark.Kind.AGENCY.value, vault.digest("no_go_agency", agency)))
    return found


def find(cards: Sequence[Card]) -> list[list[Found]]:
    """Of each card the no-gos that it meets, those about the very person first."""
    return _matching([(marks_of(card), None) for card in cards])


def of_files(kol_ids: Sequence[UUID]) -> dict[UUID, list[Found]]:
    """The same of saved files: those written about them, and those that their marks meet."""
    marks = marks_of_files(kol_ids)
    return dict(zip(kol_ids, _matching([(marks[pk], pk) for pk in kol_ids]), strict=True))


_marks = Kept(
    "digest",
    lambda of: NoGoMark.objects.filter(of, no_go__lifted_at=None).values_list("kind", "digest", "no_go_id"),
    "text",
)


def _matching(asked: Sequence[tuple[set[Mark], UUID | None]]) -> list[list[Found]]:
    digests = {digest for marks, _kol in asked for _kind, digest in marks}
    files = {kol for _marks, kol in asked if kol}
    met: dict[Mark, list[UUID]] = defaultdict(list)
    for kind, digest, no_go in _marks.of(digests):
        met[kind, digest].append(no_go)
    standing = NoGo.objects.standing().for_list()
    found = {pk for ids in met.values() for pk in ids}
    known = {row.pk: row for row in standing.filter(pk__in=found)} if found else {}
    about: dict[UUID, list[NoGo]] = defaultdict(list)
    for row in standing.filter(kol__in=files) if files else ():
        about[row.kol_id].append(row)
        known[row.pk] = row
    return [_of_one(marks, kol, met, known, about) for marks, kol in asked]


def _of_one(
    marks: Iterable[Mark],
    kol: UUID | None,
    met: Mapping[Mark, list[UUID]],
    known: Mapping[UUID, NoGo],
    about: Mapping[UUID, list[NoGo]],
) -> list[Found]:
    by: dict[UUID, set[str]] = defaultdict(set)
    for mark in marks:
        for pk in met.get(mark, ()):
            by[pk].add(mark[0])
    for row in about.get(kol, ()) if kol else ():
        by[row.pk].add("file")
    found = [Found(known[pk], tuple(sorted(kinds))) for pk, kinds in by.items() if pk in known]
    return sorted(found, key=lambda one: (not one.is_person, -one.no_go.on.toordinal(), str(one.no_go.pk)))


def tell(user: User | None, found: Sequence[Found], day: date) -> list[Told]:
    """Of these what ``user`` (None: the system) is told."""
    return tell_all(user, [found], day)[0]


def tell_all(user: User | None, found: Sequence[Sequence[Found]], day: date) -> list[list[Told]]:
    """The set form of ``tell``: one query."""
    ids = {one.no_go.pk for row in found for one in row}
    if not ids:
        return [[] for _row in found]
    rows = NoGo.objects.filter(pk__in=ids)
    seen = set((rows if user is None else rows.visible_to(user)).values_list("pk", flat=True))
    return [[Told(one, one.no_go.pk in seen, day) for one in row] for row in found]


def tell_of(actor: Actor, kol: Kol) -> list[Told]:
    """What the actor is told about one file."""
    return tell(actor.user, of_files([kol.pk])[kol.pk], note.installation_day(actor))


def demand(actor: Actor, kol: Kol, action: str) -> None:
    """Refuse what would go over a standing no. Raises ``Known``; ``action`` names what is refused."""
    told = tell_of(actor, kol)
    if any(one.blocks for one in told):
        raise Known(told, action)


def _day(day: date, today: date) -> str:
    return wording.day_words(day, "year", today, wording.babel_locale())
