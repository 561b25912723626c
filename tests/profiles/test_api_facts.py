"""``/api/v1/touches/`` and ``/api/v1/snapshots/``."""

import pytest

from profiles.models import Snapshot, Touch
from tests.factories import make_account

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
