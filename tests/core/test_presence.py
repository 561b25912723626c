"""Who else has it open: advice, gone within a minute (RELIABILITY 3)."""

from datetime import timedelta

import pytest

from kol_crm.core import presence
from kol_crm.core.models import Presence
from tests.factories import NOW

pytestmark = pytest.mark.django_db


def test_others_are_named_while_they_ping_and_oneself_never(kol, operator, colleague):
    assert presence.ping(operator, kol.pk, NOW) == []
    assert presence.ping(colleague, kol.pk, NOW + timedelta(seconds=12)) == [operator]
    assert presence.ping(operator, kol.pk, NOW + timedelta(seconds=24)) == [colleague]
    assert presence.ping(operator, kol.pk, NOW + timedelta(seconds=60)) == []
    assert Presence.objects.count() == 1


def test_each_file_has_its_own(kol, operator, colleague):
    presence.ping(operator, kol.pk, NOW)
    assert presence.ping(colleague, colleague.team_id, NOW) == []
