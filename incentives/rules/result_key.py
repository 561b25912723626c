"""Which results are the same one entered again, which another value of it (DOMAIN 3.4, 6.5). Pure."""

from collections.abc import Collection, Iterable
from datetime import date
from typing import Any, NamedTuple

FIGURES = ("new_users", "active_users", "paid_amount")


class Key(NamedTuple):
    """Each figure stands once for it."""

    participant: Any
    first_on: date
    last_on: date
    source: str


def of(row: Any) -> Key:
    return Key(row.participant_id, row.first_on, row.last_on, row.source)


def told(row: Any) -> dict[str, Any]:
    """The figures that a row has, an amount with its currency."""
    known = {name: getattr(row, name) for name in FIGURES if getattr(row, name) is not None}
    if "paid_amount" in known:
        known["paid_amount"] = (known["paid_amount"], row.currency)
    return known


def stands(row: Any, same: Iterable[Any]) -> Any | None:
    """A row of ``same`` (those of its key) where every figure of ``row`` stands there once and equal."""
    known, found = told(row), None
    for name, value in known.items():
        having = [one for one in same if name in told(one)]
        if len(having) != 1 or told(having[0])[name] != value:
            return None
        found = having[0]
    return found


def replaced(row: Any, same: Iterable[Any]) -> list[Any]:
    """Those of ``same`` that tell a figure of ``row``."""
    return [one for one in same if told(one).keys() & told(row).keys()]


def keep_others(row: Any, gone: Collection[Any]) -> None:
    """What the replaced rows told besides stays: put on ``row``."""
    for one in gone:
        for name in told(one).keys() - told(row).keys():
            setattr(row, name, getattr(one, name))
            if name == "paid_amount":
                row.currency = one.currency
