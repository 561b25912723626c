"""Budgets of a team, of a field, or of both: a booking counts on the most specific one (DOMAIN 5.5)."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from lifecycle.models import Booking, Budget
from lifecycle.services import booking, budget
from profiles.models import Field
from tests.factories import TeamFactory, field
from tests.lifecycle.factories import TODAY, make_booking, make_budget, make_kol_at, make_slot
from tests.lifecycle.refusing import by, nothing_written

pytestmark = pytest.mark.django_db


@pytest.fixture
def running():
    return field("running")


@pytest.fixture
def runner(operator, running):
    kol = make_kol_at(operator, "initial")
    kol.main_field = running
    kol.save(update_fields=["main_field"])
    return kol


def special(amount=1000, **of):
    return budget.set_budget(by(None), TODAY, Decimal(amount), **of)


def committed():
    return {str(row).partition(" · ")[2]: int(row.committed) for row in Budget.objects.with_names()}


def test_a_booking_counts_on_the_most_specific_budget_that_there_is(operator, running, runner, api):
    make_budget()
    make_booking(runner, make_slot(value=100))
    special(field=running)
    make_booking(runner, make_slot(value=101))
    special(team=operator.team)
    make_booking(runner, make_slot(value=102))
    special(team=operator.team, field=running)
    make_booking(runner, make_slot(value=103))
    make_booking(make_kol_at(operator, "initial", name="Of no field"), make_slot(value=104))
    team = operator.team.name
    of_field = Booking.objects.get(value=101)
    answer = api(operator).get(f"/api/v1/bookings/?budget={of_field.budget_id}").json()
    assert [one["id"] for one in answer["results"]] == [str(of_field.pk)]
    assert committed() == {"": 100, "Running": 101, team: 102 + 104, f"{team} · Running": 103}


def test_another_teams_or_fields_budget_does_not_serve(operator, runner):
    special(team=TeamFactory(name="West"))
    special(field=field("cooking"))
    free = make_slot()
    nothing_written(lambda: booking.book(by(operator), free, runner), ValidationError, field="slot")


def test_a_special_budget_is_never_overspent_though_the_month_has_more(operator, running, runner):
    make_budget()
    made = special(1000, field=running)
    make_booking(runner, make_slot(value=900))
    dear = make_slot(value=101)
    refused = nothing_written(lambda: booking.book(by(operator), dear, runner), ValidationError, field="slot")
    assert "2026-11 · Running" in refused.messages[0]
    with pytest.raises(IntegrityError), transaction.atomic():  # the database itself refuses it
        Budget.objects.filter(pk=made.pk).update(committed=1001)


def test_what_is_cancelled_goes_back_to_the_budget_it_came_out_of(operator, running, runner):
    special(field=running)
    made = make_booking(runner, make_slot(value=300))
    runner.main_field = field("cooking")
    runner.save(update_fields=["main_field"])
    special(field=field("cooking"))
    booking.cancel(by(operator), made, "They are ill")
    assert set(committed().values()) == {0}
    assert Booking.objects.get().budget.field == running


def test_of_each_kind_there_is_one_a_month(operator, running):
    for of in ({}, {"field": running}, {"team": operator.team}, {"field": running, "team": operator.team}):
        special(500, **of)
        assert special(600, **of).amount == 600
        with pytest.raises(IntegrityError), transaction.atomic():
            Budget.objects.create(
                month=TODAY.replace(day=1), amount=1, currency="CNY", created_at="2026-11-01T00:00Z", **of
            )
    assert Budget.objects.count() == 4


def test_managers_set_it_for_the_teams_they_see(manager):
    west = TeamFactory(name="West")
    act = lambda: budget.set_budget(by(manager), TODAY, Decimal(5), team=west)  # noqa: E731
    nothing_written(act, ValidationError, field="team")


def test_page_and_api_set_and_show_it(manager, operator, running, as_user, api):
    Field.objects.filter(pk=running.pk).update(retired=False)
    values = {"month": "2026-11", "amount": "500", "team": str(manager.team_id), "field": str(running.pk)}
    client = as_user(manager)
    assert client.post("/resources/budgets/new/", values).status_code == 302
    assert client.post("/resources/budgets/new/", values).status_code == 422
    page = as_user(operator).get("/resources/budgets/").content.decode()
    assert f"{manager.team.name} · Running" in page
    address, of = "/api/v1/resource-budgets/2026-11/", {"team": manager.team.name, "field": "running"}
    told = api(operator).get(address).json()
    assert told["amount"] is None
    assert [(one["team"], one["field"], one["amount"]) for one in told["special"]] == [
        (*of.values(), "500.00")
    ]
    put = api(manager).put(address, {"amount": "700", **of}, format="json", HTTP_IF_MATCH='"1"')
    assert (put.status_code, put.json()["special"][0]["amount"]) == (200, "700.00")
    stale = api(manager).put(address, {"amount": "800", **of}, format="json", HTTP_IF_MATCH='"1"')
    assert stale.status_code == 412
    elsewhere = api(manager).put(address, {"amount": "1", "team": "Nowhere"}, format="json")
    assert (elsewhere.status_code, list(elsewhere.json()["errors"])) == (400, ["team"])
    assert Budget.objects.get().amount == 700
