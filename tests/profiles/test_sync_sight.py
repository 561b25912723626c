"""Whose files the feed tells of, for every actor of the world (RELIABILITY 4)."""

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kol_crm.core.actor import Actor
from kol_crm.core.models import ApiToken
from profiles import sync_cursor
from profiles.api.representation import NAMES, by_id
from profiles.models import Kol, SyncState
from profiles.sync_cursor import Position
from tests.factories import NOW
from tests.permissions.asking import token_client
from tests.profiles.syncing import CHANGES, ON_POSTGRES, URL
from tests.test_canary import MARKS, canaries, leaks, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _at_noon():
    with time_machine.travel(NOW, tick=False):
        yield


def test_the_live_files_of_the_feed_are_those_of_the_list(world):
    """Whose files a reader sees is said twice: as a queryset, and as teams for the feed."""
    for user in world.users.values():
        user.refresh_from_db()
        reader = sync_cursor.Reader(user, ApiToken(digest="d", scopes=[]), (), skip_own=False)
        states = SyncState.objects.filter(kind="live").exclude(hidden_from=user.pk)
        if reader.teams is not None:
            states = states.filter(team__in=reader.teams)
        listed = set(Kol.objects.visible_to(user).values_list("pk", flat=True))
        assert (set(states.values_list("kol", flat=True)) if user.is_active else set()) == listed, user


def test_of_the_files_that_a_page_is_about_those_are_read_that_the_reader_sees_now(world):
    """A file may go out of sight between its state and itself: the statement that reads it looks."""
    files = list(Kol.objects.values_list("pk", flat=True))
    for user in [*world.users.values()] * 2:  # once more by the statements that were kept of the first time
        user.refresh_from_db()
        listed = set(Kol.objects.visible_to(user).values_list("pk", flat=True))
        with CaptureQueriesContext(connection) as heard:
            assert by_id(files, Actor(user, "api", NOW), in_clear=False).keys() == listed, user
        assert len(heard) <= (1 if ON_POSTGRES else 1 + len(NAMES))


@pytest.mark.skipif(ON_POSTGRES, reason="what a test has not committed is not told there")
def test_the_feed_from_its_beginning_holds_no_canary_of_another_team(world):
    """Each reader reads all that was ever marked, in CSV and lines too (tests/test_canary.py)."""
    found = []
    for name, user in world.users.items():
        client = token_client(user, "kols:read", "contacts:read")
        birds = canaries(world, name, clear=frozenset(MARKS))
        if name == "gone":
            continue
        user.refresh_from_db()
        token = ApiToken.objects.get(user=user)
        reader = sync_cursor.Reader(user, token, NAMES, skip_own=False)
        cursor = sync_cursor.write(Position(0), reader.bound(reader.teams), NOW)
        answers = [client.get(CHANGES, {"cursor": cursor, "limit": "1000"})]
        answers += [client.get(URL, headers={"Accept": kind}) for kind in ("text/csv", "text/vcard")]
        answers.append(client.get(f"{URL}export/"))
        assert [answer.status_code for answer in answers] == [200] * 4
        for answer in answers:
            found += leaks(text_of(answer), birds, f"{name} {answer['Content-Type']}")
    assert found == []
