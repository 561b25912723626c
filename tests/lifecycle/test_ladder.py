"""The ladder of channels, worked by hand (DOMAIN 4.8)."""

from datetime import date, timedelta

import pytest

from kol_crm.core import policy
from kol_crm.core.shapes import Table
from lifecycle import ladder
from lifecycle.rules.ladder import Rung, Step, Tried, next_step, open_rungs

DAY = date(2026, 11, 1)
RUNGS = [Rung(name, 3, 2) for name in ("platform", "mail", "wechat", "phone", "friend")]
KNOWN = {"platform", "mail", "wechat"}


def tried(*attempts: tuple[str, int, str]) -> list[Tried]:
    return [Tried(channel, DAY + timedelta(days=days), result) for channel, days, result in attempts]


def after(days: int) -> date:
    return DAY + timedelta(days=days)


NO = "no_answer"
CASES = {
    "nothing yet: the first known rung, at once": ([], Step("platform", DAY)),
    "silence: the second attempt after the gap": ([("platform", 0, NO)], Step("platform", after(3))),
    "read and silent is silence": ([("platform", 0, "read")], Step("platform", after(3))),
    "two attempts: the next rung": ([("platform", 0, NO), ("platform", 3, NO)], Step("mail", after(6))),
    "a rung passed over comes at the end": (
        [("mail", 0, NO), ("mail", 3, NO), ("wechat", 6, NO), ("wechat", 9, NO)],
        Step("platform", after(12)),
    ),
    "an unknown rung is left out": (
        [(name, 0, NO) for name in ("platform", "platform", "mail", "mail", "wechat", "wechat")],
        Step("", after(3)),
    ),
    "a wrong address: the next at once": (
        [("platform", 0, NO), ("platform", 3, "wrong_address")],
        Step("mail", after(3)),
    ),
    "another mail is known: it is tried, and the wrong one counts for none": (
        [("mail", 0, "wrong_address")],
        Step("mail", DAY),
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_which_attempt_is_due(case):
    attempts, step = CASES[case]
    assert next_step(RUNGS, KNOWN, tried(*attempts), DAY) == step


def test_with_no_way_known_there_is_none_to_try():
    assert next_step(RUNGS, set(), [], DAY) == Step("", DAY)


def test_what_is_left_before_unreachable():
    attempts = tried(("platform", 0, NO), ("platform", 3, NO), ("mail", 6, NO))
    assert [rung.channel for rung in open_rungs(RUNGS, KNOWN, attempts)] == ["mail", "wechat"]


def test_order_gap_and_attempts_are_policy():
    assert [(rung.channel, rung.gap, rung.attempts) for rung in ladder.rungs(policy.Policy(None))] == [
        (name, 3, 2) for name in ("platform", "mail", "wechat", "phone", "community", "friend", "agency")
    ]
    value = dict(ladder.RUNGS.default)
    assert ladder.RUNGS.problems(value) == {}
    value["mail"] = {"place": 1, "gap": 3, "attempts": 2}
    assert list(ladder.RUNGS.problems(value)) == ["mail.place"]
    value["mail"] = {"place": 2, "gap": 3, "attempts": 1}  # once is never enough for "unreachable"
    assert list(ladder.RUNGS.problems(value)) == ["mail.attempts"]
    none = {name: {"place": 0, "gap": 3, "attempts": 2} for name in value}
    assert list(ladder.RUNGS.problems(none)) == ["platform.place"]


def test_templates_are_per_channel_and_language_and_name_their_places():
    assert isinstance(ladder.TEMPLATES.shape, Table)
    value = {
        channel: {code: dict(words) for code, words in of.items()}
        for channel, of in ladder.TEMPLATES.default.items()
    }
    assert ladder.TEMPLATES.problems(value) == {}
    value["wechat"]["en"]["body"] = "Hello {friend}"
    assert list(ladder.TEMPLATES.problems(value)) == ["wechat.en.body"]


def test_a_filled_place_is_not_looked_through_again():
    assert ladder.filled("{name} {operator} {other}", {"name": "{operator}", "operator": "Li"}) == (
        "{operator} Li {other}"
    )
