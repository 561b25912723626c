"""What every page asks of its reader: what they put off, how many notices are new, how much is due.

One statement on PostgreSQL, where most readers have put nothing off.
"""

from dataclasses import dataclass
from datetime import date

from django.db import connection
from django.db.models import CharField, F, Value

from kol_crm.core import notices, prepared, snooze
from kol_crm.core.kept import KeptRows, Statement
from kol_crm.core.models import User

PUT_OFF, NEW, DUE = "off", "new", "due"


@dataclass(frozen=True)
class Waiting:
    """``put_off``: keys of the rows that the user does not want to see on the day; ``unread`` to a cap.

    ``due``: the number asked along, where it was.
    """

    put_off: frozenset[str]
    unread: int
    due: int | None = None


def _rows(user: int, day: date):
    put_off = snooze.hidden_rows(user, day).values_list(Value(PUT_OFF), F("key"))
    new = notices.new_ones(user).values_list(Value(NEW), Value("", output_field=CharField()))
    return put_off.union(new, all=True)


_ASKED = KeptRows(_rows)


def of(request, day: date, count: Statement | None = None) -> Waiting:
    """For the page that is asked for, as of the user's day; once a request.

    ``count``: what counts all that is due, to be asked along; it is of use where nothing was put off.
    """
    if not hasattr(request, "waiting_for"):
        request.waiting_for = of_user(request.user, day, count)
    return request.waiting_for


def of_user(user: User, day: date, count: Statement | None = None) -> Waiting:
    """As of the user's day."""
    if connection.vendor != "postgresql":  # which alone has LIMIT in a part of a UNION
        return Waiting(snooze.hidden(user, day), notices.new_ones(user).count())
    sql, params = _ASKED.statement(user.pk, day)
    if count:
        sql = f"{sql} UNION ALL SELECT '{DUE}', CAST(({count[0]}) AS varchar)"
        params += count[1]
    found = prepared.rows_of(sql, params)
    return Waiting(
        frozenset(key for what, key in found if what == PUT_OFF),
        sum(what == NEW for what, _key in found),
        next((int(key) for what, key in found if what == DUE), None),
    )
