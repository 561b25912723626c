"""What is asked before a gift costs something: not the same again, budget, policy (DOMAIN 7.4, 6.1)."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from incentives import gift_budget, gift_policy, gift_repeat
from incentives.models import Entry, Gift, Kind
from incentives.rules.gift_repeat import in_the_way, later
from incentives.services import ledger
from kol_crm.core import installation, policy
from kol_crm.core.actor import Actor
from kol_crm.core.wording import babel_locale, day_words, money
from profiles.models import Kol

# What the ledger calls the facts of a gift.
CALLED = {"given_on": "sent_on", "what": "item"}


def demand_not_again(kol: Kol, gift: Gift, day: date, years: int) -> None:
    """Raise ``ValidationError`` keyed ``item`` where they had it, or are to get it, within ``years`` of
    ``day``."""
    found = in_the_way(gift_repeat.had(kol.pk, gift)[gift_repeat.key(gift.item)], day, years)
    if found is None:
        return
    words = _("They had this on %(day)s: not again before %(again)s.")
    if found.is_chosen:
        words = _("It is chosen already, for %(day)s: not again before %(again)s.")
    told = {"day": _day(found.day), "again": _day(later(found.day, years))}
    raise ValidationError({"item": words % told})


def demand_amount(gift: Gift) -> None:
    if gift.amount is None:
        raise ValidationError({"amount": _("Say what it costs; nothing if it costs nothing.")})


def demand_within_budget(actor: Actor, kol: Kol, gift: Gift, year: int, rules: policy.Policy) -> bool:
    """Whether it keeps within what gifts may cost this KOL in ``year``; beyond it only a manager goes, with
    a reason. Raises ``ValidationError`` keyed ``amount`` or ``over_reason``.
    """
    day = installation.day(actor.at)
    amount = gift.amount or Decimal(0)
    cost = gift_budget.cost(amount, gift.currency, day) if amount else Decimal(0)
    budget = gift_budget.of(kol, year, day, rules, gift)
    if budget.allows(cost):
        return True
    user = actor.user
    if user is not None and not (user.is_manager or user.is_admin):
        raise ValidationError({"amount": _beyond(budget, cost)})
    if not gift.over_reason.strip():
        raise ValidationError({"over_reason": f"{_beyond(budget, cost)} {_('Say why.')}"})
    return False


def demand_inside_policy(actor: Actor, kol: Kol, gift: Gift) -> None:
    """Raises as ``ledger.demand_inside``, keyed by the facts of a gift."""
    with_facts_of_gifts(
        lambda: ledger.demand_inside(actor, kol, entry_facts(gift, installation.day(actor.at)))
    )


def entry_facts(gift: Gift, given_on: date) -> dict[str, Any]:
    """The cost of a gift as the ledger takes it: goods, at cost."""
    return {
        "kind": Kind.MATERIAL,
        "form": Entry.Form.GOODS,
        "what": gift.item,
        "amount": gift.amount,
        "currency": gift.currency,
        "given_on": given_on,
    }


def with_facts_of_gifts(act: Any) -> Any:
    """What the ledger refuses, at the field of the gift."""
    try:
        return act()
    except ValidationError as error:
        if not hasattr(error, "error_dict"):
            raise
        raise ValidationError(
            {CALLED.get(name, name): errors for name, errors in error.error_dict.items()}
        ) from error


def years_apart(rules: policy.Policy) -> int:
    return gift_policy.days(rules).years


def _beyond(budget: Any, cost: Decimal | None) -> str:
    if cost is None or budget.taken is None:
        return _("No dated rate says what it comes to, so the budget cannot be asked; a manager decides.")
    base, locale = installation.currency(), babel_locale()
    told = {
        "year": budget.year,
        "limit": money(budget.limit, base, locale),
        "left": money(budget.left, base, locale),
    }
    words = _(
        "Gifts of %(year)s may cost %(limit)s at this level; %(left)s is left. A manager may go beyond."
    )
    return words % told


def _day(day: date) -> str:
    return day_words(day, "year", date.min, babel_locale())
