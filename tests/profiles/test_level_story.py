"""The level through time, each step with its cause; set by hand and taken back (DOMAIN 3.6)."""

from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.urls import reverse

from profiles.level_story import story
from profiles.models import LevelRecord
from profiles.services import figures, level
from profiles.services.figures import NewFigure
from tests.factories import NOW, make_account
from tests.permissions.asking import state

pytestmark = pytest.mark.django_db
TODAY = NOW.date()


@pytest.fixture(autouse=True)
def _at_noon():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def followed(kol, actor):
    """12,000 followers, of whom 6 % react to a post."""
    account = make_account(kol)
    start = TODAY - timedelta(days=89)
    figures.record(
        actor,
        [
            NewFigure(account.pk, "followers", Decimal(12_000), TODAY, TODAY, "hand"),
            NewFigure(account.pk, "posts", Decimal(10), start, TODAY, "hand"),
            NewFigure(account.pk, "interactions", Decimal(7200), start, TODAY, "hand"),
        ],
    )
    kol.refresh_from_db()
    return kol


def test_a_step_says_threshold_and_bonus(followed):
    (step,) = story(followed)
    assert (step.level, step.since, step.override) == ("mid", TODAY, False)
    assert step.cause == "12,000 followers reach Micro. One up: interactions per post are 6% of them."


def test_set_by_hand_it_says_who_and_why_and_taken_back_it_follows_the_figures(followed, actor, operator):
    level.override(actor.again(), followed, "mega", "known to all")
    saved = level.override(actor.again(), followed, "", "not any more")
    assert (saved.level, saved.level_override) == ("mid", "")
    newest, by_hand, _first = story(followed)
    assert (by_hand.label, by_hand.cause, by_hand.by) == ("Mega", "Set by hand: known to all", operator)
    assert (newest.level, newest.override) == ("mid", False)
    assert newest.cause.startswith("Follows the figures again: not any more. 12,000 followers reach Micro.")
    assert LevelRecord.objects.filter(kol=followed).count() == 3


def test_what_follows_the_figures_already_is_not_taken_back(followed, actor):
    before = state()
    with pytest.raises(ValidationError) as refusal:
        level.override(actor.again(), followed, "", "why not")
    assert list(refusal.value.message_dict) == ["level"]
    assert state() == before


def test_without_followers_any_more_the_level_taken_back_is_none(kol, actor):
    level.override(actor, kol, "mega", "known to all")
    saved = level.override(actor.again(), kol, "", "no figures")
    assert saved.level == ""
    assert story(kol)[0].cause.endswith("No fresh followers are known.")


def test_the_page_shows_the_story_and_sets_and_takes_back(followed, operator, as_user):
    browser, path = as_user(operator), reverse("profiles:kol-level", args=[followed.pk])
    data = {"version": followed.version, "level": "mega", "reason": "known to all"}
    assert browser.post(path, data).status_code == 302
    page = browser.get(reverse("profiles:kol-performance", args=[followed.pk])).content.decode()
    assert "Set by hand: known to all" in page
    assert "Change or take back" in page
    followed.refresh_from_db()
    assert browser.post(path, {"version": followed.version, "level": "", "reason": ""}).status_code == 422
    assert browser.post(path, {"version": followed.version, "level": "", "reason": "x"}).status_code == 302
    followed.refresh_from_db()
    assert (followed.level, followed.level_override) == ("mid", "")


def test_the_api_tells_the_history_with_parts_and_sets_it_on_the_version(followed, operator, api):
    client, path = api(operator), reverse("api:kol-figures-levels", args=[followed.pk])
    found = client.get(path)
    assert found["ETag"] == f'"{followed.version}"'
    assert found.json()["history"][0]["parts"][1]["points"] == 1
    body = {"level": "mega", "reason": "known to all"}
    before = state()
    assert client.post(path, body).status_code == 428
    assert client.post(path, body, headers={"If-Match": '"99"'}).status_code == 412
    refused = client.post(path, {**body, "reason": ""}, headers={"If-Match": found["ETag"]})
    assert (refused.status_code, list(refused.json()["errors"])) == (400, ["reason"])
    assert state() == before
    done = client.post(path, body, headers={"If-Match": found["ETag"]}).json()
    assert (done["level"], done["override"], done["history"][0]["by"]) == ("mega", "mega", "operator")
