"""Taking in figures (DOMAIN 3.4): append-only, one standing figure per account, metric, period and source."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from kol_crm.core import copying
from kol_crm.core.actor import Actor
from kol_crm.core.models import uuid7
from profiles.models import Account, Snapshot
from profiles.rules import metric as m
from profiles.services import standing

CENTS = Decimal("0.0001")


class NewFigure(NamedTuple):
    """One figure as it comes in; stocks have start = end."""

    account: UUID
    metric: str
    value: Decimal
    start: date
    end: date
    source: str


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
    if figure.end < figure.start:
        raise ValidationError({"end": _("The period ends before it starts.")})
    if m.KINDS[figure.metric] == m.STOCK and figure.start != figure.end:
        raise ValidationError({"start": _("This figure holds on one day: give the same day twice.")})
    if figure.value < 0 and figure.metric not in m.SIGNED_FLOWS:
        raise ValidationError({"value": _("This figure cannot be negative.")})


def record(actor: Actor, figures: Sequence[NewFigure], *, refresh: bool = True) -> Recorded:
    """Take in many figures at once. The same value again changes nothing; another takes the earlier back.

    With ``refresh`` level, verdict and follower columns of the files follow in the same transaction; an
    import that writes many chunks does that once per chunk itself.
    """
    with transaction.atomic():
        recorded = _write(actor, _last_of_each(figures))
        if recorded.added:
            update_followers(recorded.accounts)
            if refresh:
                kols = set(Account.objects.filter(pk__in=recorded.accounts).values_list("kol_id", flat=True))
                standing.refresh(kols, localdate(actor.at), actor.at)
    return recorded


def _key(row) -> tuple:
    return (row.account_id, row.metric, row.start, row.end, row.source)


def _last_of_each(figures: Iterable[NewFigure]) -> dict[tuple, NewFigure]:
    return {
        (figure.account, figure.metric, figure.start, figure.end, figure.source): figure for figure in figures
    }


def _write(actor: Actor, wanted: dict[tuple, NewFigure]) -> Recorded:
    recorded = Recorded()
    accounts = {figure.account for figure in wanted.values()}
    list(
        Account.objects.select_for_update().filter(pk__in=accounts).order_by("pk").values_list("pk")
    )  # one writer each
    present = {
        _key(row): row
        for row in Snapshot.objects.filter(
            account__in=accounts, standing=True, end__in={figure.end for figure in wanted.values()}
        ).only("account_id", "metric", "start", "end", "source", "value")
    }
    superseded = []
    for key, figure in wanted.items():
        value = figure.value.quantize(CENTS)
        earlier = present.get(key)
        if earlier is not None and earlier.value == value:
            recorded.unchanged += 1
            continue
        if earlier is not None:
            superseded.append(earlier.pk)
        recorded.added.append(
            Snapshot(
                id=uuid7(),
                account_id=figure.account,
                metric=figure.metric,
                value=value,
                start=figure.start,
                end=figure.end,
                source=figure.source,
                writer=actor.user,
                at=actor.at,
                takes_back=earlier,
            )
        )
    recorded.replaced = len(superseded)
    Snapshot.objects.filter(pk__in=superseded).update(standing=False)
    copying.insert(recorded.added)
    return recorded


def update_followers(accounts: Iterable[UUID]) -> None:
    """The latest standing follower figure of each account onto its row."""
    rows = Snapshot.objects.filter(account__in=accounts, metric=m.FOLLOWERS, standing=True).order_by(
        "end", "at"
    )
    latest = {account: (value, end) for account, value, end in rows.values_list("account_id", "value", "end")}
    changed = [
        Account(pk=account, followers=int(value), followers_on=end)
        for account, (value, end) in latest.items()
    ]
    copying.update(changed, ["followers", "followers_on"])
