"""What every source of Today keeps to: it leaves rows out, and can be asked for single ones (8.1)."""

from datetime import date

import pytest

from kol_crm.core import due
from kol_crm.core.due import Only

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 23)


def test_every_kind_answers_only_and_without(world):
    """A source that passed them over would show a row in two lists, or in none."""
    asked = set()
    for user in world.users.values():
        for name, source in due.sources.items():
            rows = list(source.rows(user, DAY, date.max, 5, ()))
            for row in rows[:1]:
                asked.add(name)
                row_id = row.key.partition(":")[2]
                one = list(source.rows(user, DAY, date.max, 5, Only({row_id})))
                rest = list(source.rows(user, DAY, date.max, 5, [row_id]))
                assert [found.key for found in one] == [row.key], name
                assert row.key not in [found.key for found in rest], name
                assert source.waiting(user, date.max, Only({row_id})).count() == 1, name
    assert {"review", "promise", "touch", "task"} <= asked
