"""What Today is made of: every app offers its rows in this shape (DOMAIN 8.1)."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from kol_crm.core.extension import ExtensionPoint


@dataclass(frozen=True)
class DueRow:
    """One thing that is due for one user.

    ``key`` is stable (``kind:id``) and names it for snoozing; ``why`` is one line; ``action`` the label of
    the one button that finishes it, ``action_url`` where it posts (empty: it opens the detail);
    ``detail_url`` the part shown at the right.
    """

    key: str
    kind: str
    icon: str
    kind_label: Any
    subject: Any
    why: str
    due: date
    action: Any
    detail_url: str
    action_url: str = ""


@dataclass(frozen=True)
class DueSource:
    """One kind of row, registered under its kind: the part of ``DueRow.key`` before the colon.

    ``rows(user, day, until, limit, without)``: what is due for the user up to ``until``, soonest first, then
    by id; ``day`` is the user's day, for the words. ``count(user, until, cap, without)``: how many, counted
    no further than ``cap``. ``without`` holds the ids (the part of the key after the colon) of rows that the
    user has put off.
    """

    label: Any
    rows: Callable[[Any, date, date, int, Collection[str]], list[DueRow]]
    count: Callable[[Any, date, int, Collection[str]], int]


sources: ExtensionPoint[DueSource] = ExtensionPoint("due")
