"""The budget of gifts of KOLs in a calendar year, loaded for the rule (DOMAIN 7.4).

What was sent counts in the year in which it left, at what the ledger says it was worth; what is chosen in the
year of its day, at the rate of the day of asking. What the ledger took back counts nothing.
"""

from collections import defaultdict
from collections.abc import Collection
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db.models import Q, QuerySet

from incentives import gift_policy, rates
from incentives.models import Gift
from incentives.models.gift import GIVEN
from incentives.rules.gift_budget import NOTHING, Budget
from kol_crm.core.policy import Policy
from profiles.models import Kol


def of(kol: Kol, year: int, day: date, rules: Policy, without: Gift | None = None) -> Budget:
    """Of one KOL; ``without``: the gift that is asked about."""
    rows = _counted(year, day).filter(kol=kol.pk)
    if without is not None:
        rows = rows.exclude(pk=without.pk)
    taken = _sums(rows, day).get(kol.pk, NOTHING)
    return Budget(year, kol.level, gift_policy.limit(rules, kol.level), taken)


def of_many(kols: Collection[tuple[UUID, str]], year: int, day: date, rules: Policy) -> Budget:
    """Of these (id, level) together; a fixed number of queries."""
    sums = _sums(_counted(year, day).filter(kol__in=[pk for pk, _level in kols]), day)
    limit = sum((gift_policy.limit(rules, level) for _pk, level in kols), NOTHING)
    known = [value for value in sums.values() if value is not None]
    taken = sum(known, NOTHING) if len(known) == len(sums) else None
    return Budget(year, "", limit, taken)


def year_of(gift: Gift, day: date) -> int:
    """The year in which a gift that was not sent yet counts."""
    return (gift.for_on or day).year


def cost(amount: Decimal, currency: str, day: date) -> Decimal | None:
    """In the installation's currency; None without a rate."""
    return rates.load([currency]).convert(amount, currency, day)


def _counted(year: int, day: date) -> QuerySet[Gift]:
    chosen = Q(for_on__year=year)
    if day.year == year:
        chosen |= Q(for_on=None)
    sent = Q(state__in=GIVEN, sent_on__year=year, entry__reversal=None)
    return Gift.objects.filter(sent | (Q(state=Gift.State.CHOSEN) & chosen)).select_related("entry")


def _sums(rows: QuerySet[Gift], day: date) -> dict[UUID, Decimal | None]:
    gifts = list(rows)
    known = rates.load({gift.entry.currency if gift.entry else gift.currency for gift in gifts})
    found: dict[UUID, Decimal | None] = defaultdict(Decimal)
    for gift in gifts:
        if gift.entry is not None:
            worth = known.of_entry(gift.entry)
        else:
            worth = known.convert(gift.amount or NOTHING, gift.currency, day)
        before = found[gift.kol_id]
        found[gift.kol_id] = None if before is None or worth is None else before + worth
    return dict(found)
