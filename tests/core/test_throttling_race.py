"""Programs that call at the same moment never get more than the limit (issue 8; RELIABILITY 2)."""

import time
from itertools import chain

import pytest
import time_machine
from django.db import connection

from kol_crm.core import throttling
from kol_crm.core.models import Throttle
from kol_crm.core.throttling import Limit, Standing
from tests.factories import NOW
from tests.racing import RACING, at_once

pytestmark = [
    *RACING,
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time"),
]
CALLERS, CALLS, LET_IN = 12, 5, 10
LIMIT = Limit(LET_IN, LET_IN + 1)


def let_in(take) -> int:
    """How many of sixty calls, twelve at a time, each on a connection of its own."""

    def caller():
        return [take("k", LIMIT, NOW).refused for _ in range(CALLS)]

    return list(chain.from_iterable(at_once(*[caller] * CALLERS))).count(False)


def read_then_write(key, limit, at) -> Standing:
    """What must not be: two who read the same both write what they may."""
    now = throttling.moment(at)
    row = Throttle.objects.filter(key=key).first() or Throttle(key=key, clear_at=0)
    moved = max(row.clear_at, now) + limit.step
    refused = moved > now + limit.room
    time.sleep(0.005)
    if not refused:
        row.clear_at = moved
        row.save()
    return Standing(limit, now, row.clear_at, refused)


@pytest.mark.parametrize("_round", range(3))
def test_sixty_calls_at_once_get_exactly_the_limit(_round):
    assert let_in(throttling.take) == LET_IN


def test_who_reads_and_then_writes_is_found_out():
    """The proof can fail."""
    Throttle.objects.create(key="k", clear_at=0)
    assert let_in(read_then_write) > LET_IN


def test_requests_at_once_with_one_token_get_exactly_the_limit(api, operator, settings):
    settings.API_AT_ONCE, settings.API_PER_MINUTE = LET_IN, LET_IN + 1
    with time_machine.travel(NOW, tick=False):
        client = api(operator)

        def caller():
            return [client.get("/api/v1/me/").status_code for _ in range(CALLS)]

        codes = list(chain.from_iterable(at_once(*[caller] * CALLERS)))
    assert (codes.count(200), codes.count(429)) == (LET_IN, CALLERS * CALLS - LET_IN)
