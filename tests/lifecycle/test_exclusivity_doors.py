"""Pages and API of exclusivity, sightings and stops; evidence uploaded with a form (DOMAIN 5.6, 5.10)."""

from datetime import timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from lifecycle.models import Exclusivity, Violation
from profiles.models import Attachment
from tests.factories import NOW
from tests.lifecycle.factories import make_rule, make_stopped

pytestmark = pytest.mark.django_db
DAY = NOW.date()
TERM = {"starts_on": DAY.isoformat(), "ends_on": (DAY + timedelta(days=90)).isoformat()}


@pytest.fixture(autouse=True)
def _at_noon():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.mark.parametrize(
    ("field", "wrong"), [("scope", {"scope": ""}), ("evidence", {}), ("ends_on", {"ends_on": "2020-01-01"})]
)
def test_an_exclusivity_is_refused_at_the_same_field(operator, as_user, api, kol, field, wrong):
    data = {"scope": "Shoes", **TERM, **({} if field == "evidence" else {"evidence": "x"}), **wrong}
    page = as_user(operator).post(reverse("lifecycle:exclusivity-create", args=[kol.pk]), data)
    assert page.status_code == 422
    assert field in page.context["form"].errors
    answer = api(operator).post("/api/v1/exclusivities/", {**data, "kol": str(kol.pk)}, format="json")
    assert (answer.status_code, field in answer.json()["errors"]) == (400, True)
    assert not Exclusivity.objects.exists()


def test_evidence_is_uploaded_with_a_violation_and_lies_on_the_file(operator, as_user, kol):
    data = {"rule": str(make_rule().pk), "happened_at": "2026-11-22T10:00", "what": "Bought 3,000"}
    address = reverse("lifecycle:violation-create", args=[kol.pk])
    bad = SimpleUploadedFile("a.exe", b"MZ\x90\x00" + bytes(60))
    refused = as_user(operator).post(address, {**data, "uploads": [bad]})
    assert "uploads" in refused.context["form"].errors
    assert not Attachment.objects.exists()
    good = [SimpleUploadedFile(name, b"3,000 overnight") for name in ("one.txt", "two.txt")]
    as_user(operator).post(address, {**data, "uploads": good})
    row = Violation.objects.get()
    assert sorted(one.attachment.file.name for one in row.files.all()) == ["one.txt", "two.txt"]
    assert Attachment.objects.filter(kol=kol).count() == 2


def test_a_stopped_kol_is_found_by_filter_and_told_by_api_with_the_exposures_parts(operator, api, kol):
    held = make_stopped(kol)
    client = api(operator)
    assert client.get(f"/api/v1/kols/{kol.pk}/").json()["stop"] == "breach"
    found = client.get("/api/v1/kols/?stopped=true").json()["results"]
    assert [one["id"] for one in found] == [str(kol.pk)]
    assert client.get("/api/v1/kols/?stopped=false").json()["results"] == []
    body = client.get(f"/api/v1/stops/{held.pk}/exposure/").json()
    assert body["value"] == 0
    notes = {part["key"]: part["note"] for part in body["parts"]}
    assert notes == {"given": "", "returned": "", "committed": ""}
