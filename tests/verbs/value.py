"""What each verb of value does in the small world."""

from collections.abc import Callable
from typing import Any

from incentives.models import Strategy
from incentives.services import strategy
from kol_crm.core.actor import Actor
from tests.permissions.world import World

WORDS = {"what": "New", "why": "x", "expected": "y"}


def _adjusted(world: World) -> Strategy:
    return world.file.introduced["strategy"]


VERBS: dict[str, Callable[[Actor, World], Any]] = {
    "incentives.services.strategy.decide": lambda by, w: strategy.decide(by, w.file.kol, WORDS),
    "incentives.services.strategy.edit": lambda by, w: strategy.edit(by, _adjusted(w), {"what": "x"}),
    "incentives.services.strategy.settle": lambda by, w: strategy.settle(by, _adjusted(w), "x"),
    "incentives.services.strategy.reopen": lambda by, w: strategy.reopen(
        by, strategy.settle(by.again(), _adjusted(w), "x")
    ),
}
