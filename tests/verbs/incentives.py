"""What each verb of incentives does in the small world (tests/permissions/world.py)."""

from collections.abc import Callable
from typing import Any

from incentives.models import Greeting, IncentivePlan, IncentivePolicy
from incentives.services import greeting as greetings
from incentives.services import opt_out
from incentives.services import plan as plans
from incentives.services import plan_approval as approvals
from incentives.services import plan_template as templates
from incentives.services import policy as policies
from kol_crm.core.actor import Actor
from kol_crm.core.models import Send
from tests.factories import NOW
from tests.permissions.world import World
from tests.policies import allow


def _active(actor: Actor, world: World) -> IncentivePlan:
    return approvals.activate(actor.again(), world.file.plan)


def _submitted(actor: Actor, world: World) -> IncentivePlan:
    allow()  # nothing: all is outside
    return approvals.submit(actor.again(), world.file.plan, "Because")


def _approve(actor: Actor, world: World) -> IncentivePlan:
    plan = _submitted(Actor(world.users["owner"], "page", NOW), world)
    return approvals.approve(actor, plan)


def _send_back(actor: Actor, world: World) -> IncentivePlan:
    plan = _submitted(Actor(world.users["owner"], "page", NOW), world)
    return approvals.send_back(actor, plan, "Halve it")


def _policy(actor: Actor, _world: World) -> IncentivePolicy:
    cell = {"kinds": ["spiritual"], "ceiling": 5}
    return policies.save(actor, {"initial.nano": cell}, NOW.date(), "Because")


def _queued(actor: Actor, world: World) -> Greeting:
    return greetings.send_by_mail(actor.again(), world.file.greeting)


def _uncertain(actor: Actor, world: World) -> Greeting:
    queued = _queued(actor, world)
    Send.objects.filter(pk=queued.send_id).update(state=Send.State.UNCERTAIN)
    return greetings.settle(actor.again(), queued, Greeting.State.FAILED)


VERBS: dict[str, Callable[[Actor, World], Any]] = {
    "incentives.services.plan.create": lambda by, w: plans.create(by, w.file.kol, {"title": "New"}),
    "incentives.services.plan.edit": lambda by, w: plans.edit(by, w.file.plan, {"title": "Other"}, []),
    "incentives.services.plan_approval.submit": lambda by, w: (
        allow() and approvals.submit(by, w.file.plan, "Because")
    ),
    "incentives.services.plan_approval.withdraw": lambda by, w: approvals.withdraw(by, _submitted(by, w)),
    "incentives.services.plan_approval.approve": _approve,
    "incentives.services.plan_approval.send_back": _send_back,
    "incentives.services.policy.save": _policy,
    "incentives.services.plan_template.create": lambda by, w: templates.create(by, {"title": "New"}),
    "incentives.services.plan_template.edit": lambda by, w: templates.edit(by, w.template, {"note": "x"}),
    "incentives.services.plan_template.remove": lambda by, w: templates.remove(by, w.template),
    "incentives.services.plan_approval.activate": lambda by, w: approvals.activate(by, w.file.plan),
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
