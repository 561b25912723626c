"""Tasks: plain to-dos, done, handed on, due again (DOMAIN 8.1)."""

from datetime import date, timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError

from kol_crm import today
from kol_crm.core.errors import Refused
from kol_crm.core.models import Change, Notice
from lifecycle.models import Task
from lifecycle.services import task
from profiles.models import Kol
from tests.factories import NOW, make_kol

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 23)


@pytest.fixture
def kol(operator):
    return make_kol(operator)


@pytest.fixture
def at_noon():
    with time_machine.travel(NOW, tick=False):
        yield


def mine(user, kind="task") -> list[str]:
    return [row.why for row in today.load(user, DAY, kind).rows]


def test_a_task_about_nobody_is_due_for_who_does_it_until_it_is_done(actor, operator, colleague):
    row = task.add(actor, {"what": "Order cups", "due_on": DAY})
    assert (row.assignee, mine(operator), mine(colleague)) == (operator, ["To do"], [])
    assert today.load(operator, DAY, "task").rows[0].subject.name == "Order cups"
    task.finish(actor.again(), row, "Forty of them")
    assert (mine(operator), Task.objects.get().outcome) == ([], "Forty of them")


def test_a_task_about_a_file_stands_in_its_history_and_moves_next_due(actor, kol):
    row = task.add(actor, {"what": "Call", "due_on": DAY - timedelta(days=1)}, kol)
    changed = Change.objects.filter(root=kol.pk, row=row.pk).get()
    assert changed.after["what"] == "Call"
    assert Kol.objects.get().next_due == DAY - timedelta(days=1)
    task.finish(actor.again(), row)
    assert Kol.objects.get().next_due != DAY - timedelta(days=1)


def test_a_task_set_to_a_colleague_is_theirs_and_they_are_told(actor, operator, colleague, kol):
    task.add(actor, {"what": "Call", "due_on": DAY, "assignee": colleague}, kol)
    assert (mine(operator), mine(colleague)) == ([], [f"Call; set by {operator}"])
    assert Notice.objects.get().user == colleague


def test_a_task_is_not_set_to_who_does_not_see_it(actor, stranger, kol):
    changes = Change.objects.count()
    for about in (kol, None):
        with pytest.raises(ValidationError) as refused:
            task.add(actor.again(), {"what": "Call", "due_on": DAY, "assignee": stranger}, about)
        assert set(refused.value.message_dict) == {"assignee"}
    assert (Task.objects.count(), Change.objects.count()) == (0, changes)


def test_a_task_that_repeats_is_due_again_and_undone_with_what_follows(actor, operator):
    row = task.add(actor, {"what": "Water plants", "due_on": DAY, "repeat_days": 7})
    task.finish(actor.again(), row)
    following = Task.objects.get(follows=row)
    assert (following.due_on, following.repeat_days) == (DAY + timedelta(days=7), 7)
    task.reopen(actor.again(), row)
    assert list(Task.objects.values_list("pk", "done_at")) == [(row.pk, None)]


def test_done_and_schedule_next_takes_another_day(actor):
    row = task.add(actor, {"what": "Ask again", "due_on": DAY})
    task.finish(actor.again(), row, next_on=DAY + timedelta(days=3))
    assert Task.objects.get(follows=row).due_on == DAY + timedelta(days=3)


def test_the_next_one_is_not_due_today(actor):
    row = task.add(actor, {"what": "Ask again", "due_on": DAY})
    with pytest.raises(ValidationError) as refused:
        task.finish(actor.again(), row, next_on=DAY)
    assert set(refused.value.message_dict) == {"next_on"}
    assert list(Task.objects.values_list("done_at", flat=True)) == [None]


def test_what_is_done_is_not_done_again_nor_reopened_past_the_next(actor):
    row = task.add(actor, {"what": "Water", "due_on": DAY, "repeat_days": 7})
    task.finish(actor.again(), row)
    changes = Change.objects.count()
    with pytest.raises(Refused) as refused:
        task.finish(actor.again(), row)
    assert refused.value.code == "already_settled"
    task.finish(actor.again(), Task.objects.get(follows=row))
    with pytest.raises(Refused) as refused:
        task.reopen(actor.again(), row)
    assert refused.value.code == "done_again"
    assert Task.objects.count() == 3
    assert Change.objects.count() > changes


def test_a_task_about_nobody_is_its_two_peoples(actor, operator, colleague, manager, stranger):
    row = task.add(actor, {"what": "Order cups", "due_on": DAY, "assignee": colleague})
    seers = [one for one in (operator, colleague, manager, stranger) if Task.objects.visible_to(one).exists()]
    assert seers == [operator, colleague]
    assert Task.objects.visible_to(colleague, "edit").get() == row


def test_the_button_of_its_row_does_it_at_once_and_undo_takes_it_back(as_user, actor, operator, at_noon):
    row = task.add(actor, {"what": "Order cups", "due_on": DAY})
    client = as_user(operator)
    answer = client.post(f"/tasks/{row.pk}/done/", headers={"HX-Request": "true"})
    assert answer.status_code == 204
    assert Task.objects.get().done_by == operator
    assert client.post(f"/tasks/{row.pk}/reopen/", headers=ON_TODAY).status_code == 204
    assert Task.objects.get().is_open


ON_TODAY = {"HX-Request": "true", "HX-Current-URL": "http://testserver/?item=x"}


def test_the_page_sets_changes_and_shows_one(as_user, operator, kol, at_noon):
    client = as_user(operator)
    values = {"what": "Call her", "due_on": "2026-11-24", "assignee": operator.pk}
    assert client.post("/tasks/new/", values | {"due_on": ""}).status_code == 422
    assert not Task.objects.exists()
    assert client.post("/tasks/new/", values, headers=ON_TODAY).status_code == 200  # the panel goes
    assert client.post(f"/kols/{kol.pk}/tasks/new/", values).status_code == 302
    about = Task.objects.get(kol=kol)
    edited = client.post(f"/tasks/{about.pk}/edit/", values | {"what": "Write", "version": 1})
    assert edited.status_code == 302
    page = client.get(f"/tasks/{about.pk}/").content.decode()
    assert "Write" in page
    assert kol.name in page
    assert client.post(f"/tasks/{about.pk}/edit/", values | {"version": 1}).status_code == 409


def test_the_api_sets_finishes_and_opens_one_again(api, operator, kol):
    client = api(operator)
    made = client.post("/api/v1/tasks/", {"what": "Call", "due_on": "2026-11-24", "kol": str(kol.pk)}).json()
    done = client.post(f"/api/v1/tasks/{made['id']}/done/", {"next_on": "2099-01-01"})
    assert (done.status_code, done.json()["state"]) == (200, "done")
    assert client.get("/api/v1/tasks/?state=open&assignee=me").json()["results"][0]["follows"] == made["id"]
    assert client.post(f"/api/v1/tasks/{made['id']}/reopen/").json()["state"] == "open"
    refused = client.post("/api/v1/tasks/", {"what": "Call", "due_on": "2026-11-24", "repeat_days": 0})
    assert (refused.status_code, Task.objects.count()) == (400, 1)
