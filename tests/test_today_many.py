"""Two thousand rows of one operator cost as many statements as twenty (PERFORMANCE, today queue)."""

from datetime import date, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kol_crm import today
from lifecycle.models import Task
from profiles.models import Kol, Need, Promise
from tests.factories import NOW

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 23)


def fill(operator, count: int) -> None:
    """So many rows of four kinds, half of the promises ours and late."""
    each = count // 4
    due = [DAY - timedelta(days=n % 30 - 3) for n in range(each)]
    kols = [
        Kol(name=f"KOL {count} {n}", owner=operator, team=operator.team, touch_due=on)
        for n, on in enumerate(due)
    ]
    Kol.objects.bulk_create(kols)
    told = {"author": operator, "created_at": NOW}
    pairs = list(zip(kols, due, strict=True))
    Promise.objects.bulk_create(
        Promise(kol=kol, by="us", what="Slot", due_on=on, **told) for kol, on in pairs
    )
    Need.objects.bulk_create(Need(kol=kol, kind="data", what="Fans", due_on=on, **told) for kol, on in pairs)
    Task.objects.bulk_create(
        Task(kol=kol, what="Call", due_on=on, assignee=operator, **told) for kol, on in pairs
    )


def cost(act) -> int:
    act()  # what the process remembers is read
    with CaptureQueriesContext(connection) as queries:
        act()
    return len(queries)


def test_two_thousand_rows_of_four_kinds_cost_what_twenty_do(operator, as_user):
    client = as_user(operator)

    def page() -> None:
        assert client.get("/").status_code == 200

    with time_machine.travel(NOW, tick=False):
        fill(operator, 20)
        few = (cost(lambda: today.load(operator, DAY)), cost(page))
        fill(operator, 1980)
        queue = today.load(operator, DAY)
        assert (len(queue.rows), queue.total) == (50, 2000)
        assert cost(lambda: today.load(operator, DAY)) <= few[0]
        assert cost(page) <= few[1]


def test_the_first_rows_are_those_of_the_whole_list(operator):
    """Rows of one kind are left unasked where others are due before them: never one that belongs there."""
    with time_machine.travel(NOW, tick=False):
        fill(operator, 40)
        Kol.objects.update(touch_due=DAY - timedelta(days=20))  # before the promises that come before them
        everything = [row.key for row in today.load(operator, DAY, shown=today.MOST_SHOWN).rows]
        assert len(everything) == 40
        for shown in range(1, 40):
            assert [row.key for row in today.load(operator, DAY, shown=shown).rows] == everything[:shown]
