"""Two hands at once on a privilege, or on whose file it is (DOMAIN 5.8, 5.9; RELIABILITY 3)."""

from contextlib import suppress

import pytest
from django.core.exceptions import ValidationError

from kol_crm.core.actor import Actor
from lifecycle.models import HandedFile, Privilege
from lifecycle.services import handover, privilege
from profiles.services import kol as kols
from profiles.services import level, promise
from tests.factories import NOW, UserFactory, make_kol
from tests.racing import RACING, at_once

pytestmark = RACING
KIND = {"name_en": "VIP area", "name_zh": "贵宾区", "levels": ["mid"], "stages": ["introduction"]}


def at_mid(operator):
    kol = make_kol(operator)
    return level.override(Actor(operator, "page", NOW), kol, "mid", "as seen")


@pytest.mark.parametrize("_round", range(3))
def test_of_two_who_grant_the_same_one_does(operator, actor, _round):
    kind, kol = privilege.create_kind(Actor(None, "command", NOW), KIND), at_mid(operator)
    results = at_once(*[lambda: privilege.grant(actor.again(), kol, kind)] * 2)
    assert sorted(type(result).__name__ for result in results) == ["Privilege", "Refused"]
    assert Privilege.objects.held().count() == 1


@pytest.mark.parametrize("_round", range(3))
def test_who_loses_the_level_meanwhile_does_not_keep_what_is_granted(operator, actor, _round):
    kind, kol = privilege.create_kind(Actor(None, "command", NOW), KIND), at_mid(operator)

    def grant():
        with suppress(ValidationError):  # the level was gone first
            privilege.grant(actor.again(), kol, kind)

    at_once(
        grant,
        lambda: level.override(actor.again(), kol, "nano", "they slipped"),
    )
    assert not Privilege.objects.held().exists()


@pytest.mark.parametrize("_round", range(3))
def test_of_two_who_give_the_file_away_the_last_ones_handover_is_pending(operator, actor, _round):
    kol = make_kol(operator)
    receivers = [UserFactory(username=f"r{n}", team=operator.team) for n in range(2)]
    system = Actor(None, "command", NOW)
    at_once(*(lambda to=to: kols.edit(system.again(), kol, {"owner": to}, None) for to in receivers))
    kol.refresh_from_db()
    assert HandedFile.objects.pending().get().handover.receiver == kol.owner


@pytest.mark.parametrize("_round", range(3))
def test_a_promise_is_answered_for_by_one(operator, actor, _round):
    kol = make_kol(operator)
    receiver = UserFactory(username="receiver", team=operator.team)
    promise.add(actor.again(), kol, {"what": "A slot", "due_on": NOW.date()})
    kols.edit(Actor(None, "command", NOW), kol, {"owner": receiver}, None)
    row, by = HandedFile.objects.select_related("handover", "kol").get(), Actor(receiver, "page", NOW)
    taken = at_once(*[lambda: handover.take(by.again(), row)] * 2)
    assert sorted(taken) == [0, 1]
