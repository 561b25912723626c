"""Invitations count by code after 7 days; self-invites and doubles are left out and listed (DOMAIN 6.5)."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from incentives.models import Dispute, Invitation
from incentives.returned import Span, returned, tallies
from incentives.rules.invitation import Place, left_out, places, ranks
from incentives.services import dispute as disputes
from incentives.services import invitation as invitations
from incentives.services import unit_value
from kol_crm.core.errors import Refused
from tests.factories import NOW, make_account, make_kol
from tests.incentives.contest import TODAY, invited, make_campaign, make_contest
from tests.lifecycle.refusing import by, nothing_written


def test_who_has_as_many_shares_the_rank_and_the_next_is_left_out():
    assert ranks([("a", 9), ("b", 4), ("c", 4), ("d", 1)]) == {"a": 1, "b": 2, "c": 2, "d": 4}


def test_a_move_is_against_the_ranks_before_and_new_ones_have_none():
    found = places({"a": 5, "b": 7, "c": 7}, {"a": 4, "b": 1})
    assert found == [Place("b", 1, 7, 1), Place("c", 1, 7, None), Place("a", 3, 5, -2)]


def test_an_own_account_in_any_case_is_a_self_invite_before_it_is_a_double():
    assert left_out("Siyu", {"siyu", "42"}, {"Siyu"}) == "self"
    assert left_out("u1", {"siyu"}, {"u1"}) == "double"
    assert left_out("u2", {"siyu"}, {"u1"}) == ""


@pytest.fixture
def contest(operator, kol):
    """A contest with its two participants."""
    made, rows = make_contest(operator, kol, make_kol(operator, "李雷"))
    return made, *rows


@pytest.mark.django_db
def test_an_intake_told_twice_counts_once_doubles_and_self_invites_are_left_out(operator, kol, contest):
    campaign, first, second = contest
    make_account(kol, "own", "siyu", external_id="42")
    rows = [
        invited(first, "u1"),
        invited(second, "u1", days_ago=7),
        invited(first, "42"),
        invited(second, "u2", days_ago=3),
        {**invited(first, "u3"), "code": "NOBODY"},
        {**invited(first, "u4"), "registered_at": NOW + timedelta(days=1)},
        invited(first, "u5", days_ago=60),
    ]
    told = [one.as_json() for one in invitations.take_in(by(operator), campaign, rows)]
    assert [(one["state"], one.get("left_out") or one.get("field")) for one in told] == [
        ("new", None),
        ("new", "double"),
        ("new", "self"),
        ("new", None),
        ("wrong", "code"),
        ("wrong", "registered_at"),
        ("wrong", "registered_at"),
    ]
    again = invitations.take_in(by(operator), campaign, rows[:4])
    assert [one.state for one in again] == ["known"] * 4
    assert Invitation.objects.count() == 4
    assert tallies(campaign.pk, TODAY) == {
        first.pk: {"counted": 1, "pending": 0, "left_out": 1},
        second.pk: {"counted": 0, "pending": 1, "left_out": 1},
    }


@pytest.mark.django_db
def test_of_one_user_in_one_intake_the_earliest_registered_counts_and_codes_know_no_case(operator, contest):
    campaign, first, second = contest
    early = invited(second, "u1", days_ago=9)
    rows = [invited(first, "u1"), {**early, "code": early["code"].lower()}]
    told = invitations.take_in(by(operator), campaign, rows)
    assert [one.left_out for one in told] == ["double", ""]


@pytest.mark.django_db
def test_the_seventh_day_counts_and_the_sixth_does_not(operator, contest):
    campaign, first, _second = contest
    rows = [invited(first, "u6", days_ago=6), invited(first, "u7", days_ago=7)]
    invitations.take_in(by(operator), campaign, rows)
    assert tallies(campaign.pk, TODAY)[first.pk] == {"counted": 1, "pending": 1, "left_out": 0}
    assert tallies(campaign.pk, TODAY + timedelta(days=1))[first.pk]["counted"] == 2


@pytest.mark.django_db
def test_the_database_lets_no_user_count_twice(operator, contest):
    campaign, first, second = contest
    invitations.take_in(by(operator), campaign, [invited(first, "u1"), invited(second, "u1", days_ago=7)])
    with pytest.raises(IntegrityError), transaction.atomic():
        Invitation.objects.update(left_out="")


@pytest.mark.django_db
def test_only_a_contest_takes_invitations_in(operator):
    other = make_campaign(operator)
    nothing_written(lambda: invitations.take_in(by(operator), other, []), Refused, code="no_contest")


@pytest.mark.django_db
def test_a_manager_settles_a_dispute_and_of_a_double_the_other_gives_way(operator, manager, contest):
    campaign, first, second = contest
    invitations.take_in(by(operator), campaign, [invited(first, "u1"), invited(second, "u1", days_ago=7)])
    counted, double = Invitation.objects.order_by("registered_at")
    said = disputes.say(by(operator), double, "She came by my link.", second)
    nothing_written(lambda: disputes.say(by(operator), double, "Again"), Refused, code="disputed")

    def settle(user, reason):
        return disputes.settle(by(user), said, counts=True, reason=reason)

    nothing_written(lambda: settle(operator, "Seen"), PermissionDenied)
    nothing_written(lambda: settle(manager, " "), ValidationError, field="reason")
    ruling = settle(manager, "The log says so.")
    assert (ruling.before, ruling.after, ruling.instead_of) == ("double", "", counted)
    counted.refresh_from_db()
    double.refresh_from_db()
    assert (counted.left_out, double.left_out) == ("double", "")
    nothing_written(lambda: settle(manager, "Again"), Refused, code="settled")
    assert Dispute.objects.get().ruling == ruling


@pytest.mark.django_db
def test_a_counted_one_is_left_out_by_a_ruling(operator, manager, contest):
    campaign, first, _second = contest
    invitations.take_in(by(operator), campaign, [invited(first, "u1")])
    row = Invitation.objects.get()
    disputes.settle(by(manager), disputes.say(by(manager), row, "A robot"), counts=False, reason="Seen")
    row.refresh_from_db()
    assert row.left_out == "ruled"
    assert tallies(campaign.pk, TODAY)[first.pk] == {"counted": 0, "pending": 0, "left_out": 1}


@pytest.mark.django_db
def test_counted_invitations_return_value_in_the_month_in_which_they_count(operator, admin, kol, contest):
    campaign, first, _second = contest
    unit_value.put(by(admin), "new_users", Decimal("2.5"), date(2026, 11, 10))
    rows = [
        invited(first, "u1", days_ago=8),
        invited(first, "u2", days_ago=20),
        invited(first, "u3", days_ago=1),
    ]
    invitations.take_in(by(operator), campaign, rows)
    month = returned([kol.pk], Span(date(2026, 1, 1), TODAY)).of(kol.pk)[date(2026, 11, 1)]
    assert (month.new_users, month.value) == (2, Decimal("5.00"))
    assert returned([kol.pk], Span(date(2026, 1, 1), date(2026, 11, 9))).months == {}
