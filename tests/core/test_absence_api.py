"""``/api/v1/absences/``: who is away, and who stands in (DOMAIN 2.4)."""

from datetime import timedelta

import pytest

from kol_crm.core import deputies
from kol_crm.core.actor import Actor
from kol_crm.core.models import Absence, Change
from kol_crm.core.services import absence
from profiles import due
from tests.factories import NOW, make_kol
from tests.permissions.asking import state

pytestmark = pytest.mark.django_db
PATH = "/api/v1/absences/"


def days(count):
    return deputies.day() + timedelta(days=count)


def asked(first=0, last=3, **more):
    body = {"deputy": "colleague", "starts_on": days(first).isoformat(), "ends_on": days(last).isoformat()}
    return body | more


def test_one_says_that_one_is_away_and_the_queue_moves(api, operator, colleague):
    make_kol(operator, name="A")
    answer = api(operator).post(PATH, asked())
    assert answer.status_code == 201, answer.content
    told = answer.json()
    assert (told["user"], told["deputy"], told["starts_on"]) == ("operator", "colleague", days(0).isoformat())
    row = Absence.objects.get(pk=told["id"])
    assert (row.user, row.deputy) == (operator, colleague)
    colleague.refresh_from_db()
    assert operator in deputies.queue_of(colleague)
    assert Change.objects.filter(row=row.pk, change_set__door="api").exists()
    assert due.STAY_IN_TOUCH.waiting(operator, days(400)).count() == 1


def test_back_again_the_queue_comes_back(api, operator, colleague):
    client = api(operator)
    row = client.post(PATH, asked(-1, 3)).json()
    assert client.delete(f"{PATH}{row['id']}/").status_code == 204
    assert Absence.objects.get().ends_on == days(-1)
    colleague.refresh_from_db()
    assert operator not in deputies.queue_of(colleague)
    ahead = client.post(PATH, asked(5, 9)).json()
    assert client.delete(f"{PATH}{ahead['id']}/").status_code == 204
    assert not Absence.objects.filter(pk=ahead["id"]).exists()


@pytest.mark.parametrize(
    ("body", "key"),
    [
        ({"deputy": "stranger"}, "deputy"),
        ({"deputy": "operator"}, "deputy"),
        ({"deputy": "no such user"}, "deputy"),
        ({"first": 6, "last": 5}, "ends_on"),
        ({"first": -9, "last": -2}, "ends_on"),
        ({"first": 9, "last": 400}, "ends_on"),
        ({"first": 1, "last": 2}, "starts_on"),  # the days run into another absence
        ({"user": "stranger"}, "user"),
        ({"user": "no such user"}, "user"),
        ({"reason": "ill"}, "reason"),
        ({"starts_on": ""}, "starts_on"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field_and_nothing_is_written(
    api, operator, colleague, stranger, body, key
):
    absence.begin(Actor(operator, "page", NOW), operator, colleague, days(0), days(3), days(0))
    before = state()
    answer = api(operator).post(PATH, asked(**body))
    assert (answer.status_code, state()) == (400, before)
    assert key in answer.json()["errors"]


def test_of_others_only_an_admin_says_it_with_the_scope_for_users(api, operator, colleague, manager, admin):
    before = state()
    for user in (colleague, manager):
        assert api(user, "kols:read", "kols:write", "users:write").post(
            PATH, asked(user="operator")
        ).status_code in (400, 403)
    assert api(admin, "kols:read", "kols:write").post(PATH, asked(user="operator")).status_code == 403
    assert state() == before
    client = api(admin, "kols:read", "kols:write", "users:write")
    row = client.post(PATH, asked(user="operator"))
    assert row.status_code == 201, row.content
    before = state()
    assert api(colleague).delete(f"{PATH}{row.json()['id']}/").status_code == 403  # the deputy sees it
    assert api(manager).delete(f"{PATH}{row.json()['id']}/").status_code == 404
    assert state() == before
    assert client.delete(f"{PATH}{row.json()['id']}/").status_code == 204


def test_a_token_that_only_reads_says_nothing(api, operator, colleague):
    before = state()
    assert api(operator, "kols:read").post(PATH, asked()).status_code == 403
    assert state() == before


def test_one_reads_ones_own_and_those_in_which_one_stands_in(api, operator, colleague, manager, admin):
    actor = Actor(admin, "page", NOW)
    absence.begin(actor, operator, colleague, days(5), days(9), days(0))
    old = Absence.objects.create(user=operator, deputy=colleague, starts_on=days(-9), ends_on=days(-5))

    def told(user, query=""):
        return [row["starts_on"] for row in api(user).get(PATH + query).json()["results"]]

    both = [days(5).isoformat(), old.starts_on.isoformat()]
    assert told(operator) == told(colleague) == told(admin) == both
    assert told(manager) == []
    assert told(operator, "?over=false&user=operator") == both[:1]
    assert told(operator, "?over=true&deputy=colleague&sort=starts") == both[1:]
    assert api(operator).get(f"{PATH}?reason=ill").status_code == 400
