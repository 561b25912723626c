"""Reminders: operator 3 days before and on the day, manager 7 days after, on working days (DOMAIN 5.4)."""

from datetime import date, timedelta

import pytest

from kol_crm.core.models import Dirty, Send, Team, User
from lifecycle.models import Review, ReviewNotice
from lifecycle.services import reminder, stage
from lifecycle.services import review as reviews
from profiles.models import Kol
from profiles.services import kol as kol_verbs
from tests.factories import UserFactory, make_kol
from tests.lifecycle.factories import at_stage

pytestmark = pytest.mark.django_db

YEAR = date(2026, 11, 1), date(2027, 10, 31)


def due(kol, day):
    at_stage(kol, "initial", since=date(2026, 9, 1), review_due=day)
    return Review.objects.awaiting().get(kol=kol)


def planned():
    rows = ReviewNotice.objects.order_by("on", "pk")
    return [(str(notice.user), notice.on, notice.key.split(":")[3]) for notice in rows]


def test_operator_three_days_before_and_on_the_day_manager_seven_after(actor, kol, manager):
    due(kol, date(2026, 11, 26))  # a Thursday
    assert reminder.plan(actor, *YEAR) == 3
    assert planned() == [
        ("Operator", date(2026, 11, 23), "3"),
        ("Operator", date(2026, 11, 26), "0"),
        ("Manager", date(2026, 12, 3), "-7"),
    ]


def test_weekends_are_reminded_the_working_day_before(actor, kol):
    due(kol, date(2026, 11, 29))  # a Sunday; three days before is the Thursday
    reminder.plan(actor, *YEAR)
    assert [row[1] for row in planned()] == [date(2026, 11, 26), date(2026, 11, 27)]


def test_festivals_are_reminded_the_working_day_before(actor, kol):
    """The national holiday of 2027 begins on Friday 1 October."""
    due(kol, date(2027, 10, 4))
    reminder.plan(actor, *YEAR)
    assert [row[1] for row in planned()] == [date(2027, 9, 30), date(2027, 9, 30)]


def test_a_team_without_a_manager_is_answered_for_by_the_next_team_up(actor, kol, team):
    above = UserFactory(username="above", team=team.parent, role=User.Role.MANAGER)
    UserFactory(username="gone", team=team, role=User.Role.MANAGER, is_active=False)
    due(kol, date(2026, 11, 26))
    reminder.plan(actor, *YEAR)
    assert ReviewNotice.objects.get(key__contains="manager").user == above


def test_every_manager_of_the_team_is_told_but_not_about_the_own_file_twice(actor, manager, team):
    second = UserFactory(username="second", team=team, role=User.Role.MANAGER)
    due(make_kol(manager), date(2026, 11, 26))
    reminder.plan(actor, *YEAR)
    assert [row[0] for row in planned()] == ["Manager", "Manager", str(second)]


def test_planning_again_adds_nothing(actor, kol, manager):
    due(kol, date(2026, 11, 26))
    reminder.plan(actor, *YEAR)
    assert reminder.plan(actor, *YEAR) == 0
    assert reminder.plan(actor, *YEAR, kol_ids=[kol.pk]) == 0
    assert ReviewNotice.objects.count() == 3


def test_windows_side_by_side_plan_what_one_window_plans(actor, kol, manager):
    due(kol, date(2026, 11, 29))
    day, last = YEAR
    while day <= last:
        reminder.plan(actor, day, day + timedelta(days=29))
        day += timedelta(days=30)
    assert len(planned()) == 3
    assert reminder.plan(actor, *YEAR) == 0


def test_planning_costs_the_same_for_many_files(actor, operator, manager, django_assert_max_num_queries):
    for _ in range(12):
        due(make_kol(operator), date(2026, 11, 26))
    with django_assert_max_num_queries(10):
        assert reminder.plan(actor, *YEAR) == 36


def test_dormant_unowned_archived_and_departed_files_have_none(actor, kol, operator):
    kol_verbs.create(actor, {"name": "无主", "owner": None, "team": operator.team})
    kol_verbs.archive(actor, kol, None)
    departed = make_kol(operator)
    stage.move(actor.again(), departed, "departed", cause="other")
    assert reminder.plan(actor, *YEAR) == 0


# Gathering


def gathered(user, day):
    return [notice.key.split(":")[3] for notice in ReviewNotice.objects.to_gather(user, day)]


def test_a_mail_gathers_what_stands_and_what_missed_the_last_one(actor, kol, operator):
    due(kol, date(2026, 11, 26))
    reminder.plan(actor, *YEAR)
    assert gathered(operator, date(2026, 11, 22)) == []
    assert gathered(operator, date(2026, 11, 23)) == ["3"]
    assert gathered(operator, date(2026, 11, 26)) == ["3", "0"]
    lines = reminder.lines_for(
        ReviewNotice.objects.to_gather(operator, date(2026, 11, 27)), date(2026, 11, 27)
    )
    assert [(line.review.kol, line.days_late, line.role) for line in lines] == [(kol, 1, "operator")]


def test_what_was_mailed_is_not_gathered_again(actor, kol, operator, now):
    due(kol, date(2026, 11, 26))
    reminder.plan(actor, *YEAR)
    send = Send.objects.create(
        key="m", kind="m", not_before=now, give_up_after=now, message_id="m", created_at=now
    )
    ReviewNotice.objects.filter(key__contains=":3:").update(send=send)
    assert gathered(operator, date(2026, 11, 26)) == ["0"]


@pytest.mark.parametrize("what", ["done", "redated", "moved", "archived", "departed"])
def test_a_notice_whose_review_no_longer_stands_so_is_dropped(actor, kol, operator, what):
    review = due(kol, date(2026, 11, 26))
    reminder.plan(actor, *YEAR)
    match what:
        case "done":
            reviews.complete(actor.again(), review, Review.Decision.STAY)
        case "redated":
            reviews.reschedule(actor.again(), review, date(2026, 12, 10))
        case "moved":
            stage.move(actor.again(), kol, "mid_term")
        case "archived":
            kol_verbs.archive(actor.again(), kol, None)
        case "departed":
            stage.move(actor.again(), kol, "departed", cause="other")
    assert gathered(operator, date(2026, 11, 26)) == []


def test_a_notice_follows_the_file_to_its_new_owner(actor, kol, operator, colleague):
    due(kol, date(2026, 11, 26))
    reminder.plan(actor, *YEAR)
    kol_verbs.edit(actor.again(), kol, {"owner": colleague}, None)
    assert gathered(operator, date(2026, 11, 26)) == []
    assert list(Dirty.objects.filter(planner=reminder.PLANNER).values_list("subject", flat=True)) == [kol.pk]

    reminder.plan(actor, *YEAR, kol_ids=[kol.pk])
    assert gathered(colleague, date(2026, 11, 26)) == ["3", "0"]
    assert ReviewNotice.objects.count() == 2


def test_only_files_with_a_review_near_are_marked_for_planning(actor, operator):
    kol = make_kol(operator)
    assert not Dirty.objects.filter(planner=reminder.PLANNER).exists()
    reviews.reschedule(actor, Review.objects.get(kol=kol), date(2026, 11, 25))
    assert Dirty.objects.filter(planner=reminder.PLANNER, subject=kol.pk).count() == 1
    assert Kol.objects.get(pk=kol.pk).review_due == date(2026, 11, 25)


def test_the_top_team_has_nobody_above(actor, kol):
    User.objects.filter(role=User.Role.MANAGER).delete()
    assert Team.objects.filter(parent=None).count() == 1
    due(kol, date(2026, 11, 26))
    assert reminder.plan(actor, *YEAR) == 2
