"""Two people move the same KOL at the same moment: one wins, the other is told (RELIABILITY 3)."""

import pytest

from lifecycle.models import Move, Review, Stay
from lifecycle.services import stage
from profiles.models import Kol
from tests.racing import RACING, at_once

pytestmark = RACING


@pytest.mark.parametrize("_round", range(5))
def test_of_two_moves_on_one_version_one_wins(actor, manager, kol, _round):
    version = Kol.objects.get(pk=kol.pk).version
    actors = actor.again(), actor.again(user=manager)
    results = at_once(*(lambda who=who: stage.move(who, kol, "initial", version=version) for who in actors))
    assert sorted(type(result).__name__ for result in results) == ["Conflict", "Move"]
    row = Kol.objects.get(pk=kol.pk)
    assert (row.stage, row.version, Move.objects.count()) == ("initial", version + 1, 1)
    assert Stay.objects.filter(kol=kol, until=None).count() == 1
    assert Review.objects.awaiting().filter(kol=kol).count() == 1


def test_without_a_version_the_second_meets_the_new_stage(actor, manager, kol):
    """Both ask for initial; for the second it is no step any more."""
    actors = actor.again(), actor.again(user=manager)
    results = at_once(*(lambda who=who: stage.move(who, kol, "initial") for who in actors))
    assert sorted(type(result).__name__ for result in results) == ["Move", "Refused"]
    assert Kol.objects.get(pk=kol.pk).stage == "initial"


def test_a_move_is_undone_once_however_often_one_clicks(actor, kol):
    move = stage.move(actor, kol, "initial")
    results = at_once(*[lambda: stage.undo(actor.again(), move)] * 3)
    assert sorted(type(result).__name__ for result in results) == ["Move", "Refused", "Refused"]
    assert Kol.objects.get(pk=kol.pk).stage == "introduction"
    assert Stay.objects.filter(kol=kol).count() == 1
