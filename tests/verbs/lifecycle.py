"""What each verb of lifecycle does in the small world (tests/permissions/world.py)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from kol_crm.core.actor import Actor
from lifecycle import knowing
from lifecycle.models import (
    Candidate,
    Conflict,
    CooperationPlan,
    Exclusivity,
    HandedFile,
    Move,
    Outreach,
    OutreachMail,
    Rule,
    Stop,
    Task,
    Violation,
)
from lifecycle.services import (
    candidate,
    community,
    conflict,
    cooperation,
    exclusivity,
    fit,
    handover,
    look_again,
    mining,
    outreach,
    outreach_mail,
    pace,
    platform_role,
    privilege,
    programme,
    refusal,
    review_end,
    rule,
    rule_link,
    sighting,
    stage,
    stop,
    task,
    violation,
)
from lifecycle.services import review as reviews
from profiles.models import Kol
from tests.factories import field as field_of
from tests.permissions import introduced
from tests.permissions.world import DAY, World
from tests.verbs.resources import RESOURCES

FEED = {"external_id": "u77", "name": "Other", "output": 6}


def _entered(actor: Actor, world: World, *, outreach: bool = False) -> Candidate:
    """A candidate of a live programme, whose file stands in introduction."""
    programme.start(actor.again(), world.file.programme)
    made = candidate.add(actor.again(), world.file.programme, world.unowned, {"source": "internal"})
    return candidate.begin_outreach(actor.again(), made) if outreach else made


def _contacted(actor: Actor, world: World) -> Candidate:
    return candidate.follow_fact(actor.again(), world.file.candidate, candidate.ATTEMPT)


def _mailed(actor: Actor, world: World) -> OutreachMail:
    return outreach_mail.write(actor.again(), world.file.introduced["outreach"], "x", "y")


def _sent(actor: Actor, world: World) -> CooperationPlan:
    return cooperation.send(actor.again(), world.file.introduced["cooperation"], "wechat")


def _departed(actor: Actor, world: World) -> Kol:
    return stage.move(actor.again(), world.file.kol, "departed", cause="other").kol


def _tried_twice(actor: Actor, world: World) -> Outreach:
    live = world.file.introduced["outreach"]
    for channel in ("platform", "mail", "wechat", "phone", "community", "agency", "friend") * 2:
        outreach.attempt(actor.again(), live, channel, "no_answer")
    return live


def _new_rule(actor: Actor) -> Rule:
    return rule.create(Actor(None, "page", actor.at), {**introduced.RULE, "title_en": "New"})


def _linked(actor: Actor, world: World):
    _new_rule(actor)
    return rule_link.make(actor.again(), world.file.kol)


def _penalised(actor: Actor, world: World) -> Violation:
    return violation.penalise(actor.again(), world.file.introduced["violation"], 1, "x")


def _appealed(actor: Actor, world: World) -> Violation:
    """Decided by the manager, so that the owner may answer."""
    by = actor.again(user=world.users["manager"])
    row = violation.penalise(by, world.file.introduced["violation"], 1, "x")
    return violation.appeal(actor.again(), row, "not me")


def _new_exclusivity(actor: Actor, world: World) -> Exclusivity:
    """One whose reminder of seven days before its end stands today."""
    term = {"starts_on": DAY - timedelta(days=1), "ends_on": DAY + timedelta(days=7)}
    return exclusivity.record(actor.again(), world.file.kol, {"scope": "x", "evidence": "y", **term})


def _stopped(actor: Actor, world: World) -> Stop:
    return sighting.confirm(actor.again(), world.file.introduced["sighting"], "x").stop


def _terminated(actor: Actor, world: World) -> Move:
    return stage.move(actor.again(), world.file.kol, "departed", cause="breach", why="x")


def _task(world: World) -> Task:
    return world.file.introduced["task"]


def _quarrel(world: World) -> Conflict:
    return world.file.introduced["conflict"]


COMMUNITY: dict[str, Callable[[Actor, World], Any]] = {
    "lifecycle.services.community.create": lambda by, w: community.create(by, {"name": "New"}),
    "lifecycle.services.community.edit": lambda by, w: community.edit(
        by, w.file.introduced["community"], {"capacity": 9, "spoke_percent": 40}
    ),
    "lifecycle.services.community.close": lambda by, w: community.close(by, w.file.introduced["community"]),
    "lifecycle.services.community.reopen": lambda by, w: community.reopen(
        by, community.close(by.again(), w.file.introduced["community"])
    ),
    "lifecycle.services.community.join": lambda by, w: community.join(
        by, w.file.introduced["community"], w.second.kol
    ),
    "lifecycle.services.community.leave": lambda by, w: community.leave(by, w.file.introduced["member"]),
    "lifecycle.services.community.set_contact": lambda by, w: community.set_contact(
        by, w.file.kol, w.users["colleague"]
    ),
}


def _handed(world: World) -> HandedFile:
    return world.file.introduced["handover"]


def _confirmed(by: Actor, world: World) -> Any:
    handover.take(by.again(), _handed(world))
    return handover.confirm(by, _handed(world))


def _complete(by: Actor, world: World) -> Any:
    handover.take(by.again(), _handed(world))
    return handover.confirm_complete(by)


NEW_KIND = {"name_en": "x", "name_zh": "x", "levels": ["mega"], "stages": ["late"]}
GRANTED: dict[str, Callable[[Actor, World], Any]] = {
    "lifecycle.services.privilege.create_kind": lambda by, w: privilege.create_kind(by, NEW_KIND),
    "lifecycle.services.privilege.edit_kind": lambda by, w: privilege.edit_kind(
        by, w.file.introduced["privilege-kind"], {"levels": ["mega"]}
    ),
    "lifecycle.services.privilege.grant": lambda by, w: (
        privilege.withdraw(by.again(), w.file.introduced["privilege"], "x"),
        privilege.grant(by, w.file.kol, w.file.introduced["privilege-kind"]),
    ),
    "lifecycle.services.privilege.withdraw": lambda by, w: privilege.withdraw(
        by, w.file.introduced["privilege"], "x"
    ),
    "lifecycle.services.platform_role.give": lambda by, w: platform_role.give(by, w.file.kol, "council"),
    "lifecycle.services.platform_role.extend": lambda by, w: platform_role.extend(
        by, w.file.introduced["platform-role"], None
    ),
    "lifecycle.services.platform_role.end": lambda by, w: platform_role.end(
        by, w.file.introduced["platform-role"], "x"
    ),
    "lifecycle.services.handover.assign": lambda by, w: handover.assign(
        by, _handed(w), w.file.names["promise"], w.users["colleague"]
    ),
    "lifecycle.services.handover.take": lambda by, w: handover.take(by, _handed(w)),
    "lifecycle.services.handover.add_note": lambda by, w: handover.add_note(by, _handed(w), "x"),
    "lifecycle.services.handover.confirm": _confirmed,
    "lifecycle.services.handover.confirm_complete": _complete,
}
CONDUCT: dict[str, Callable[[Actor, World], Any]] = (
    COMMUNITY
    | GRANTED
    | {
        "lifecycle.services.rule.create": lambda by, w: rule.create(by, {**introduced.RULE, "title_en": "x"}),
        "lifecycle.services.rule.edit": lambda by, w: rule.edit(
            by, w.file.introduced["rule"], {"severity": 2}
        ),
        "lifecycle.services.rule.tell": lambda by, w: (_new_rule(by), rule.tell(by, w.file.kol, "phone")),
        "lifecycle.services.rule.acknowledge": lambda by, w: (
            _new_rule(by),
            rule.acknowledge(by, w.file.kol, "phone"),
        ),
        "lifecycle.services.rule.take_back": lambda by, w: rule.take_back(by, w.file.introduced["rule-fact"]),
        "lifecycle.services.rule_link.make": lambda by, w: (_new_rule(by), rule_link.make(by, w.file.kol)),
        "lifecycle.services.rule_link.mail": lambda by, w: (_new_rule(by), rule_link.mail(by, w.file.kol)),
        "lifecycle.services.rule_link.close": lambda by, w: (_linked(by, w), rule_link.close(by, w.file.kol)),
        "lifecycle.services.rule_link.acknowledge": lambda by, w: rule_link.acknowledge(
            by, _linked(by, w), [one.pk for one in knowing.missing(w.file.kol)]
        ),
        "lifecycle.services.exclusivity.record": lambda by, w: exclusivity.record(
            by,
            w.file.kol,
            {"scope": "x", "evidence": "y", "starts_on": DAY, "ends_on": DAY},
            [w.file.attachment],
        ),
        "lifecycle.services.exclusivity.edit": lambda by, w: exclusivity.edit(
            by, w.file.introduced["exclusivity"], {"kinds": ["live"]}, [w.file.attachment]
        ),
        "lifecycle.services.exclusivity.remove": lambda by, w: exclusivity.remove(
            by, _new_exclusivity(by, w)
        ),
        "lifecycle.services.exclusivity.renew": lambda by, w: exclusivity.renew(
            by, w.file.introduced["exclusivity"], DAY + timedelta(days=900), {"evidence": "x"}
        ),
        "lifecycle.services.exclusivity.end": lambda by, w: exclusivity.end(
            by, w.file.introduced["exclusivity"], "x"
        ),
        "lifecycle.services.exclusivity.seen": lambda by, w: exclusivity.seen(by, _new_exclusivity(by, w)),
        "lifecycle.services.sighting.record": lambda by, w: sighting.record(
            by,
            w.file.introduced["exclusivity"],
            {"seen_on": DAY, "channel": "weibo", "what": "x"},
            [w.file.attachment],
        ),
        "lifecycle.services.sighting.edit": lambda by, w: sighting.edit(
            by, w.file.introduced["sighting"], {"what": "x"}, [w.file.attachment]
        ),
        "lifecycle.services.sighting.remove": lambda by, w: sighting.remove(
            by, w.file.introduced["sighting"]
        ),
        "lifecycle.services.sighting.dismiss": lambda by, w: sighting.dismiss(
            by, w.file.introduced["sighting"], "x"
        ),
        "lifecycle.services.sighting.confirm": lambda by, w: sighting.confirm(
            by, w.file.introduced["sighting"], "x"
        ),
        "lifecycle.services.stop.reinstate": lambda by, w: stop.reinstate(by, _stopped(by, w), "x"),
        "lifecycle.services.stop.terminate": lambda by, w: stop.terminate(by, _stopped(by, w), "x"),
        "lifecycle.services.stage.take_back": lambda by, w: stage.take_back(by, _terminated(by, w)),
        "lifecycle.services.violation.record": lambda by, w: violation.record(
            by,
            w.file.kol,
            {"rule": w.file.introduced["rule"], "happened_at": by.at, "what": "x"},
            [w.file.attachment],
        ),
        "lifecycle.services.violation.edit": lambda by, w: violation.edit(
            by, w.file.introduced["violation"], {"what": "x"}, [w.file.attachment]
        ),
        "lifecycle.services.violation.remove": lambda by, w: violation.remove(
            by, w.file.introduced["violation"]
        ),
        "lifecycle.services.violation.penalise": lambda by, w: violation.penalise(
            by, w.file.introduced["violation"], 1, "x"
        ),
        "lifecycle.services.violation.dismiss": lambda by, w: violation.dismiss(
            by, w.file.introduced["violation"], "x"
        ),
        "lifecycle.services.violation.appeal": lambda by, w: violation.appeal(by, _penalised(by, w), "x"),
        "lifecycle.services.violation.uphold": lambda by, w: violation.uphold(by, _appealed(by, w), "x"),
        "lifecycle.services.violation.overturn": lambda by, w: violation.overturn(by, _appealed(by, w), "x"),
        "lifecycle.services.task.add": lambda by, w: task.add(by, {"what": "x", "due_on": DAY}, w.file.kol),
        "lifecycle.services.task.edit": lambda by, w: task.edit(by, _task(w), {"what": "x"}),
        "lifecycle.services.task.hand": lambda by, w: task.hand(by, _task(w), w.users["colleague"], "x"),
        "lifecycle.services.task.finish": lambda by, w: task.finish(by, _task(w), "x"),
        "lifecycle.services.task.reopen": lambda by, w: task.reopen(by, task.finish(by.again(), _task(w))),
        "lifecycle.services.conflict.add": lambda by, w: conflict.add(
            by, w.file.kol, {"what": "x", "users": "y"}
        ),
        "lifecycle.services.conflict.edit": lambda by, w: conflict.edit(by, _quarrel(w), {"what": "x"}),
        "lifecycle.services.conflict.follow": lambda by, w: conflict.follow(by, _quarrel(w), "x"),
        "lifecycle.services.conflict.close": lambda by, w: conflict.close(by, _quarrel(w), "x"),
        "lifecycle.services.conflict.reopen": lambda by, w: conflict.reopen(
            by, conflict.close(by.again(), _quarrel(w), "x")
        ),
    }
)
VERBS: dict[str, Callable[[Actor, World], Any]] = (
    CONDUCT
    | RESOURCES
    | {
        "lifecycle.services.outreach.start": lambda by, w: outreach.start(by, _entered(by, w)),
        "lifecycle.services.outreach.begin": lambda by, w: outreach.begin(by, _entered(by, w)),
        "lifecycle.services.outreach.end": lambda by, w: outreach.end(by, w.file.candidate),
        "lifecycle.services.outreach.attempt": lambda by, w: outreach.attempt(
            by, w.file.introduced["outreach"], "mail", "no_answer"
        ),
        "lifecycle.services.outreach.heard": lambda by, w: outreach.heard(
            by, w.file.introduced["attempt"], "answered"
        ),
        "lifecycle.services.outreach.mark_unreachable": lambda by, w: outreach.mark_unreachable(
            by, _tried_twice(by, w)
        ),
        "lifecycle.services.outreach.stop": lambda by, w: outreach.stop(
            by, w.file.introduced["outreach"], "x"
        ),
        "lifecycle.services.outreach_mail.write": lambda by, w: outreach_mail.write(
            by, w.file.introduced["outreach"], "x", "y"
        ),
        "lifecycle.services.outreach_mail.call_back": lambda by, w: outreach_mail.call_back(
            by, _mailed(by, w)
        ),
        "lifecycle.services.refusal.remember": lambda by, w: refusal.remember(
            by, w.file.kol, "refused", "x", "y"
        ),
        "lifecycle.services.cooperation.create": lambda by, w: cooperation.create(
            by, w.file.kol, {"title": "New"}, [{"side": "does", "what": "x"}]
        ),
        "lifecycle.services.cooperation.edit": lambda by, w: cooperation.edit(
            by, w.file.introduced["cooperation"], {"title": "Other"}, []
        ),
        "lifecycle.services.cooperation.send": lambda by, w: cooperation.send(
            by, w.file.introduced["cooperation"], "mail"
        ),
        "lifecycle.services.cooperation.negotiate": lambda by, w: cooperation.negotiate(by, _sent(by, w)),
        "lifecycle.services.cooperation.agree": lambda by, w: cooperation.agree(by, _sent(by, w)),
        "lifecycle.services.cooperation.refuse": lambda by, w: cooperation.refuse(by, _sent(by, w), "x"),
        "lifecycle.services.stage.move": lambda by, w: stage.move(
            by, w.file.kol, "introduction", why="early"
        ),
        "lifecycle.services.stage.undo": lambda by, w: stage.undo(by, w.file.move),
        "lifecycle.services.review.complete": lambda by, w: reviews.complete(
            by, w.file.review, "stay", "fine"
        ),
        "lifecycle.services.review_end.end": lambda by, w: review_end.end(
            by, w.file.review, "advance", "fine"
        ),
        "lifecycle.services.look_again.put_off": lambda by, w: look_again.put_off(
            by, _departed(by, w), DAY + timedelta(days=90)
        ),
        "lifecycle.services.review.reschedule": lambda by, w: reviews.reschedule(
            by, w.file.review, DAY + timedelta(days=9)
        ),
        "lifecycle.services.programme.create": lambda by, w: programme.create(
            by, {"name": "New"}, [field_of()]
        ),
        "lifecycle.services.programme.edit": lambda by, w: programme.edit(
            by, w.file.programme, {"deeds": "Other", "target": 3}, [field_of()]
        ),
        "lifecycle.services.programme.start": lambda by, w: programme.start(by, w.file.programme),
        "lifecycle.services.programme.close": lambda by, w: programme.close(
            by, w.file.programme, {w.file.candidate.pk: ("later", "in May")}
        ),
        "lifecycle.services.candidate.add": lambda by, w: candidate.add(
            by, w.file.programme, w.unowned, {"source": "internal"}
        ),
        "lifecycle.services.candidate.edit": lambda by, w: candidate.edit(
            by, w.file.candidate, {"introducer": "Grace"}, None
        ),
        "lifecycle.services.candidate.begin_outreach": lambda by, w: candidate.begin_outreach(
            by, _entered(by, w)
        ),
        "lifecycle.services.candidate.end_outreach": lambda by, w: candidate.end_outreach(
            by, _entered(by, w, outreach=True)
        ),
        "lifecycle.services.candidate.follow_fact": lambda by, w: candidate.follow_fact(
            by, w.file.candidate, candidate.ATTEMPT
        ),
        "lifecycle.services.candidate.set_back": lambda by, w: candidate.set_back(
            by, _contacted(by, w), "identified", "a mistake"
        ),
        "lifecycle.services.candidate.decide": lambda by, w: candidate.decide(
            by, w.file.candidate, "refused", "no time"
        ),
        "lifecycle.services.fit.rate": lambda by, w: fit.rate(
            by,
            w.file.candidate,
            {"tone": {"value": 2, "evidence": "x"}, "field": {"value": 5, "evidence": "y"}},
        ),
        "lifecycle.services.mining.take_feed": lambda by, w: mining.take_feed(
            by, [FEED | {"field": field_of()}, FEED | {"field": field_of(), "external_id": "u78"}]
        ),
        "lifecycle.services.mining.take_on": lambda by, w: mining.take_on(
            by, w.platform_user, w.file.programme, {"highlight": "x"}
        ),
        "lifecycle.services.mining.reject": lambda by, w: mining.reject(by, w.platform_user, "no"),
        "lifecycle.services.mining.suggest_again": lambda by, w: mining.suggest_again(
            by, mining.reject(by.again(), w.platform_user, "no")
        ),
        "lifecycle.services.pace.set_demand": lambda by, w: pace.set_demand(by, field_of(), DAY, 5),
        "lifecycle.services.pace.take_demands": lambda by, w: pace.take_demands(
            by, [{"field": field_of(), "month": DAY, "users": 5}]
        ),
        "lifecycle.services.pace.set_band": lambda by, w: pace.set_band(by, field_of(), DAY, 2, 3),
        "lifecycle.services.pace.set_cap": lambda by, w: pace.set_cap(by, field_of(), DAY, 3),
    }
)
