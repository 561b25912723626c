"""Rows of Today in another one's hand: they leave a list, stand in another, and come back (DOMAIN 8.1)."""

from datetime import date, timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError

from kol_crm import today
from kol_crm.core.actor import Actor
from kol_crm.core.models import Change, HandedRow, Notice, User
from lifecycle.services import task
from profiles.models import Kol, Promise
from profiles.services import handed_row, promise
from profiles.services import kol as kol_verbs
from tests.factories import NOW, make_kol
from tests.test_today import due_touch

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 23)


@pytest.fixture(autouse=True)
def at_noon():
    with time_machine.travel(NOW, tick=False):
        yield


def again(user: User) -> User:
    return User.objects.select_related("team").get(pk=user.pk)


def keys(user) -> list[str]:
    return [row.key for row in today.load(again(user), DAY).rows]


@pytest.fixture
def kol(operator):
    return due_touch(operator, "周一一", 23)


@pytest.fixture
def handed(actor, operator, colleague, kol):
    return handed_row.hand(actor, f"touch:{kol.pk}", kol, operator, colleague, "You know her")


def test_a_row_leaves_mine_and_stands_in_theirs_with_who_gave_it(actor, operator, colleague, kol, handed):
    assert (keys(operator), keys(colleague)) == ([], [f"touch:{kol.pk}"])
    row = today.load(again(colleague), DAY).rows[0]
    assert (row.handed.giver, row.handed.word) == (operator, "You know her")
    assert Change.objects.filter(root=kol.pk, row=handed.pk).exists()
    assert Notice.objects.get(kind="handed_row").user == colleague


def test_the_counts_follow_it(operator, colleague, kol, handed, as_user):
    for user, count in ((operator, 0), (colleague, 1)):
        user = again(user)
        assert today.load(user, DAY).total == count
        rail = as_user(user).get("/plans/").context["rail"]
        assert [item["count"]() for item in rail if item["label"] == "Today"] == [count]


def test_taken_back_it_stands_where_it_was(actor, operator, colleague, kol, handed):
    handed_row.take_back(actor.again(), handed)
    assert (keys(operator), keys(colleague)) == ([f"touch:{kol.pk}"], [])
    assert not User.objects.filter(shares=True).exists()


def test_who_has_it_in_hand_may_do_it_and_nothing_else(actor, operator, colleague, kol, handed):
    other = make_kol(operator, "李二二")
    kept = promise.add(actor.again(), kol, {"by": "us", "what": "Figures", "due_on": DAY})
    assert list(Kol.objects.visible_to(again(colleague), "edit")) == [kol]
    assert not Kol.objects.visible_to(again(colleague), "edit").filter(pk=other.pk).exists()
    promise.keep(Actor(again(colleague), "page", NOW), kept)
    handed_row.take_back(actor.again(), handed)
    assert not Kol.objects.visible_to(again(colleague), "edit").exists()


def test_it_returns_when_they_lose_sight_of_the_file(operator, colleague, stranger, kol, handed):
    User.objects.filter(pk=colleague.pk).update(team=stranger.team)
    assert (keys(operator), keys(colleague)) == ([f"touch:{kol.pk}"], [])


def test_it_returns_when_they_leave(operator, colleague, kol, handed):
    User.objects.filter(pk=colleague.pk).update(is_active=False)
    assert keys(operator) == [f"touch:{kol.pk}"]


def test_it_is_handed_only_to_who_sees_the_file(actor, operator, stranger, finance, kol):
    changes = Change.objects.count()
    for receiver in (stranger, finance, operator):
        with pytest.raises(ValidationError):
            handed_row.hand(actor.again(), f"touch:{kol.pk}", kol, operator, receiver)
    assert (HandedRow.objects.count(), Change.objects.count()) == (0, changes)


def test_it_is_handed_on_and_back(actor, operator, colleague, manager, kol, handed):
    by = Actor(again(colleague), "page", NOW)
    key = f"touch:{kol.pk}"
    handed_row.hand(by, key, kol, operator, manager)
    assert (keys(operator), keys(colleague), keys(manager)) == ([], [], [key])
    handed_row.hand(Actor(again(manager), "page", NOW), key, kol, operator, operator)
    assert (keys(operator), keys(manager), HandedRow.objects.count()) == ([key], [], 0)


def test_the_night_ends_what_is_done_or_was_handed_long_ago(actor, operator, kol, handed):
    job = Actor.job(NOW + timedelta(hours=9))
    assert handed_row.end_over(job).done == 0
    kol_verbs.set_figures(kol.pk, touch_due=None)
    assert handed_row.end_over(job.again()).done == 1
    assert not User.objects.filter(shares=True).exists()


def test_a_month_ends_it(actor, operator, colleague, kol, handed):
    later = DAY + timedelta(days=31)
    with time_machine.travel(NOW + timedelta(days=31), tick=False):
        assert [row.key for row in today.load(again(operator), later).rows] == [f"touch:{kol.pk}"]
        assert handed_row.end_over(Actor.job(NOW + timedelta(days=31))).done == 1


def test_the_page_hands_over_and_undo_takes_back(as_user, operator, colleague, kol):
    client, key = as_user(operator), f"touch:{kol.pk}"
    form = client.get("/today/hand-over/", {"key": key}).content.decode()
    assert str(colleague) in form
    answer = client.post("/today/hand-over/", {"key": key, "receiver": colleague.pk, "word": "Please"})
    assert answer.status_code == 204
    page = as_user(colleague).get("/").content.decode()
    assert f"from {operator}: Please" in page
    row = HandedRow.objects.get()
    assert client.post(f"/today/hand-over/{row.pk}/take-back/").status_code == 204
    assert not HandedRow.objects.exists()


def test_what_is_not_in_my_queue_i_hand_to_nobody(as_user, colleague, operator, kol):
    client, key = as_user(colleague), f"touch:{kol.pk}"
    assert client.post("/today/hand-over/", {"key": key, "receiver": operator.pk}).status_code == 404
    assert not HandedRow.objects.exists()


def test_a_stranger_takes_nothing_back(as_user, stranger, handed):
    assert as_user(stranger).post(f"/today/hand-over/{handed.pk}/take-back/").status_code == 404
    assert HandedRow.objects.exists()


def test_a_task_about_nobody_becomes_theirs(as_user, actor, operator, colleague):
    row = task.add(actor, {"what": "Order cups", "due_on": DAY})
    client, key = as_user(operator), f"task:{row.pk}"
    client.post("/today/hand-over/", {"key": key, "receiver": colleague.pk, "word": "Please"})
    assert (keys(operator), keys(colleague)) == ([], [key])
    assert client.post(f"/tasks/{row.pk}/take/").status_code == 302
    assert keys(operator) == [key]


def test_the_api_lists_hands_over_puts_off_and_takes_back(api, operator, colleague, kol):
    client = api(operator)
    key = f"touch:{kol.pk}"
    assert [row["key"] for row in client.get("/api/v1/today/").json()["rows"]] == [key]
    body = {"key": key, "receiver": colleague.username}
    assert client.post("/api/v1/today/hand-over/", body).status_code == 204
    assert client.get("/api/v1/today/").json()["rows"] == []
    assert client.post("/api/v1/today/take-back/", {"key": key}).status_code == 204
    assert client.post("/api/v1/today/snooze/", {"key": key, "until": "3"}).status_code == 204
    assert client.get("/api/v1/today/").json()["rows"] == []
    assert client.post("/api/v1/today/wake/", {"key": key}).status_code == 204
    assert len(client.get("/api/v1/today/").json()["rows"]) == 1
    assert client.post("/api/v1/today/hand-over/", {"key": key, "receiver": "nobody"}).status_code == 400
    assert not HandedRow.objects.exists()


def test_one_owner_of_a_promise_row(actor, operator, colleague, kol):
    """Ours and overdue stays before all others in the list of whoever has it in hand."""
    late = promise.add(actor, kol, {"by": "us", "what": "Figures", "due_on": DAY - timedelta(days=2)})
    handed_row.hand(actor.again(), f"promise:{late.pk}", kol, operator, colleague)
    assert today.load(again(colleague), DAY).rows[0].first
    assert Promise.objects.get().is_open
