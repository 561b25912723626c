"""The facts strip and the holders of a shared contact, as the API tells them (DOMAIN 2.2, 3.1, 3.10)."""

import pytest
import time_machine

from profiles.models import ContactPoint
from profiles.services import contact
from tests.factories import NOW, make_kol

pytestmark = pytest.mark.django_db
WECHAT = {"channel": "wechat", "value": "sunny_mcn_01", "preferred": True}


@pytest.fixture(autouse=True)
def _at_noon():
    with time_machine.travel(NOW, tick=False):
        yield


def test_the_strip_says_what_the_page_says_the_most_important_first(operator, as_user, api):
    kol = make_kol(
        operator,
        "A",
        dislikes=["smoke"],
        birth_month=12,
        birth_day=1,
        quiet_cause="mourning",
        zone="Europe/Paris",
    )
    found = api(operator).get(f"/api/v1/kols/{kol.pk}/facts/").json()["results"]
    assert [row["key"] for row in found] == ["quiet", "hour", "birthday", "avoid"]
    assert found[0] == {"key": "quiet", "text": "In mourning", "tone": "bad", "more": ""}
    page = as_user(operator).get(f"/kols/{kol.pk}/").content.decode()
    for row in found:
        assert row["text"] in page


def test_no_contact_data_stands_in_the_strip(kol, operator, actor, colleague, api):
    contact.add(actor, kol, WECHAT)
    for client in (api(operator, "kols:read", "contacts:read"), api(colleague)):
        answer = client.get(f"/api/v1/kols/{kol.pk}/facts/")
        assert "sunny" not in answer.content.decode()
        assert [row["key"] for row in answer.json()["results"]] == ["channel"]


def test_of_a_file_out_of_sight_it_says_nothing(kol, stranger, api):
    assert api(stranger).get(f"/api/v1/kols/{kol.pk}/facts/").status_code == 404


@pytest.fixture
def shared(operator, colleague, stranger, actor, admin):
    """One WeChat id on three files: one's own, a colleague's, another team's."""
    files = [make_kol(owner, name=owner.username) for owner in (operator, colleague, stranger)]
    for file in files:
        contact.add(actor.again(user=admin), file, WECHAT)
    return files


def holders(client, kol):
    point = ContactPoint.objects.get(kol=kol)
    return client.get(f"/api/v1/kols/{kol.pk}/contacts/{point.pk}/holders/")


def test_who_else_has_the_contact_as_far_as_one_may_see(shared, operator, stranger, admin, api):
    mine, theirs, hidden = shared
    told = holders(api(operator), mine).json()
    assert told == {
        "shared": True,
        "kols": [{"id": str(theirs.pk), "name": "colleague"}],
        "agencies": [],
        "hidden": 1,
    }
    assert holders(api(stranger), hidden).json()["hidden"] == 2
    assert holders(api(stranger), mine).status_code == 404
    assert {row["name"] for row in holders(api(admin), mine).json()["kols"]} == {"colleague", "stranger"}


def test_an_agency_with_the_contact_is_named(operator, actor, api):
    kol = make_kol(operator, "A", agency="Sunny MCN")
    contact.add(actor, kol.agency, WECHAT)
    contact.add(actor.again(), kol, WECHAT)
    assert holders(api(operator), kol).json()["agencies"] == [{"id": str(kol.agency_id), "name": "Sunny MCN"}]


def test_a_contact_of_another_file_is_not_found(shared, operator, api):
    mine, theirs, _hidden = shared
    point = ContactPoint.objects.get(kol=theirs)
    path = f"/api/v1/kols/{mine.pk}/contacts/{point.pk}/holders/"
    assert api(operator).get(path).status_code == 404
