"""The level through time as a step line, and the sentence that says what it shows (DOMAIN 3.6)."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.urls import reverse
from django.utils import translation

from profiles import level_chart
from profiles.level_story import Step, story
from profiles.services import figures, level
from profiles.services.figures import NewFigure
from tests.factories import NOW, make_account

TODAY = NOW.date()
LABELS = {"": "No level", "nano": "Nano", "micro": "Micro", "mid": "Mid"}


def steps(*given):
    """Oldest first as (month, level, by hand), given back newest first."""
    found = [Step(date(2026, month, 1), name, LABELS[name], "why", None, hand) for month, name, hand in given]
    return found[::-1]


FINDINGS = [
    ([(3, "micro", False)], "Micro since 1 Mar 2026, the first level on record."),
    ([(3, "micro", True)], "Micro since 1 Mar 2026, the first level on record. Set by hand."),
    (
        [(3, "nano", False), (5, "micro", False)],
        "Micro since 1 May 2026, up from Nano. 1 change since 1 Mar 2026, all by the figures.",
    ),
    (
        [(3, "mid", False), (5, "", False)],
        "No level since 1 May 2026, down from Mid. 1 change since 1 Mar 2026, all by the figures.",
    ),
    (
        [(2, "nano", False), (4, "mid", True), (6, "mid", False)],
        "Mid since 1 Apr 2026, up from Nano. 2 changes since 1 Feb 2026; set by hand 1 time.",
    ),
    ([], ""),
]


@pytest.mark.parametrize(("given", "words"), FINDINGS)
def test_the_finding_says_since_when_from_where_and_by_whom(given, words):
    assert level_chart.finding(steps(*given)).replace("\xa0", " ") == words


def test_the_finding_speaks_chinese():
    with translation.override("zh-hans"):
        words = level_chart.finding(steps((3, "nano", False), (5, "micro", True)))
    assert not [word for word in words.split() if word.isascii() and word.isalpha()], words


def test_the_line_holds_each_level_until_the_next_and_marks_what_was_set_by_hand():
    drawn = level_chart.chart(steps((3, "nano", False), (5, "micro", True)), TODAY)
    assert (drawn["kind"], drawn["from"], drawn["to"]) == ("steps", "2026-03-01", TODAY.isoformat())
    assert drawn["rungs"] == ["No level", "Nano", "Micro", "Mid", "Macro", "Mega"]
    assert drawn["series"][0]["values"] == [
        ["2026-03-01", 1, "why", False],
        ["2026-05-01", 2, "why", True],
    ]


def test_a_level_of_days_to_come_is_not_drawn():
    assert level_chart.chart(steps((12, "nano", False)), TODAY)["series"][0]["values"] == []


@pytest.mark.django_db
def test_page_and_api_tell_the_same_finding_and_the_table_stands_beside(kol, actor, operator, as_user, api):
    with time_machine.travel(NOW, tick=False):
        account = make_account(kol)
        then = TODAY - timedelta(days=3)
        figures.record(actor, [NewFigure(account.pk, "followers", Decimal(12_000), then, then, "hand")])
        kol.refresh_from_db()
        level.override(actor.again(), kol, "mega", "known to all")
        words = level_chart.finding(story(kol))
        page = as_user(operator).get(reverse("profiles:kol-performance", args=[kol.pk])).content.decode()
        told = api(operator).get(reverse("api:kol-figures-levels", args=[kol.pk])).json()
    assert words.endswith("set by hand 1 time.")
    assert words in page
    assert '"kind": "steps"' in page
    assert '<table class="figures-table level-story">' in page
    assert told["finding"] == words


@pytest.mark.django_db
def test_without_any_level_there_is_no_chart(kol, operator, as_user):
    page = as_user(operator).get(reverse("profiles:kol-performance", args=[kol.pk])).content.decode()
    assert 'data-chart="level-data"' not in page
