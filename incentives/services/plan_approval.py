"""From a draft to a running plan: the policy's verdict, approval, the start (DOMAIN 6.2).

Every act keeps what the policy said of the plan at that moment, so that it stays explained by it.
"""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from incentives import judging
from incentives.judging import Verdict
from incentives.models import IncentivePlan, PlanItem, PlanJudgement
from incentives.services import item_due, plan_items
from incentives.services import plan as plans
from kol_crm.core import history, installation
from kol_crm.core.actor import Actor
from kol_crm.core.errors import Refused
from kol_crm.core.models import User
from lifecycle import stops
from profiles.models import Kol
from profiles.services import next_due

State, Act = IncentivePlan.State, PlanJudgement.Act
LONGEST = 500


def submit(actor: Actor, plan: IncentivePlan, reason: str, version: int | None = None) -> IncentivePlan:
    """draft (or approved, and grown out of it) → submitted; ``reason``: why it is worth going outside.

    Raises ``Refused`` (``inside_policy``, ``plan_state``, ``plan_is_empty``), ``Conflict``,
    ``ValidationError`` at ``reason``, or at ``kol`` while a stop stands.
    """
    with transaction.atomic():
        kol, current, items = _open(actor, plan, version, State.DRAFT, State.APPROVED)
        reason = _said(reason, "reason", _("Say why it is worth going outside policy."))
        verdict = judging.judge(kol, items, installation.day(actor.at), plan=current)
        if verdict.inside:
            raise Refused("inside_policy", _("The plan is inside policy: it needs no approval."))
        changes = {
            "state": State.SUBMITTED,
            "reason": reason,
            "sent_back": "",
            "submitted_at": actor.at,
            "submitted_by": actor.user,
        }
        return _decided(actor, current, changes, Act.SUBMITTED, verdict, reason)


def withdraw(actor: Actor, plan: IncentivePlan, version: int | None = None) -> IncentivePlan:
    """submitted → draft, by who works on the file. Raises ``Refused``, ``Conflict``."""
    with transaction.atomic():
        plans.file_of(actor, plan.kol_id)
        current = history.locked(plan, version)
        plans.expect(current, State.SUBMITTED)
        return plans.saved(actor, current, plans.DRAFT_AGAIN)


def approve(actor: Actor, plan: IncentivePlan, version: int | None = None) -> IncentivePlan:
    """submitted → approved, by a manager who wrote and submitted none of it.

    Raises ``PermissionDenied``, ``Refused``, ``Conflict``, ``ValidationError`` at ``kol`` while a stop
    stands.
    """
    with transaction.atomic():
        kol, current, items = _open(actor, plan, version, State.SUBMITTED)
        _demand_other(actor, current)
        verdict = judging.judge(kol, items, installation.day(actor.at), plan=current)
        return _decided(actor, current, {"state": State.APPROVED}, Act.APPROVED, verdict)


def send_back(actor: Actor, plan: IncentivePlan, why: str, version: int | None = None) -> IncentivePlan:
    """submitted → draft with what is to be changed, by who might approve it. Raises as ``approve``."""
    with transaction.atomic():
        kol = plans.file_of(actor, plan.kol_id)
        current = history.locked(plan, version)
        plans.expect(current, State.SUBMITTED)
        _demand_other(actor, current)
        why = _said(why, "why", _("Say what is to be changed."))
        items = list(current.items.all())
        verdict = judging.judge(kol, items, installation.day(actor.at), plan=current)
        changes = {**plans.DRAFT_AGAIN, "sent_back": why}
        return _decided(actor, current, changes, Act.SENT_BACK, verdict, why)


def activate(actor: Actor, plan: IncentivePlan, version: int | None = None) -> IncentivePlan:
    """draft inside policy, or approved, → active. The policy is asked again under the lock.

    Raises ``Refused`` (``outside_policy``; ``approval_outgrown`` when more is outside than was approved;
    ``plan_is_empty``, ``minor_without_consent``, ``plan_state``), ``Conflict``, ``ValidationError`` at
    ``kol`` while a stop stands.
    """
    with transaction.atomic():
        kol, current, items = _open(actor, plan, version, State.DRAFT, State.APPROVED)
        verdict = judging.judge(kol, items, installation.day(actor.at), plan=current)
        if not verdict.inside:
            _demand_approved(current, verdict)
        item_due.refresh(items)
        return _decided(actor, current, {"state": State.ACTIVE}, Act.STARTED, verdict)


def verbs_of(plan: IncentivePlan) -> list[str]:
    """Names of the verbs that the plan's state allows."""
    return [name for name, states in STEPS.items() if plan.state in states]


STEPS = {
    "activate": (State.DRAFT, State.APPROVED),
    "submit": (State.DRAFT, State.APPROVED),
    "withdraw": (State.SUBMITTED,),
    "approve": (State.SUBMITTED,),
    "send_back": (State.SUBMITTED,),
    "finish": (State.ACTIVE,),
    "stop": (State.ACTIVE,),
}


def why_not_approve(user: User | None, plan: IncentivePlan) -> str:
    """Empty for who may; nobody approves what they wrote or submitted (DOMAIN 6.2)."""
    if user is None or not (user.is_manager or user.is_admin):
        return _("A manager approves a plan.")
    if user.pk in (plan.author_id, plan.submitted_by_id) or _wrote(user, plan):
        return _("Nobody approves what they wrote or submitted: ask another manager.")
    return ""


def _wrote(user: User, plan: IncentivePlan) -> bool:
    """Whether any word or item of the plan is theirs, by the history."""
    written = IncentivePlan.objects.written_by(user)
    return IncentivePlan.objects.filter(pk=plan.pk).filter(written).exists()


def _demand_other(actor: Actor, plan: IncentivePlan) -> None:
    if problem := why_not_approve(actor.user, plan):
        raise PermissionDenied(problem)


def _open(
    actor: Actor, plan: IncentivePlan, version: int | None, *states: str
) -> tuple[Kol, IncentivePlan, list[PlanItem]]:
    """File and plan, locked in that order, with its items; all that forbids giving anything is asked."""
    kol = plans.open_file(actor, plan.kol_id)
    stops.demand_none_standing(kol.pk, "kol")
    current = history.locked(plan, version)
    plans.expect(current, *states)
    items = list(current.items.all())
    if not items:
        raise Refused("plan_is_empty", _("A plan needs at least one item before it starts."))
    if any(plan_items.is_money(item) for item in items) and not plan_items.may_get_money(kol):
        raise Refused("minor_without_consent", plan_items.no_money())
    return kol, current, items


def _said(words: str, field: str, problem: str) -> str:
    words = (words or "").strip()
    if not words:
        raise ValidationError({field: problem})
    if len(words) > LONGEST:
        raise ValidationError({field: _("At most %(n)d characters.") % {"n": LONGEST}})
    return words


def _demand_approved(plan: IncentivePlan, verdict: Verdict) -> None:
    """An approval covers what it saw: the same kinds, no higher sum, nothing newly unknown."""
    if plan.state != State.APPROVED:
        words = _("The plan is outside policy: submit it with a reason.")
        raise Refused("outside_policy", words, judgement=verdict.as_json())
    kept = plan.judgements.filter(act=Act.APPROVED).first()
    if kept is None or outgrown(kept.figures, verdict.as_json()):
        words = _("More is outside policy than was approved: submit it again.")
        raise Refused("approval_outgrown", words, judgement=verdict.as_json())


def outgrown(approved: dict, now: dict) -> bool:
    """Whether a verdict is worse than the one that was approved; pure, of what ``Verdict.as_json`` says."""
    sums = {part["key"]: part["value"] for part in approved["parts"]}
    for part in now["parts"]:
        before = sums.get(part["key"])
        if part["passed"] is True or (part["value"] is None and part["key"] in sums and before is None):
            continue
        if part["value"] is None or before is None or part["value"] > before:
            return True
    return bool(_bare(now) - _bare(approved))


def _bare(figures: dict) -> set[tuple[str, str]]:
    """Which lines were outside for other causes than their sum."""
    return {
        (line["key"], reason["code"])
        for line in figures["lines"]
        for reason in line["reasons"]
        if reason["code"] != "ceiling"
    }


def _decided(
    actor: Actor, plan: IncentivePlan, changes: dict, act: str, verdict: Verdict, reason: str = ""
) -> IncentivePlan:
    """Write the step and what the policy said at that moment."""
    saved = plans.saved(actor, plan, changes)
    row = PlanJudgement(
        plan=saved,
        act=act,
        policy=verdict.policy,
        inside=verdict.inside,
        stage=verdict.stage,
        level=verdict.level,
        figures=verdict.as_json(),
        reason=reason,
        by=actor.user,
        at=actor.at,
    )
    history.create(actor, row, root=saved.pk)
    next_due.refresh([saved.kol_id])
    return saved
