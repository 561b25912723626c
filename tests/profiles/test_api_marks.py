"""The quiet mark by API, under the rules of its page (DOMAIN 3.11)."""

import pytest

from kol_crm.core.models import Change
from profiles.models import Kol
from tests.factories import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def quiet(kol):
    return f"/api/v1/kols/{kol.pk}/quiet/"


def test_the_mark_is_set_with_its_cause_and_taken_off(api, operator, kol, quiet):
    client = api(operator)
    Kol.objects.filter(pk=kol.pk).update(last_touch_at=NOW)
    answer = client.put(quiet, {"quiet_cause": "mourning"}, headers={"If-Match": kol.etag})
    assert (answer.status_code, answer.json()["quiet_cause"], answer["ETag"]) == (200, "mourning", '"2"')
    kol.refresh_from_db()
    assert kol.touch_due is None  # nobody is reminded to write to them
    answer = client.delete(quiet, headers={"If-Match": '"2"'})
    assert (answer.status_code, answer.json()["quiet_cause"]) == (200, "")
    kol.refresh_from_db()
    assert kol.touch_due is not None
    doors = Change.objects.filter(field="quiet_cause").values_list("change_set__door", flat=True)
    assert list(doors) == ["api", "api"]


@pytest.mark.parametrize("body", [{}, {"quiet_cause": ""}, {"quiet_cause": "tired"}])
def test_without_a_known_cause_it_is_refused_at_the_cause(api, operator, kol, quiet, body):
    answer = api(operator).put(quiet, body, headers={"If-Match": kol.etag})
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["quiet_cause"])
    kol.refresh_from_db()
    assert (kol.quiet_cause, kol.version) == ("", 1)


def test_the_mark_needs_the_version_and_the_right_to_edit(api, operator, colleague, stranger, kol, quiet):
    body = {"quiet_cause": "mourning"}
    assert api(operator).put(quiet, body).status_code == 428
    assert api(operator).put(quiet, body, headers={"If-Match": '"7"'}).status_code == 412
    insist = {"If-Match": "*"}
    assert api(colleague).put(quiet, body, headers=insist).status_code == 403
    assert api(stranger).put(quiet, body, headers=insist).status_code == 404
    assert api(operator, "kols:read").put(quiet, body, headers=insist).status_code == 403
    kol.refresh_from_db()
    assert (kol.quiet_cause, kol.version) == ("", 1)
