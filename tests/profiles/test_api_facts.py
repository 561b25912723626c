"""``/api/v1/touches/`` and ``/api/v1/snapshots/``."""

from datetime import timedelta

import pytest
import time_machine

from profiles.models import Snapshot, Touch
from tests.factories import NOW, make_account

pytestmark = pytest.mark.django_db
TOUCHES, SNAPSHOTS = "/api/v1/touches/", "/api/v1/snapshots/"


def test_a_touch_is_logged_on_a_file_of_the_team_and_taken_back(api, colleague, kol):
    client = api(colleague)
    answer = client.post(TOUCHES, {"kol": str(kol.pk), "channel": "wechat", "text": "hello"})
    assert (answer.status_code, answer.json()["user"]) == (201, "colleague")
    assert client.get(TOUCHES, {"kol": str(kol.pk)}).json()["results"] == [answer.json()]
    assert client.post(f"{TOUCHES}{answer.json()['id']}/take-back/").status_code == 204
    assert client.get(TOUCHES).json()["results"] == []


def test_a_touch_on_an_invisible_file_is_refused_as_if_it_did_not_exist(api, stranger, kol):
    answer = api(stranger).post(TOUCHES, {"kol": str(kol.pk), "channel": "wechat"})
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["kol"])
    assert not Touch.objects.exists()


@pytest.mark.parametrize("moment", ["0001-01-01", "9999-12-31T23:59:59-14:00"])
def test_touches_are_not_asked_for_beyond_the_calendar(api, operator, kol, moment):
    for name in ("since", "until"):
        answer = api(operator).get(TOUCHES, {name: moment})
        assert (answer.status_code, list(answer.json()["errors"])) == (400, [name])


def test_a_figure_is_taken_in_once_and_corrected_by_a_later_one(api, operator, kol):
    account = make_account(kol)
    client = api(operator)
    body = {"account": str(account.pk), "metric": "followers", "value": "12000", "end": "2026-11-23"}
    assert client.post(SNAPSHOTS, body).status_code == 201
    assert client.post(SNAPSHOTS, body).status_code == 200
    assert client.post(SNAPSHOTS, body | {"value": "13000"}).status_code == 201
    rows = client.get(SNAPSHOTS, {"kol": str(kol.pk)}).json()["results"]
    assert [(row["value"], row["kol"]) for row in rows] == [("13000.0000", str(kol.pk))]
    assert Snapshot.objects.count() == 2


def test_figures_need_their_own_scope_and_the_right_to_edit(api, operator, colleague, kol):
    account = make_account(kol)
    body = {"account": str(account.pk), "metric": "followers", "value": "1", "end": "2026-11-23"}
    assert api(operator, "kols:read", "kols:write").post(SNAPSHOTS, body).status_code == 403
    assert api(colleague).post(SNAPSHOTS, body).status_code == 403
    assert not Snapshot.objects.exists()


def test_a_stock_with_a_period_is_refused_at_its_start(api, operator, kol):
    account = make_account(kol)
    body = {"account": str(account.pk), "metric": "followers", "value": "1", "end": "2026-11-23"}
    answer = api(operator).post(SNAPSHOTS, body | {"start": "2026-11-01"})
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["start"])
    assert not Snapshot.objects.exists()


FIGURE = {"metric": "followers", "value": "12000", "end": "2026-11-23"}


def taken(client, kol, **more):
    account = kol.accounts.get()
    answer = client.post(SNAPSHOTS, {"account": str(account.pk)} | FIGURE | more)
    return f"{SNAPSHOTS}{answer.json()['id']}/take-back/"


def test_a_figure_is_taken_back_and_what_stood_before_stands_again(api, operator, kol):
    """DOMAIN 3.12: by a later row that points at it."""
    account = make_account(kol)
    client = api(operator)
    first, second = taken(client, kol), taken(client, kol, value="13000")
    assert client.post(first).status_code == 404  # it stands no longer
    assert client.post(second).status_code == 204
    account.refresh_from_db()
    assert account.followers == 12000
    row = Snapshot.objects.order_by("-at", "-id").first()
    assert (row.standing, row.takes_back.value, row.writer) == (True, 13000, operator)
    assert client.post(second).status_code == 404
    assert Snapshot.objects.count() == 3


def test_a_figure_with_nothing_before_it_is_gone(api, operator, kol):
    account = make_account(kol)
    client = api(operator)
    assert client.post(taken(client, kol)).status_code == 204
    account.refresh_from_db()
    assert (account.followers, client.get(SNAPSHOTS).json()["results"]) == (None, [])


def test_after_ten_minutes_only_a_manager_takes_a_figure_back(
    api, operator, colleague, manager, manager_elsewhere, kol
):
    """DOMAIN 3.12."""
    make_account(kol)
    with time_machine.travel(NOW, tick=False):
        path = taken(api(operator), kol)
        assert api(colleague).post(path).status_code == 403
    with time_machine.travel(NOW + timedelta(minutes=10, seconds=1), tick=False):
        late = api(operator).post(path)
        assert (late.status_code, late.json()["code"]) == (409, "too_late")
        assert api(manager_elsewhere).post(path).status_code == 404
        assert api(manager, "kols:read", "kols:write").post(path).status_code == 403  # not the scope
        assert Snapshot.objects.get().standing
        assert api(manager).post(path).status_code == 204
    assert not Snapshot.objects.filter(standing=True).exists()
