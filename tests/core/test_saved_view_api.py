"""Saved views by the API: what asks for the version, and what does not (UI, screen 2; RELIABILITY 3)."""

import pytest

from tests.permissions.asking import state

pytestmark = pytest.mark.django_db
VIEWS = "/api/v1/views/"


@pytest.fixture
def rest(api, operator):
    return api(operator, "kols:read", "kols:write")


@pytest.fixture
def address(rest):
    made = rest.post(VIEWS, {"list": "kols", "name": "Late ones", "query": "stage=late"}, format="json")
    assert (made.status_code, made.json()["pinned"]) == (201, True)
    return made.headers["Location"]


def test_a_view_is_changed_on_the_version_that_one_holds(rest, address):
    for match, status in (({}, 428), ({"If-Match": '"7"'}, 412)):
        before = state()
        answer = rest.patch(address, {"query": "stage=initial"}, format="json", headers=match)
        assert (answer.status_code, state()) == (status, before)
    held = rest.get(address)["ETag"]
    answer = rest.patch(address, {"query": "stage=initial"}, format="json", headers={"If-Match": held})
    assert (answer.status_code, answer.json()["query"]) == (200, "stage=initial")


def test_to_pin_it_needs_no_version_and_one_that_is_sent_counts(rest, address):
    before = state()
    answer = rest.patch(address, {"pinned": False}, format="json", headers={"If-Match": '"7"'})
    assert (answer.status_code, state()) == (412, before)
    for pinned in (False, True):
        answer = rest.patch(address, {"pinned": pinned}, format="json")
        assert (answer.status_code, answer.json()["pinned"]) == (200, pinned)
