"""A breach is confirmed while somebody gives: one of them sees the other (DOMAIN 5.6; RELIABILITY 3)."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

from incentives.models import IncentivePlan
from incentives.services import plan, plan_approval
from lifecycle.models import Stop
from lifecycle.services import sighting
from tests.factories import NOW, make_kol
from tests.lifecycle.factories import make_exclusivity, make_sighting
from tests.lifecycle.refusing import by
from tests.policies import allow_everything
from tests.racing import RACING, at_once

pytestmark = RACING


@pytest.mark.parametrize("_round", range(3))
def test_what_starts_while_a_breach_is_confirmed_started_before_the_stop_or_not_at_all(operator, _round):
    kol = make_kol(operator)
    row = make_sighting(make_exclusivity(kol))
    allow_everything()
    draft = plan.create(by(operator), kol, {"title": "Winter"}, draft_items())

    def start():
        try:
            return plan_approval.activate(by(operator, NOW + timedelta(seconds=1)), draft)
        except ValidationError as refusal:
            return refusal

    confirmed, started = at_once(lambda: sighting.confirm(by(operator), row, "x"), start)
    assert confirmed.state == "confirmed"
    assert Stop.objects.standing().filter(kol=kol).count() == 1
    now = IncentivePlan.objects.get(pk=draft.pk)
    if isinstance(started, ValidationError):
        assert (list(started.message_dict), now.state) == (["kol"], "draft")
    else:
        assert now.state == "active"
    with pytest.raises(ValidationError):
        plan_approval.activate(by(operator), plan.create(by(operator), kol, {"title": "Next"}, draft_items()))


@pytest.mark.parametrize("_round", range(3))
def test_two_breaches_confirmed_at_once_set_one_stop(operator, _round):
    kol = make_kol(operator)
    bound = make_exclusivity(kol)
    rows = [make_sighting(bound, what=what) for what in ("First", "Second")]
    results = at_once(*(lambda row=row: sighting.confirm(by(operator), row, "x") for row in rows))
    assert [one.state for one in results] == ["confirmed", "confirmed"]
    assert Stop.objects.standing().filter(kol=kol).count() == 1


def draft_items() -> list[dict]:
    return [{"kind": "spiritual", "what": "A card"}]
