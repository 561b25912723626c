"""How much of the items of plans was given, net of reversals (DOMAIN 6.2, 6.3)."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.db.models import Count, Exists, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from incentives.models import Entry, PlanItem
from kol_crm.core import exact

SUM = exact.total("amount")


@dataclass(frozen=True)
class Given:
    """``most`` is what may be given in all, None where no amount says it; ``times`` counts what stands."""

    amount: Decimal
    times: int
    most: Decimal | None

    @property
    def left(self) -> Decimal | None:
        return None if self.most is None else self.most - self.amount

    @property
    def is_whole(self) -> bool:
        """Nothing is left to give; without an amount, it was given."""
        return self.times > 0 and (self.most is None or self.amount >= self.most)


def of(items: Iterable[PlanItem]) -> dict[UUID, Given]:
    """Of each item, in one query."""
    asked = {item.pk: item for item in items}
    standing = Entry.objects.standing().filter(item__in=list(asked)).order_by("item").values("item")
    rows = standing.annotate(units=SUM, times=Count("pk")).values_list("item", "units", "times")
    found = {pk: (exact.amount(units), times) for pk, units, times in rows}
    return {pk: Given(*found.get(pk, (Decimal(0), 0)), item.amount) for pk, item in asked.items()}


def not_whole(items):
    """Those of ``items`` (a queryset) of which something is left to give."""
    standing = Entry.objects.standing().filter(item=OuterRef("pk"))
    sums = standing.order_by().values("item").annotate(units=SUM).values("units")
    annotated = items.annotate(given=Coalesce(Subquery(sums), 0), most=exact.thousandths("amount"))
    return annotated.filter(~Exists(standing) | Q(amount__isnull=False, given__lt=F("most")))
