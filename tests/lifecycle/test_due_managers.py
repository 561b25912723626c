"""What stands on a manager's Today of the files of others (DOMAIN 5.4, 5.9, 8.1)."""

from datetime import timedelta

import pytest
import time_machine

from kol_crm import today
from kol_crm.core.actor import Actor
from lifecycle.models import HandedFile
from lifecycle.services import handover
from profiles.models import Kol
from profiles.services import kol as files
from profiles.services import promise
from tests.factories import NOW, TeamFactory, UserFactory, make_kol

pytestmark = pytest.mark.django_db
TODAY = NOW.date()
WEEK = timedelta(days=7)


@pytest.fixture(autouse=True)
def at_noon():
    with time_machine.travel(NOW, tick=False):
        yield


def rows(user, kind: str, day=TODAY) -> list:
    return [row for row in today.load(user, day, kind).rows if row.kind == kind]


def reviewed(operator, due_on, name="甲") -> Kol:
    kol = make_kol(operator, name)
    files.set_figures(kol.pk, review_due=due_on)
    return kol


def test_a_review_stands_with_the_manager_from_a_week_after_its_day(operator, manager):
    """A week ahead is shown too, so its last eight days before that are not told yet."""
    kol = reviewed(operator, TODAY - WEEK)
    reviewed(operator, TODAY + timedelta(days=1), "乙")  # stands there in eight days
    (row,) = rows(manager, "review_late")
    assert (row.subject.pk, row.due) == (kol.pk, TODAY)
    assert str(operator) in row.why
    assert today.load(manager, TODAY).total == 1
    assert rows(operator, "review_late") == []
    assert [one.kind for one in today.load(operator, TODAY, "review").rows] == ["review", "review"]


def test_it_is_the_nearest_managers_and_nobody_elses(operator, manager, manager_elsewhere, admin):
    reviewed(operator, TODAY - WEEK)
    above = UserFactory(username="above", role="manager", team=manager.team.parent)
    assert len(rows(manager, "review_late")) == 1
    for user in (above, manager_elsewhere, admin):
        assert rows(user, "review_late") == [], user
    manager.is_active = False
    manager.save(update_fields=["is_active"])
    assert len(rows(above, "review_late")) == 1, "where the team has none, the next one up"


def test_the_teams_below_without_a_manager_count_too(manager):
    below = UserFactory(username="below", team=TeamFactory(name="Below", parent=manager.team))
    reviewed(below, TODAY - WEEK)
    assert len(rows(manager, "review_late")) == 1


def test_a_managers_own_review_stands_once(manager):
    reviewed(manager, TODAY - 2 * WEEK)
    assert rows(manager, "review_late") == []
    assert len(rows(manager, "review")) == 1


def test_a_handover_nobody_confirmed_in_time_stands_with_its_promises_without_owner(
    operator, colleague, manager
):
    kol = make_kol(operator)
    promise.add(Actor(operator, "page", NOW), kol, {"by": "us", "what": "A slot", "due_on": TODAY + 4 * WEEK})
    files.edit(Actor(manager, "page", NOW), kol, {"owner": colleague}, None)
    row = HandedFile.objects.get(kol=kol)
    assert rows(manager, "handover_late", TODAY - timedelta(days=1)) == []
    (told,) = rows(manager, "handover_late")
    assert (told.key, told.due, told.subject.pk) == (f"handover_late:{row.pk}", TODAY + WEEK, kol.pk)
    assert "1 promise has no owner" in told.why
    assert rows(colleague, "handover_late") == []
    handover.take(Actor(colleague, "page", NOW), row)
    handover.confirm(Actor(colleague, "page", NOW), row)
    assert rows(manager, "handover_late") == []


def test_the_file_about_oneself_stands_on_no_list_of_ones_own(operator, manager):
    """DOMAIN 2.1: a KOL who is also staff does not see the file."""
    Kol.objects.filter(pk=reviewed(operator, TODAY - WEEK).pk).update(staff_user=manager)
    assert rows(manager, "review_late") == []
