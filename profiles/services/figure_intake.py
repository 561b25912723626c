"""Figures of many accounts at once, row by row: what is wrong with one leaves the others in (DOMAIN 3.4)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from kol_crm.core.actor import Actor
from kol_crm.core.kept import one_of
from kol_crm.core.models import User
from profiles.models import Account, Kol
from profiles.models.querysets import EDIT
from profiles.services import figures, others_days
from profiles.services.figures import NewFigure, Recorded
from profiles.services.import_chunks import collector_at_rest

NEW, CHANGED, UNCHANGED = "new", "changed", "unchanged"


@dataclass(frozen=True)
class Given:
    """The figures of an account in the same days, by metric; stocks have ``start`` = ``end``."""

    account: UUID
    start: date
    end: date
    source: str
    values: Mapping[str, Decimal]

    @property
    def span(self) -> others_days.Span:
        return self.account, self.start, self.end

    @property
    def figures(self) -> list[NewFigure]:
        return [
            NewFigure(self.account, metric, value, self.start, self.end, self.source)
            for metric, value in self.values.items()
        ]


@dataclass
class Taken:
    """What became of a row: of each figure whether it was new, or why the row was refused, by field."""

    states: dict[str, str] = field(default_factory=dict)
    errors: dict[str, list[str]] = field(default_factory=dict)


def take_in(actor: Actor, rows: Sequence[Given]) -> list[Taken]:
    """Record the rows that may be recorded, in a fixed number of statements; what became of each.

    The same again changes nothing, another value takes the earlier back. A row is refused as a whole, with
    its errors keyed ``account``, ``start``, ``end`` or ``figures.<metric>``.
    """
    user = actor.person
    taken = [Taken() for _row in rows]
    with collector_at_rest(), transaction.atomic():
        refused = _accounts_refused(user, {row.account for row in rows})
        foreign = others_days.among(user, [row.span for row in rows if row.account not in refused])
        wanted: dict[tuple, int] = {}
        good: list[NewFigure] = []
        for place, (row, one) in enumerate(zip(rows, taken, strict=True)):
            if row.account in refused:
                one.errors["account"] = [refused[row.account]]
            elif row.span in foreign:
                one.errors["end"] = [others_days.words()]
            else:
                one.errors = _errors(row, wanted)
            if not one.errors:
                wanted |= {figure.key: place for figure in row.figures}
                good += row.figures
        _tell(taken, wanted, figures.record(actor, good))
    return taken


def _accounts_refused(user: User, accounts: set[UUID]) -> dict[UUID, str]:
    """Why figures of these are not the user's to give: not there for them, or only to be seen."""

    def among(kols) -> set[UUID]:
        found = Account.objects.filter(one_of(accounts), kol__in=kols).order_by()
        return set(found.values_list("pk", flat=True))

    left = accounts - among(Kol.objects.visible_to(user, EDIT))
    seen = among(Kol.objects.visible_to(user)) if left else set()
    words = {True: _("You may see this file but not do this."), False: _("There is no such row.")}
    return {account: words[account in seen] for account in left}


def _errors(row: Given, wanted: Mapping[tuple, int]) -> dict[str, list[str]]:
    """What each figure's own rule says, at the fields of the row; a figure that an earlier row gave too."""
    errors: dict[str, list[str]] = {}
    for figure in row.figures:
        place = f"figures.{figure.metric}"
        try:
            figures.validate(figure)
        except ValidationError as error:
            for name, messages in error.message_dict.items():
                errors[place if name in ("metric", "value") else name] = messages
        if (earlier := wanted.get(figure.key)) is not None:
            errors[place] = [_("These days stand in row %(row)d already.") % {"row": earlier + 1}]
    return errors


def _tell(taken: Sequence[Taken], wanted: Mapping[tuple, int], recorded: Recorded) -> None:
    added = {figures.key_of(row): CHANGED if row.takes_back_id else NEW for row in recorded.added}
    for key, place in wanted.items():
        taken[place].states[key[1]] = added.get(key, UNCHANGED)
