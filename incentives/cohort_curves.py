"""Survival of the cohorts within a scope, added up from what the night counted (DOMAIN 7.8; PERFORMANCE)."""

from collections import Counter
from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from django.db import connection

from incentives.models import CohortStep
from incentives.rules.survival import Curve, curve
from incentives.services.keeping_record import steps_sql
from kol_crm.core.models import User
from profiles.counting import FILES
from profiles.scope_counting import one_file
from profiles.scope_counts import Scope, own_file, within

STEPS = CohortStep._meta.db_table


class Step(NamedTuple):
    """Of one cohort and month: first entries, and comings less goings."""

    cohort: date
    month: date
    entered: int
    net: int


def steps(user: User, scope: Scope, first: date) -> list[Step]:
    """Of the files that ``user`` sees in this scope, cohorts from that month on; one query.

    The file about the reader is taken away. Nobody but those who see files sees anything.
    """
    if not user.is_active or user.role == User.Role.FINANCE:
        return []
    condition, params = within(user, scope)
    sql = (
        "SELECT cohort, month, SUM(entered), SUM(net) "  # noqa: S608 - names of ours
        f"FROM {STEPS} WHERE cohort >= %s AND {condition} GROUP BY cohort, month "
        f"UNION ALL SELECT NULL, NULL, 0, 0 FROM {FILES} WHERE staff_user_id = %s"
    )
    rows = _rows(sql, [first, *params, user.pk])
    steps_of = sorted(_step(row) for row in rows if row[0] is not None)
    found = {(row.cohort, row.month): row for row in steps_of}
    for row in _own(user, scope, first) if len(steps_of) < len(rows) else ():
        if (row.cohort, row.month) in found:
            was = found[row.cohort, row.month]
            found[row.cohort, row.month] = was._replace(
                entered=was.entered - row.entered, net=was.net - row.net
            )
    return list(found.values())


def _own(user: User, scope: Scope, first: date) -> Iterable[Step]:
    """What the file about the reader counts for within the scope."""
    mine = own_file(user, scope)
    if mine is None:
        return
    _begin, _where, condition = one_file(mine).sql.partition(" WHERE ")
    for _team, field, level, *step in _rows(steps_sql(f" AND k.{condition}"), [first]):
        if field == scope.field_key and level in scope.level_keys:
            yield _step(step)


def _rows(sql: str, params: list) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall()


def _step(row: Iterable) -> Step:
    cohort, month, entered, net = row
    return Step(_day(cohort), _day(month), int(entered), int(net))


def _day(value: date | str) -> date:
    """SQLite has no days."""
    return date.fromisoformat(value) if isinstance(value, str) else value


def curves(found: Iterable[Step], today: date) -> list[Curve]:
    """One of each cohort, the oldest first."""
    entered, net = Counter[date](), dict[date, Counter[date]]()
    for cohort, month, first_entries, steps_net in found:
        entered[cohort] += first_entries
        net.setdefault(cohort, Counter())[month] += steps_net
    return [curve(one, entered[one], net[one], today) for one in sorted(entered) if entered[one] > 0]
