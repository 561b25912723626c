"""What each verb of value does in the small world."""

from collections.abc import Callable
from typing import Any

from incentives.models import Gift, Strategy
from incentives.services import gift, strategy
from kol_crm.core.actor import Actor
from tests.permissions.world import World
from tests.policies import allow_everything

WORDS = {"what": "New", "why": "x", "expected": "y"}


def _adjusted(world: World) -> Strategy:
    return world.file.introduced["strategy"]


def _gift(world: World) -> Gift:
    return world.file.introduced["gift"]


def _chosen(by: Actor, world: World) -> Gift:
    allow_everything()
    return gift.choose(by, _gift(world))


def _sent(by: Actor, world: World) -> Gift:
    return gift.send(by.again(), _chosen(by.again(), world))


VERBS: dict[str, Callable[[Actor, World], Any]] = {
    "incentives.services.strategy.decide": lambda by, w: strategy.decide(by, w.file.kol, WORDS),
    "incentives.services.strategy.edit": lambda by, w: strategy.edit(by, _adjusted(w), {"what": "x"}),
    "incentives.services.strategy.settle": lambda by, w: strategy.settle(by, _adjusted(w), "x"),
    "incentives.services.strategy.reopen": lambda by, w: strategy.reopen(
        by, strategy.settle(by.again(), _adjusted(w), "x")
    ),
    "incentives.services.gift.suggest": lambda by, w: gift.suggest(by, w.file.kol, {"item": "Cup"}),
    "incentives.services.gift.edit": lambda by, w: gift.edit(by, _gift(w), {"item": "Cup"}),
    "incentives.services.gift.choose": _chosen,
    "incentives.services.gift.send": lambda by, w: gift.send(by, _chosen(by.again(), w)),
    "incentives.services.gift.receive": lambda by, w: gift.receive(by, _sent(by, w)),
    "incentives.services.gift.drop": lambda by, w: gift.drop(by, _gift(w), "x"),
    "incentives.services.gift.take_back": lambda by, w: gift.take_back(by, _sent(by, w), "x"),
}
