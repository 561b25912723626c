"""The trash by API: what its page shows, under the same rules (DOMAIN 1.7)."""

from datetime import timedelta

import pytest
import time_machine

from profiles.models import Kol
from profiles.services import kol as files
from tests.factories import NOW, make_kol

pytestmark = pytest.mark.django_db
TRASH = "/api/v1/trash/"


@pytest.fixture(autouse=True)
def _five_days_later():
    with time_machine.travel(NOW + timedelta(days=5), tick=False):
        yield


@pytest.fixture
def trashed(kol, actor):
    return files.archive(actor.again(), kol, None)


def test_it_says_who_archived_a_file_when_and_how_long_it_may_come_back(api, operator, trashed):
    (row,) = api(operator).get(TRASH).json()["results"]
    assert row == {
        "id": str(trashed.pk),
        "name": "王思雨",
        "owner": "operator",
        "archived_at": row["archived_at"],
        "archived_by": "operator",
        "days_left": 25,
        "may_restore": True,
    }
    assert row["archived_at"].startswith("2026-11-23T")


def test_it_is_filtered_as_the_page(api, operator, actor, trashed):
    files.archive(actor.again(), make_kol(operator, name="李雷"), None)
    client = api(operator)
    assert [row["name"] for row in client.get(TRASH, {"q": "李雷"}).json()["results"]] == ["李雷"]
    assert client.get(TRASH, {"over": "true"}).json()["results"] == []
    assert list(client.get(TRASH, {"colour": "red"}).json()["errors"]) == ["colour"]


def test_those_that_one_may_restore_come_back(api, operator, colleague, stranger, trashed):
    body = {"ids": [str(trashed.pk)]}
    for user in (colleague, stranger):
        assert api(user).post(f"{TRASH}restore/", body).json() == {"restored": 0}
    assert api(operator, "kols:read").post(f"{TRASH}restore/", body).status_code == 403
    assert list(api(operator).post(f"{TRASH}restore/", {"ids": []}).json()["errors"]) == ["ids"]
    assert Kol.objects.get().archived_at is not None
    assert api(operator).post(f"{TRASH}restore/", body).json() == {"restored": 1}
    assert Kol.objects.get().archived_at is None
    assert api(stranger).get(TRASH).json()["results"] == []
