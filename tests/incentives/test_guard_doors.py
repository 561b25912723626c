"""The rhythm guard is asked by every door that lets a KOL into a monetising campaign (DOMAIN 6.6)."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.conf import settings
from django.urls import reverse

from incentives import rhythm
from incentives.models import Campaign, Participant
from incentives.services import participant as participants
from kol_crm.core import work as works
from kol_crm.core.models import Work
from tests.factories import NOW
from tests.incentives.contest import TODAY, make_campaign
from tests.lifecycle.refusing import by

pytestmark = pytest.mark.django_db
WHY = "12 days after the last one."


@pytest.fixture(autouse=True)
def _at_noon():
    with time_machine.travel(NOW, tick=False):
        yield


def guard(monkeypatch, *, passed):
    check = rhythm.Check("apart", "Days apart", passed, 12, 30, WHY)
    monkeypatch.setattr(rhythm, "judge", lambda *_args, **_kept: rhythm.Guard((check,)))


@pytest.fixture
def sold(operator):
    return make_campaign(operator, Campaign.Type.ENDORSEMENT, starts_on=TODAY + timedelta(5))


def page(client, _api, sold, kol):
    return client.post(reverse("incentives:participant-create", args=[sold.pk]), {"kol": str(kol.pk)})


def table(client, _api, sold, kol):
    address = reverse("incentives:participant-import", args=[sold.pk])
    return client.post(address, {"rows": f"kol\n{kol.pk}"})


def bulk(client, _api, sold, kol):
    sent = {"start": "1", "ids": str(kol.pk), "campaign": str(sold.pk)}
    client.post(reverse("incentives:into-campaign"), sent)
    work = works.run_one(Work.objects.get(kind="campaign_add"))
    return client.get(reverse("incentives:campaign-added", args=[work.pk]))


def single(_client, api, sold, kol):
    body = {"campaign": str(sold.pk), "kol": str(kol.pk)}
    return api.post("/api/v1/participants/", body, format="json")


def many(_client, api, sold, kol):
    body = {"campaign": str(sold.pk), "rows": [{"kol": str(kol.pk)}]}
    return api.post("/api/v1/participants/many/", body, format="json")


DOORS = {page: 409, table: 422, bulk: 200, single: 409, many: 400}


@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.__name__)
def test_every_door_asks_the_guard_and_says_why_it_refuses(
    door, as_user, api, operator, sold, kol, monkeypatch
):
    asked = as_user(operator), api(operator), sold, kol
    guard(monkeypatch, passed=False)
    refused = door(*asked)
    assert (refused.status_code, WHY in refused.content.decode()) == (DOORS[door], True)
    assert not Participant.objects.exists()
    Work.objects.all().delete()
    guard(monkeypatch, passed=True)
    door(*asked)
    assert Participant.objects.get().guard["passed"] is True


def test_who_left_is_asked_again_and_so_are_other_days(as_user, api, operator, sold, kol, monkeypatch):
    guard(monkeypatch, passed=True)
    row = participants.add(by(operator), sold, kol)
    guard(monkeypatch, passed=False)
    path, moved = f"/api/v1/campaigns/{sold.pk}/", {"starts_on": str(TODAY + timedelta(3))}
    version = api(operator).get(path)["ETag"]
    answer = api(operator).patch(path, moved, format="json", headers={"If-Match": version})
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["starts_on"])
    participants.leave(by(operator), row)
    for door in DOORS:
        assert WHY in door(as_user(operator), api(operator), sold, kol).content.decode()
    assert Participant.objects.get().left_on is not None


def test_there_is_no_further_door():
    """Whatever lets somebody in calls ``participant.add``; nothing else makes a participant."""
    root = Path(settings.BASE_DIR)
    making = set()
    for app in ("kol_crm", "profiles", "lifecycle", "incentives"):
        for path in (root / app).rglob("*.py"):
            if re.search(r"\bParticipant(\.objects\.(bulk_)?create)?\((?!VersionedRow)", path.read_text()):
                making.add(str(path.relative_to(root)))
    assert making == {"incentives/services/participant.py"}
