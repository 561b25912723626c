"""What each verb of incentives does in the small world (tests/permissions/world.py)."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

from incentives.models import Campaign, Greeting, IncentivePlan, IncentivePolicy
from incentives.services import campaign as campaigns
from incentives.services import campaign_bulk, occasion, opt_out, unit_value
from incentives.services import deliverable as deliverables
from incentives.services import dispute as disputes
from incentives.services import greeting as greetings
from incentives.services import invitation as invitations
from incentives.services import participant as participants
from incentives.services import plan as plans
from incentives.services import plan_approval as approvals
from incentives.services import plan_template as templates
from incentives.services import policy as policies
from incentives.services import result as results
from kol_crm.core import work as works
from kol_crm.core.actor import Actor
from kol_crm.core.models import Send
from tests.factories import NOW
from tests.permissions.world import DAY, World
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


def _of(world: World, name: str) -> Any:
    return world.file.introduced[name]


def _settle(by: Actor, world: World) -> Any:
    """The owner, for once a manager."""
    world.users["owner"].role = "manager"
    return disputes.settle(by, _of(world, "dispute"), counts=False, reason="x")


def _new_campaign(by: Actor) -> Campaign:
    return campaigns.create(by, {"name": "x", "type": "event", "starts_on": DAY, "ends_on": DAY})


def _came(world: World) -> dict[str, Any]:
    code = _of(world, "participant").codes.get().code
    return {"code": code, "user_ref": "new", "registered_at": NOW - timedelta(days=1)}


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
    "incentives.services.greeting.begin": lambda by, w: greetings.begin(by, w.file.kol, "Your book is out"),
    "incentives.services.occasion.write_words": lambda by, _w: occasion.write_words(
        by, "birthday", "en", {"subject": "Hi", "body": "Hi {name}"}, None
    ),
    "incentives.services.greeting.edit": lambda by, w: greetings.edit(by, w.file.greeting, {"body": "Hi"}),
    "incentives.services.greeting.send_by_mail": lambda by, w: greetings.send_by_mail(by, w.file.greeting),
    "incentives.services.greeting.call_back": lambda by, w: greetings.call_back(by, _queued(by, w)),
    "incentives.services.greeting.mark_by_hand": lambda by, w: greetings.mark_by_hand(
        by, w.file.greeting, "wechat"
    ),
    "incentives.services.greeting.skip": lambda by, w: greetings.skip(by, w.file.greeting, "not this year"),
    "incentives.services.greeting.mark_arrived": lambda by, w: greetings.mark_arrived(by, _uncertain(by, w)),
    "incentives.services.campaign.create": lambda by, w: _new_campaign(by),
    "incentives.services.campaign.edit": lambda by, w: campaigns.edit(by, _of(w, "campaign"), {"name": "y"}),
    "incentives.services.campaign.start": lambda by, w: campaigns.start(by, _of(w, "campaign")),
    "incentives.services.campaign.end": lambda by, w: campaigns.end(by, _of(w, "campaign")),
    "incentives.services.participant.add": lambda by, w: participants.add(
        by, _new_campaign(by.again()), w.file.kol
    ),
    "incentives.services.participant.add_many": lambda by, w: participants.add_many(
        by, _new_campaign(by.again()), [{"kol": w.file.kol}]
    ),
    "incentives.services.campaign_bulk.start": lambda by, w: works.run_one(
        campaign_bulk.start(by, _new_campaign(by.again()), ids=[w.file.kol.pk])
    ),
    "incentives.services.participant.leave": lambda by, w: participants.leave(by, _of(w, "participant")),
    "incentives.services.deliverable.add": lambda by, w: deliverables.add(
        by, _of(w, "participant"), {"what": "x"}
    ),
    "incentives.services.deliverable.edit": lambda by, w: deliverables.edit(
        by, _of(w, "deliverable"), {"what": "x"}
    ),
    "incentives.services.deliverable.finish": lambda by, w: deliverables.finish(by, _of(w, "deliverable")),
    "incentives.services.deliverable.reopen": lambda by, w: deliverables.reopen(
        by, deliverables.finish(by.again(), _of(w, "deliverable"))
    ),
    "incentives.services.deliverable.drop": lambda by, w: deliverables.drop(by, _of(w, "deliverable")),
    "incentives.services.result.enter": lambda by, w: results.enter(
        by, _of(w, "campaign"), [{"participant": _of(w, "participant"), "last_on": DAY, "active_users": 1}]
    ),
    "incentives.services.result.take_back": lambda by, w: results.take_back(by, _of(w, "campaign-result")),
    "incentives.services.unit_value.put": lambda by, w: unit_value.put(by, "new_users", Decimal(2), DAY),
    "incentives.services.invitation.take_in": lambda by, w: invitations.take_in(
        by, _of(w, "campaign"), [_came(w)]
    ),
    "incentives.services.dispute.say": lambda by, w: (
        _settle(by.again(), w),
        disputes.say(by, _of(w, "invitation"), "Again"),
    ),
    "incentives.services.dispute.settle": _settle,
    "incentives.services.opt_out.opt_out": lambda by, w: opt_out.opt_out(by, w.file.kol),
}
