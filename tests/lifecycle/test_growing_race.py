"""At one moment: two drafts, two approvals, a grant while the level falls (RELIABILITY 3, DOMAIN 5.5)."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

from kol_crm.core.actor import Actor
from lifecycle.models import AccessGrant, Persona
from lifecycle.services import access_grant, persona
from profiles.models import Kol
from profiles.services import level
from tests.factories import NOW, UserFactory, make_account
from tests.lifecycle.growing import WHOLE, enter
from tests.racing import RACING, at_once

pytestmark = RACING


def test_of_two_drafts_one_is_opened(actor, manager, kol):
    acts = (lambda who=who: persona.draft(who, kol, WHOLE) for who in (actor, actor.again(user=manager)))
    results = at_once(*acts)
    assert sorted(type(result).__name__ for result in results) == ["Persona", "Refused"]
    assert Persona.objects.count() == 1


def test_two_managers_approve_once(actor, manager, team, kol):
    sent = persona.submit(actor.again(), persona.draft(actor.again(), kol, WHOLE))
    other = UserFactory(role="manager", team=team)
    results = at_once(
        *(lambda who=who: persona.approve(actor.again(user=who), sent) for who in (manager, other))
    )
    assert sorted(type(result).__name__ for result in results) == ["Persona", "Refused"]
    assert Persona.objects.get().state == "approved"


@pytest.mark.parametrize("_round", range(3))
def test_no_access_stands_on_a_level_that_fell_meanwhile(operator, manager, kol, _round):
    enter(make_account(kol), 200_000, NOW.date() - timedelta(days=2))
    given = {"kind": "data", "what": "Fans by city", "level": "mid"}

    def grant():
        try:
            return access_grant.grant(Actor(operator, "page", NOW), kol, given)
        except ValidationError as refused:
            return refused

    fall = Kol.objects.get(pk=kol.pk)
    at_once(grant, lambda: level.override(Actor(manager, "page", NOW), fall, "nano", "x"))
    assert Kol.objects.get(pk=kol.pk).level == "nano"
    assert not AccessGrant.objects.standing().exists()
