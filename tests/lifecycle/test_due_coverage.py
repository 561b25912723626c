"""Coverage on Today: one row for all who are not looked after (DOMAIN 5.7, 8.1)."""

from datetime import timedelta

import pytest
import time_machine

from kol_crm import today
from kol_crm.core import policy
from kol_crm.core.actor import Actor
from kol_crm.core.models import Absence, User
from lifecycle import due_coverage
from lifecycle.services import community
from tests.factories import NOW
from tests.lifecycle.factories import make_kol_at
from tests.permissions.asking import state

pytestmark = pytest.mark.django_db
DAY = NOW.date()
UNTIL = DAY + timedelta(days=7)


@pytest.fixture(autouse=True)
def _that_day():
    with time_machine.travel(NOW, tick=False):
        yield


def waits(user) -> bool:
    found = due_coverage.SOURCE.waiting(user, UNTIL, ()).exists()
    rows = list(due_coverage.SOURCE.rows(user, DAY, UNTIL, 50, ()))
    assert len(rows) == found
    return found


def why(user) -> str:
    [row] = due_coverage.SOURCE.rows(user, DAY, UNTIL, 50, ())
    return row.why


def test_an_owner_is_told_of_own_files_that_nobody_covers_and_the_manager_is_not(
    operator, colleague, manager
):
    kol = make_kol_at(operator, "late")
    make_kol_at(operator, "introduction", "初")
    assert waits(operator)
    assert not waits(colleague)
    assert not waits(manager)
    assert why(operator).startswith("1 active KOL")
    community.set_contact(Actor(operator, "page", NOW), kol, operator)
    assert not waits(operator)


def test_a_manager_is_told_of_absences_without_a_deputy(operator, colleague, manager, stranger):
    away = Absence.objects.create(
        user=operator, deputy=colleague, starts_on=DAY, ends_on=DAY + timedelta(days=5)
    )
    assert not waits(manager)
    second = Absence.objects.create(
        user=colleague, deputy=manager, starts_on=DAY + timedelta(days=4), ends_on=DAY + timedelta(days=9)
    )
    assert waits(manager)
    assert not waits(operator)
    assert not waits(stranger)
    assert why(manager) == "1 absence without a deputy"
    second.delete()
    User.objects.filter(pk=colleague.pk).update(is_active=False)
    assert waits(manager)
    Absence.objects.filter(pk=away.pk).update(deputy=manager)
    assert not waits(manager)


def test_a_manager_is_told_of_operators_above_load(operator, manager, admin):
    policy.change(Actor(admin, "page", NOW), {"operator_load": 1}, "small")
    for n in range(2):
        make_kol_at(operator, "introduction", f"K{n}")
    assert waits(manager)
    assert not waits(operator)
    assert why(manager) == "1 operator above load"
    make_kol_at(manager, "departed", "走")
    assert why(manager) == "1 operator above load"


def test_it_stands_on_today_and_can_be_put_off(operator):
    make_kol_at(operator, "late")
    queue = today.load(operator, DAY, "coverage")
    assert [row.key for row in queue.rows] == [f"coverage:{operator.pk}"]
    put_off = today.load(operator, DAY, "coverage", put_off=[f"coverage:{operator.pk}"])
    assert not put_off.rows


def test_it_is_snoozed_and_told_of_while_the_page_stands_open(operator, as_user):
    make_kol_at(operator, "late")
    client, key = as_user(operator), f"coverage:{operator.pk}"
    assert client.get("/today/gone/", {"key": key}).json() == {key: "No longer due"}
    assert client.post("/today/snooze/", {"key": key, "until": "3"}).status_code == 204
    assert not today.load(operator, DAY, "coverage").rows
    before = state()
    assert client.post("/today/snooze/", {"key": "coverage:x", "until": "3"}).status_code == 404
    assert state() == before


def test_of_a_page_full_of_sooner_rows_it_is_no_part(operator):
    make_kol_at(operator, "late")
    assert due_coverage.SOURCE.rows(operator, DAY, DAY - timedelta(days=1), 50, ()) == []


def test_more_than_a_few_files_are_not_counted_to_the_end(monkeypatch, operator):
    monkeypatch.setattr(due_coverage, "MOST", 2)
    for name in "甲乙":
        make_kol_at(operator, "late", name)
    assert due_coverage.told(operator, DAY).startswith("2 active KOLs")
    make_kol_at(operator, "late", "丙")
    assert due_coverage.told(operator, DAY).startswith("2+ active KOLs")
