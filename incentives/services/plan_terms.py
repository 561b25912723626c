"""What an item must and must not say under its pay model (DOMAIN 6.2)."""

from typing import Any

from django.utils.translation import gettext as _

from incentives.models import Kind, Pay, PlanItem
from kol_crm.core import money

# facts of a pay model: what it must say, and what it may
MUST = {
    Pay.BUYOUT: (),
    Pay.SHARE: ("rate", "base"),
    Pay.PER_RESULT: ("amount", "expected"),
    Pay.CONTINUOUS: ("amount", "period", "due_on", "ends_on"),
}
MAY = {
    Pay.BUYOUT: ("amount",),
    Pay.SHARE: ("floor", "cap"),
    Pay.PER_RESULT: (),
    Pay.CONTINUOUS: (),
}
OF_A_MODEL = ("amount", "rate", "base", "floor", "cap", "expected", "period", "ends_on")
AMOUNTS = ("amount", "floor", "cap")
LONGEST_YEARS = 5


def belonging(pay: str) -> tuple[str, ...]:
    """The facts that this pay model knows."""
    return (*MUST[Pay(pay)], *MAY[Pay(pay)])


def problems(item: PlanItem) -> dict[str, list[Any]]:
    """Everything wrong with the terms of an item whose fields are each valid, keyed by field."""
    if (item.kind == Kind.PROFIT_SHARE) != (item.pay == Pay.SHARE):
        return {"pay": [_("A profit share is paid as a share, and only a profit share is.")]}
    found: dict[str, list[Any]] = {}
    known = belonging(item.pay)
    for name in MUST[Pay(item.pay)]:
        if _empty(getattr(item, name)):
            found[name] = [_("“%(pay)s” needs this.") % {"pay": item.get_pay_display()}]
    for name in OF_A_MODEL:
        if name not in known and not _empty(getattr(item, name)):
            found[name] = [_("“%(pay)s” does not know this.") % {"pay": item.get_pay_display()}]
    return found or _money(item) or _dates(item)


def _empty(value: Any) -> bool:
    return value is None or value == ""


def _money(item: PlanItem) -> dict[str, list[Any]]:
    given = {name: getattr(item, name) for name in AMOUNTS if getattr(item, name) is not None}
    if not given:
        return {}
    if not item.currency:
        return {"currency": [_("An amount needs its currency.")]}
    if problem := money.problem_of_currency(item.currency):
        return {"currency": [problem]}
    wrong = {name: money.problem_of_amount(value, item.currency) for name, value in given.items()}
    found: dict[str, list[Any]] = {name: [words] for name, words in wrong.items() if words}
    if not found and item.floor is not None and item.cap is not None and item.floor > item.cap:
        return {"cap": [_("It cannot be below the least that is paid.")]}
    return found


def _dates(item: PlanItem) -> dict[str, list[Any]]:
    if item.ends_on is None or item.due_on is None:
        return {}
    if item.ends_on < item.due_on:
        return {"ends_on": [_("The last day lies before the first.")]}
    if item.ends_on.year - item.due_on.year > LONGEST_YEARS:
        return {"ends_on": [_("At most %(n)d years ahead.") % {"n": LONGEST_YEARS}]}
    return {}
