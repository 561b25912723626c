"""Days in which an account was held by a file that somebody may not edit: its figures are not theirs to give.

What is shown or written of an account goes by who held it then (DOMAIN 2.1, 2.2, 3.3).
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from uuid import UUID

from django.utils.translation import gettext as _

from kol_crm.core.kept import one_of
from kol_crm.core.models import User
from profiles.models import Account, Holding, Kol
from profiles.models.querysets import EDIT

Span = tuple[UUID, date, date]  # an account, first and last day


def among(user: User, spans: Iterable[Span]) -> set[Span]:
    """Those that touch days in which a file held the account that ``user`` may not edit.

    The present holder is asked for by whoever calls. One query, a second where accounts changed hands.
    """
    asked = set(spans)
    accounts = Account.objects.filter(one_of({span[0] for span in asked}), held_since__isnull=False)
    rows = accounts.order_by().values_list("pk", "held_since")
    since = {pk: day for pk, day in rows if day is not None}
    earlier = {span for span in asked if span[0] in since and span[1] < since[span[0]]}
    if not earlier:
        return set()
    others: dict[UUID, list[Holding]] = defaultdict(list)
    mine = Kol.objects.visible_to(user, EDIT).values("pk")
    for holding in Holding.objects.filter(account__in=since, until__isnull=False).exclude(kol__in=mine):
        others[holding.account_id].append(holding)
    return {span for span in earlier if any(_meet(one, span) for one in others[span[0]])}


def _meet(holding: Holding, span: Span) -> bool:
    _account, start, end = span
    return holding.until is not None and start < holding.until and (holding.first or holding.since <= end)


def words() -> str:
    return _("Another KOL held this account in these days.")
