"""Results of campaigns: entered many at once, each figure standing once, append-only (DOMAIN 3.4, 6.5)."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction

from incentives.models import Participant, Result
from incentives.services import participant as participants
from incentives.services import result as results
from kol_crm.core.errors import Refused
from tests.factories import NOW, make_kol
from tests.incentives.contest import TODAY, make_campaign, make_contest
from tests.lifecycle.refusing import by, nothing_written, writes_nothing

pytestmark = pytest.mark.django_db


@pytest.fixture
def campaign(operator):
    return make_campaign(operator)


def test_results_are_entered_all_or_none_each_wrong_one_named(actor, campaign, kol):
    row = participants.add(actor, campaign, kol)
    good = {"participant": row, "last_on": TODAY, "new_users": 5}
    late = {"participant": row, "last_on": TODAY + timedelta(days=1), "new_users": 5}
    empty = {"participant": row, "last_on": TODAY}
    refused = nothing_written(lambda: results.enter(actor, campaign, [good, late, empty]), ValidationError)
    assert set(refused.message_dict) == {"rows.1.last_on", "rows.2.new_users"}
    assert [one.first_on for one in results.enter(actor, campaign, [good])] == [TODAY]


def test_the_same_result_again_changes_nothing_and_another_takes_the_earlier_back(actor, campaign, kol):
    row = participants.add(actor, campaign, kol)
    told = {"participant": row, "last_on": TODAY, "new_users": 5, "paid_amount": Decimal(10)}
    [first] = results.enter(actor, campaign, [told])
    again = writes_nothing(lambda: results.enter(actor, campaign, [told, {**told, "paid_amount": None}]))
    assert [one.pk for one in again] == [first.pk, first.pk]
    results.enter(actor, campaign, [{**told, "new_users": 6, "paid_amount": None}])
    standing = Result.objects.standing()
    assert [(one.new_users, one.paid_amount, one.currency) for one in standing] == [(6, 10, "CNY")]
    assert Result.objects.get(takes_back=first).new_users == 5
    results.enter(
        actor, campaign, [{**told, "source": "partner"}, {**told, "first_on": TODAY - timedelta(1)}]
    )
    assert standing.all().count() == 3


def test_results_take_no_more_queries_with_more_rows(
    actor, campaign, operator, kol, django_assert_max_num_queries
):
    files = [kol, *(make_kol(operator, f"KOL {number}") for number in range(4))]
    rows = [
        {"participant": participants.add(actor, campaign, one), "last_on": TODAY, "new_users": 5}
        for one in files
    ]

    def asked(told):
        rows = [{**one, "participant": Participant.objects.get(pk=one["participant"].pk)} for one in told]
        with django_assert_max_num_queries(1_000) as queries:
            results.enter(actor, campaign, rows)
        return len(queries)

    asked(rows[:1])  # what a process remembers is remembered
    assert asked(rows[1:2]) == asked(rows[2:])


def test_in_a_contest_new_users_are_not_entered_but_counted(operator, kol):
    contest, [row] = make_contest(operator, kol)
    told = [{"participant": row, "last_on": TODAY, "new_users": 5}]
    refused = nothing_written(lambda: results.enter(by(operator), contest, told), ValidationError)
    assert list(refused.message_dict) == ["rows.0.new_users"]


def test_a_result_is_taken_back_by_a_later_row_once_by_its_author_within_10_minutes_or_a_manager(
    actor, operator, manager, campaign, kol
):
    row = participants.add(actor, campaign, kol)
    [told] = results.enter(actor, campaign, [{"participant": row, "last_on": TODAY, "new_users": 5}])
    late = by(operator, NOW + timedelta(minutes=11))
    nothing_written(lambda: results.take_back(late, told), Refused, code="too_late")
    results.take_back(by(manager), told)
    assert list(Result.objects.standing()) == []
    nothing_written(lambda: results.take_back(by(manager), told), Refused, code="taken_back")


def test_the_database_itself_refuses_to_change_or_delete_a_result(actor, campaign, kol):
    row = participants.add(actor, campaign, kol)
    results.enter(actor, campaign, [{"participant": row, "last_on": TODAY, "new_users": 5}])
    for change in (
        lambda: Result.objects.update(new_users=6),
        lambda: Result.objects.all()._raw_delete("default"),
    ):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            change()
