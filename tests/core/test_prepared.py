"""Statements that are planned once a connection (PERFORMANCE)."""

from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kol_crm.core import prepared

ONE = UUID(int=7)


def test_texts_stand_in_the_plan_and_numbers_are_values():
    sql = "SELECT 1 WHERE a = %s AND b LIKE 'x%%' AND c = %s AND d < %s"
    assert prepared.placed(sql, ["late", 3, date(2026, 11, 1)]) == (
        "SELECT 1 WHERE a = %s AND b LIKE 'x%%' AND c = $1 AND d < $2"
    )


@pytest.mark.parametrize(
    ("value", "name"),
    [
        (1, "integer"),
        (2**31, "bigint"),
        (date(2026, 11, 1), "date"),
        (datetime(2026, 11, 1, tzinfo=UTC), "timestamptz"),
        (ONE, "uuid"),
        ([ONE], "uuid[]"),
    ],
)
def test_a_value_is_of_the_type_that_the_driver_writes(value, name):
    assert prepared.type_of(value) == name


def test_what_has_no_type_yet_is_refused():
    with pytest.raises(TypeError):
        prepared.type_of([object()])


@pytest.mark.django_db
def test_the_same_statement_tells_other_values_other_answers_and_is_planned_once():
    sql = "SELECT %s, %s + 1 WHERE %s = %s OR 5 %% 2 = 0"
    asked = [("won't", 1, True, True), ("won't", 41, True, True), ("other", 1, True, False)]
    with CaptureQueriesContext(connection) as queries:
        told = [prepared.rows_of(sql, params) for params in asked]
    assert told == [[("won't", 2)], [("won't", 42)], []]
    if connection.vendor == "postgresql":
        assert sum("PREPARE" in query["sql"] for query in queries) == 2  # another text, another plan


@pytest.mark.django_db
def test_a_connection_holds_a_few_of_them(monkeypatch):
    monkeypatch.setattr(prepared, "MOST", 2)
    for number in range(5):
        assert prepared.rows_of(f"SELECT {number} + %s", (1,)) == [(number + 1,)]
    if connection.vendor == "postgresql":
        assert len(prepared._known[connection.connection]) <= 2
