"""A one-time link that is pressed twice at the same moment is used once (DOMAIN 5.10; RELIABILITY 3)."""

import pytest

from lifecycle.models import RuleFact
from lifecycle.services import rule_link
from tests.lifecycle.factories import make_rule
from tests.racing import RACING, at_once

pytestmark = RACING


@pytest.mark.parametrize("_round", range(3))
def test_of_two_who_press_it_at_once_one_is_noted(actor, kol, _round):
    made = make_rule()
    link = rule_link.make(actor, kol)
    shown = [made.versions.get().pk]
    press = [lambda: rule_link.acknowledge(actor.again(user=None, door="rule-link"), link, shown)] * 2
    results = at_once(*press)
    assert sorted(type(result).__name__ for result in results) == ["Refused", "list"]
    assert RuleFact.objects.filter(kind="acknowledged").count() == 1
