"""``POST /api/v1/kols/{id}/move/``."""

import pytest

from lifecycle.models import Move
from profiles.models import Kol

pytestmark = pytest.mark.django_db


def url(kol) -> str:
    return f"/api/v1/kols/{kol.pk}/move/"


def test_a_move_goes_through_the_verb_of_the_board(api, operator, kol):
    answer = api(operator).post(url(kol), {"to_stage": "initial", "why": "agreed"})
    assert (answer.status_code, answer.json()["version"], Kol.objects.get().stage) == (201, 2, "initial")


def test_a_jump_over_a_stage_is_a_409_and_writes_nothing(api, operator, kol):
    answer = api(operator).post(url(kol), {"to_stage": "late"})
    assert (answer.status_code, answer.json()["code"]) == (409, "wrong_step")
    assert (Move.objects.count(), Kol.objects.get().stage) == (0, "introduction")


def test_a_departure_without_a_cause_is_refused_at_the_field(api, operator, kol):
    answer = api(operator).post(url(kol), {"to_stage": "departed"})
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["cause"])
    assert not Move.objects.exists()


def test_refusals_come_in_their_order(api, operator, colleague, stranger, kol):
    assert api(stranger, "kols:read").post(url(kol), {}).status_code == 404
    assert api(operator, "kols:read").post(url(kol), {}).status_code == 403
    assert api(colleague).post(url(kol), {}).status_code == 403
    assert api(operator).post(url(kol), {"to_stage": "initial", "version": 9}).status_code == 412
    assert api(operator).post(url(kol), {}).status_code == 400
    assert not Move.objects.exists()
