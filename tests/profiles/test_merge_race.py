"""Merges at the same moment as other work: none waits for the other, a merged file is written no more."""

import pytest

from kol_crm.core.errors import Moved
from profiles.models import Kol, Merge, Touch
from profiles.services import merge, touch, unmerge
from tests.factories import make_kol
from tests.racing import RACING, at_once

pytestmark = RACING


@pytest.fixture
def pair(operator):
    return make_kol(operator, "A"), make_kol(operator, "B")


@pytest.mark.parametrize("_round", range(5))
def test_of_two_merges_of_the_same_files_one_wins(actor, pair, _round):
    one, other = pair
    results = at_once(
        lambda: merge.merge(actor.again(), one.pk, other.pk, {}),
        lambda: merge.merge(actor.again(), other.pk, one.pk, {}),
    )
    assert sorted(type(result).__name__ for result in results) == ["Merge", "Refused"]
    assert (Merge.objects.count(), Kol.objects.filter(merged_into=None).count()) == (1, 1)


@pytest.mark.parametrize("_round", range(5))
def test_a_touch_logged_meanwhile_is_moved_or_refused(actor, pair, _round):
    one, other = pair

    def log():
        try:
            return touch.log(actor.again(), other, channel="phone", began="us")
        except Moved as moved:
            return moved

    results = at_once(lambda: merge.merge(actor.again(), one.pk, other.pk, {}), log)
    assert isinstance(results[0], Merge)
    assert Touch.objects.filter(kol=other).count() == 0
    assert Touch.objects.filter(kol=one).count() == isinstance(results[1], Touch)


def test_a_merge_is_undone_once_however_often_one_clicks(actor, pair):
    row = merge.merge(actor.again(), pair[0].pk, pair[1].pk, {})
    results = at_once(*[lambda: unmerge.unmerge(actor.again(), row)] * 3)
    assert sorted(type(result).__name__ for result in results) == ["Merge", "Refused", "Refused"]
    assert Kol.objects.filter(merged_into=None, archived_at=None).count() == 2
