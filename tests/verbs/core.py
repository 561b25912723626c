"""What each verb of core does in the small world (tests/permissions/world.py)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from kol_crm.core import morning, outbox, policy, saved_views, snooze
from kol_crm.core.actor import Actor
from kol_crm.core.models import Absence, Send
from kol_crm.core.services import absence, feed, job, me, notice_settings, robot, team, token, user
from tests.factories import NOW
from tests.permissions.world import DAY, World


def _away(actor: Actor, world: World) -> Absence:
    return absence.begin(actor, world.users["owner"], world.users["colleague"], DAY, DAY, DAY)


def _newcomer(world: World) -> dict[str, Any]:
    return {"username": "new", "email": "new@crm.example", "display_name": "New", "team": world.teams["east"]}


def _robot(world: World) -> dict[str, Any]:
    team, url = world.teams["east"], "https://127.0.0.1/robot?key=k"
    return {"name": "Group", "kind": "wecom", "team": team, "kinds": ["work"], "url": url}


def _failed_mail(world: World) -> Send:
    send = outbox.new("m", morning.KIND, not_before=NOW, give_up_after=NOW, at=NOW)
    send.state = Send.State.FAILED
    send.save()
    return send


VERBS: dict[str, Callable[[Actor, World], Any]] = {
    "kol_crm.core.services.me.edit": lambda by, w: me.edit(by, {"zone": "Asia/Tokyo", "signature": "N."}, 1),
    "kol_crm.core.services.notice_settings.edit": lambda by, w: notice_settings.edit(
        by, {"morning_hour": 7, "channels": {"work": ["at_once"]}}, 1
    ),
    "kol_crm.core.services.feed.make": lambda by, w: feed.make(by, "cards", in_clear=True),
    "kol_crm.core.services.feed.revoke": lambda by, w: feed.revoke(
        by, (feed.make(by.again(), "cards"), "cards")[1]
    ),
    "kol_crm.core.services.robot.create": lambda by, w: robot.create(by, _robot(w)),
    "kol_crm.core.services.robot.edit": lambda by, w: robot.edit(
        by, w.robot, {"active": False, "url": "https://127.0.0.1/other"}, 1
    ),
    "kol_crm.core.services.robot.remove": lambda by, w: robot.remove(by, w.robot),
    "kol_crm.core.services.absence.begin": lambda by, w: _away(by, w),
    "kol_crm.core.services.absence.end": lambda by, w: absence.end(by, _away(by.again(), w), DAY),
    "kol_crm.core.services.token.create": lambda by, w: token.create(by, "sync", ["kols:read"], 9),
    "kol_crm.core.services.token.revoke": lambda by, w: token.revoke(
        by, token.create(by.again(), "sync", ["kols:read"], 9)[0]
    ),
    "kol_crm.core.services.job.send_again": lambda by, w: job.send_again(by, _failed_mail(w)),
    "kol_crm.core.services.team.add": lambda by, w: team.add(by, "New", w.teams["east"]),
    "kol_crm.core.services.team.edit": lambda by, w: team.edit(
        by, w.teams["under"], "Under", w.teams["west"], 1
    ),
    "kol_crm.core.services.user.invite": lambda by, w: user.invite(by, _newcomer(w)),
    "kol_crm.core.services.user.invite_again": lambda by, w: user.invite_again(
        by, user.invite(by.again(), _newcomer(w))
    ),
    "kol_crm.core.services.user.edit": lambda by, w: user.edit(
        by, w.users["other"], {"zone": "Asia/Tokyo"}, 1
    ),
    "kol_crm.core.services.user.hand_over": lambda by, w: user.hand_over(
        by, w.users["owner"], w.users["colleague"]
    ),
    "kol_crm.core.services.user.deactivate": lambda by, w: user.deactivate(
        by, w.users["owner"], w.users["colleague"]
    ),
    "kol_crm.core.services.user.reactivate": lambda by, w: user.reactivate(
        by, user.deactivate(by.again(), w.users["colleague"], None)
    ),
    "kol_crm.core.policy.change": lambda by, w: policy.change(by, {"reveals_per_hour": 5}),
    "kol_crm.core.saved_views.create": lambda by, w: saved_views.create(by, "kols", {"name": "Mine"}),
    "kol_crm.core.saved_views.change": lambda by, w: saved_views.change(
        by, w.file.view, {"name": "Other", "columns": ["kol", "risk"], "sharing": "all"}, None
    ),
    "kol_crm.core.saved_views.delete": lambda by, w: saved_views.delete(by, w.file.view),
    "kol_crm.core.saved_views.restore": lambda by, w: saved_views.restore(
        by, saved_views.delete(by.again(), w.file.view)
    ),
    "kol_crm.core.saved_views.duplicate": lambda by, w: saved_views.duplicate(by, w.file.view),
    "kol_crm.core.saved_views.pin": lambda by, w: saved_views.pin(by, w.below.view),
    "kol_crm.core.saved_views.unpin": lambda by, w: saved_views.unpin(by, w.file.view),
    "kol_crm.core.saved_views.order": lambda by, w: saved_views.order(
        by, "kols", [w.second.view.pk, w.file.view.pk]
    ),
    "kol_crm.core.saved_views.shift": lambda by, w: saved_views.shift(by, w.file.view, 1),
    "kol_crm.core.snooze.put_off": lambda by, w: snooze.put_off(by, "touch:x", DAY + timedelta(days=1), DAY),
}
