"""Two people add a KOL to the last place at the same moment (DOMAIN 5.7; RELIABILITY 3)."""

import pytest

from lifecycle.models import Member
from lifecycle.services import community
from tests.factories import make_kol
from tests.racing import RACING, at_once

pytestmark = RACING


@pytest.mark.parametrize("_round", range(3))
def test_of_two_who_take_the_last_place_one_gets_it(operator, actor, _round):
    made = community.create(actor, {"name": "Slow runners", "capacity": 1})
    files = [make_kol(operator, name=name) for name in ("First", "Second")]
    results = at_once(*(lambda kol=kol: community.join(actor.again(), made, kol) for kol in files))
    assert sorted(type(result).__name__ for result in results) == ["Member", "Refused"]
    assert Member.objects.filter(community=made, left_on=None).count() == 1
