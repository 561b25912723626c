"""What each verb of incentives does in the small world (tests/permissions/world.py)."""

from collections.abc import Callable
from typing import Any

from incentives.models import Greeting, IncentivePlan
from incentives.services import greeting as greetings
from incentives.services import opt_out
from incentives.services import plan as plans
from kol_crm.core.actor import Actor
from kol_crm.core.models import Send
from tests.permissions.world import World


def _active(actor: Actor, world: World) -> IncentivePlan:
    return plans.activate(actor.again(), world.file.plan)


def _queued(actor: Actor, world: World) -> Greeting:
    return greetings.send_by_mail(actor.again(), world.file.greeting)


def _uncertain(actor: Actor, world: World) -> Greeting:
    queued = _queued(actor, world)
    Send.objects.filter(pk=queued.send_id).update(state=Send.State.UNCERTAIN)
    return greetings.settle(actor.again(), queued, Greeting.State.FAILED)


VERBS: dict[str, Callable[[Actor, World], Any]] = {
    "incentives.services.plan.create": lambda by, w: plans.create(by, w.file.kol, {"title": "New"}),
    "incentives.services.plan.edit": lambda by, w: plans.edit(by, w.file.plan, {"title": "Other"}, []),
    "incentives.services.plan.activate": lambda by, w: plans.activate(by, w.file.plan),
    "incentives.services.plan.finish": lambda by, w: plans.finish(by, _active(by, w)),
    "incentives.services.plan.stop": lambda by, w: plans.stop(by, _active(by, w)),
    "incentives.services.greeting.edit": lambda by, w: greetings.edit(by, w.file.greeting, {"body": "Hi"}),
    "incentives.services.greeting.send_by_mail": lambda by, w: greetings.send_by_mail(by, w.file.greeting),
    "incentives.services.greeting.call_back": lambda by, w: greetings.call_back(by, _queued(by, w)),
    "incentives.services.greeting.mark_by_hand": lambda by, w: greetings.mark_by_hand(
        by, w.file.greeting, "wechat"
    ),
    "incentives.services.greeting.skip": lambda by, w: greetings.skip(by, w.file.greeting, "not this year"),
    "incentives.services.greeting.mark_arrived": lambda by, w: greetings.mark_arrived(by, _uncertain(by, w)),
    "incentives.services.opt_out.opt_out": lambda by, w: opt_out.opt_out(by, w.file.kol),
}
