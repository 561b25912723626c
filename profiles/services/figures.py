"""Taking in figures (DOMAIN 3.4): append-only, one standing figure per account, metric, period and source."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from kol_crm.core import copying, day_range, installation
from kol_crm.core.actor import Actor
from kol_crm.core.errors import Refused
from kol_crm.core.kept import one_of
from kol_crm.core.making import make
from kol_crm.core.models import uuid7
from profiles.models import Snapshot
from profiles.rules import metric as m
from profiles.services import account_followers, holders, others_days, standing, taking_back

CENTS = Decimal("0.0001")
NOTHING = (None, None)


class NewFigure(NamedTuple):
    """One figure as it comes in; stocks have start = end."""

    account: UUID
    metric: str
    value: Decimal
    start: date
    end: date
    source: str

    @property
    def key(self) -> tuple:
        """As ``key_of`` a row on record: what makes it the same figure."""
        return self.account, self.metric, self.start, self.end, self.source


def span_of(figure: NewFigure) -> others_days.Span:
    """What it speaks of."""
    return figure.account, figure.start, figure.end


@dataclass
class Recorded:
    """What became of the figures: rows added, standing ones taken back, and how many were known already."""

    added: list[Snapshot] = field(default_factory=list)
    replaced: int = 0
    unchanged: int = 0

    @property
    def accounts(self) -> set[UUID]:
        return {row.account_id for row in self.added}


def validate(figure: NewFigure) -> None:
    """Raises ``ValidationError`` keyed by field: unknown metric, stock with a period, period turned round."""
    if figure.metric not in m.KINDS:
        raise ValidationError({"metric": _("There is no metric %(metric)s.") % {"metric": figure.metric}})
    day_range.demand(start=figure.start, end=figure.end)
    if figure.end < figure.start:
        raise ValidationError({"end": _("The period ends before it starts.")})
    if m.KINDS[figure.metric] == m.STOCK and figure.start != figure.end:
        raise ValidationError({"start": _("This figure holds on one day: give the same day twice.")})
    if figure.value < 0 and figure.metric not in m.SIGNED_FLOWS:
        raise ValidationError({"value": _("This figure cannot be negative.")})


def record(
    actor: Actor,
    figures: Sequence[NewFigure],
    *,
    refresh: bool = True,
    fresh: Collection[UUID] = frozenset(),
) -> Recorded:
    """Take in many figures at once. The same value again changes nothing; another takes the earlier back.

    With ``refresh`` level, verdict and follower columns of the files follow in the same transaction.
    ``fresh``: accounts that this very transaction made, with what these figures say (``standing_new``).
    Raises ``ValidationError`` keyed ``end`` for days in which another file held the account, unless the actor
    may edit that one too (2.1, 3.3).
    """
    if actor.user is not None and others_days.among(actor.user, map(span_of, figures)):
        raise ValidationError({"end": others_days.words()})
    wanted = _last_of_each(figures)
    accounts = {figure.account for figure in wanted.values()}.difference(fresh)
    with transaction.atomic():
        held = {one.pk: one for one in holders.lock_many(accounts)} if accounts else {}  # one writer each
        recorded = _write(actor, wanted, accounts)
        known = recorded.accounts.difference(fresh)
        if known:
            account_followers.follow(recorded.added, held)
            if refresh:
                kols = {kol for account in known if (kol := held[account].kol_id)}
                standing.refresh(kols, installation.day(actor.at), actor.at)
    return recorded


def key_of(row: Snapshot) -> tuple:
    return (row.account_id, row.metric, row.start, row.end, row.source)


def _last_of_each(figures: Iterable[NewFigure]) -> dict[tuple, NewFigure]:
    return {figure.key: figure for figure in figures}


def _write(actor: Actor, wanted: dict[tuple, NewFigure], accounts: Collection[UUID]) -> Recorded:
    """``accounts``: those of which figures may be on record, locked."""
    recorded = Recorded()
    present = _present(accounts, {figure.end for figure in wanted.values()}) if accounts else {}
    superseded = []
    for key, figure in wanted.items():
        value = figure.value.quantize(CENTS)
        earlier, before = present.get(key, NOTHING)
        if earlier is not None and before == value:
            recorded.unchanged += 1
            continue
        if earlier is not None:
            superseded.append(earlier)
        recorded.added.append(
            make(
                Snapshot,
                account_id=figure.account,
                metric=figure.metric,
                value=value,
                start=figure.start,
                end=figure.end,
                source=figure.source,
                writer=actor.user,
                at=actor.at,
                takes_back_id=earlier,
            )
        )
    recorded.replaced = len(superseded)
    if superseded:
        Snapshot.objects.filter(one_of(superseded)).update(standing=False)
    _mark_newest(recorded.added, accounts)
    copying.insert(recorded.added)
    return recorded


def take_back(actor: Actor, rows: Sequence[Snapshot]) -> None:
    """Take standing figures back: each by a later row, with what stood before it, or with nothing (DOMAIN
    3.12). The columns of accounts and files follow in the same transaction.
    """
    if not rows:
        return
    accounts = {row.account_id for row in rows}
    with transaction.atomic():
        held = holders.lock(accounts)
        taken_back = {row.takes_back_id for row in rows} - {None}
        before = Snapshot.objects.in_bulk(list(taken_back))
        Snapshot.objects.filter(pk__in=[row.pk for row in rows]).update(standing=False)
        copying.insert([_withdrawal(actor, row, before.get(row.takes_back_id)) for row in rows])
        _find_newest(accounts, {row.metric for row in rows})
        account_followers.refresh(accounts)
        kols = {row.kol_id for row in held if row.kol_id}
        standing.refresh(kols, installation.day(actor.at), actor.at)


def withdraw(actor: Actor, row: Snapshot) -> None:
    """Take one standing figure back: by its writer within 10 minutes, or by a manager (DOMAIN 3.12).

    Raises ``PermissionDenied``, ``Refused`` when the time is over or it stands no longer.
    """
    with transaction.atomic():
        (account,) = holders.lock([row.account_id])
        current = Snapshot.objects.get(pk=row.pk)
        if not current.standing:
            raise Refused("already_taken_back", _("This was taken back already."))
        taking_back.demand(actor, account.kol, current.writer_id, current.at)
        take_back(actor, [current])


def _withdrawal(actor: Actor, row: Snapshot, before: Snapshot | None) -> Snapshot:
    """The later row. Where nothing stood before, it does not stand itself: it only says that it is gone."""
    return Snapshot(
        id=uuid7(),
        account_id=row.account_id,
        metric=row.metric,
        value=before.value if before else row.value,
        start=row.start,
        end=row.end,
        source=row.source,
        writer=actor.user,
        at=actor.at,
        takes_back=row,
        standing=before is not None,
    )


class _Known(NamedTuple):
    """A figure on record, as far as its age goes."""

    pk: UUID
    account_id: UUID
    metric: str
    start: date
    end: date
    source: str


def _age(row: Snapshot | _Known) -> tuple:
    """Newest first, as ``rules.flow.latest`` chooses: of one day the longest period, then by source."""
    return (-row.end.toordinal(), row.start, row.source)


def _present(accounts: Collection[UUID], days: Collection[date]) -> dict[tuple, tuple[UUID, Decimal]]:
    """The standing figures of these days, by ``key_of``: their ids and values."""
    rows = Snapshot.objects.filter(one_of(accounts, "account"), standing=True, end__in=days)
    columns = ("account_id", "metric", "start", "end", "source", "pk", "value")
    return {tuple(key): (pk, value) for *key, pk, value in rows.values_list(*columns)}


def _mark_newest(added: Sequence[Snapshot], accounts: Collection[UUID]) -> None:
    """Mark the newest of each account and metric, now that these are about to come in.

    ``accounts``: those of which figures may be on record.
    """
    before: dict[tuple, _Known] = {}
    if accounts:
        metrics = {row.metric for row in added}
        rows = Snapshot.objects.filter(one_of(accounts, "account"), metric__in=metrics, newest=True)
        for one in map(_Known._make, rows.values_list(*_Known._fields)):
            before[one.account_id, one.metric] = one
    best: dict[tuple, Snapshot] = {}
    for row in added:
        key = (row.account_id, row.metric)
        if key not in best or _age(row) < _age(best[key]):
            best[key] = row
    chosen = {
        key: row for key, row in best.items() if key not in before or _age(row) <= _age(before[key])
    }  # of one age the later row took the earlier back
    older = [before[key].pk for key in chosen if key in before]
    if older:
        Snapshot.objects.filter(one_of(older)).update(newest=False)
    for row in chosen.values():
        row.newest = True


def _find_newest(accounts: Iterable[UUID], metrics: Iterable[str]) -> None:
    """The newest of these from all that stand."""
    rows = Snapshot.objects.filter(account__in=accounts, metric__in=metrics)
    rows.filter(newest=True).update(newest=False)
    best: dict[tuple, Snapshot] = {}
    for row in rows.filter(standing=True).only("account_id", "metric", "start", "end", "source"):
        key = (row.account_id, row.metric)
        if key not in best or _age(row) < _age(best[key]):
            best[key] = row
    Snapshot.objects.filter(pk__in=[row.pk for row in best.values()]).update(newest=True)
