"""Exclusivities, breaches that were seen, and one stopped KOL in the demo, all through the verbs."""

import random
from datetime import date, datetime, timedelta

from django.utils.timezone import localdate

from kol_crm.core.actor import Actor
from kol_crm.core.models import User
from lifecycle.models import Exclusivity
from lifecycle.services import exclusivity, sighting, stop
from profiles.models import Kol, Stage
from profiles.services import birthday

SCOPES = {
    True: ("跑鞋与运动装备的测评", "美食探店直播", "母婴用品推荐"),
    False: ("Reviews of running shoes", "Live streams from restaurants", "Recommending goods for babies"),
}
CHANNELS = (["douyin", "kuaishou"], [], ["bilibili"], ["weibo", "xiaohongshu"])
KINDS = (["video", "live"], [], ["selling"])
ENDS = (20, 58, 140, 200, 320, 45, 90, 260)  # days from today; the first is the one that ends in 20
PAPER = {
    True: "双方签署的独家协议，存于法务。",
    False: "The agreement signed by both; the lawyers keep it.",
}
SEEN = {
    True: ("在别的平台发布了同类测评", "直播中推荐了竞品"),
    False: ("A review of the same kind on another platform", "Recommended a rival's goods in a live stream"),
}
WHY = {
    True: ("账号与内容均为本人。", "是协议之前的旧内容。", "已删除并道歉，主管同意恢复。"),
    False: (
        "Their own account, their own voice.",
        "An old post from before the agreement.",
        "Taken down, with an apology: the manager reinstated them.",
    ),
}


def lay(seed: int, now: datetime, users: dict[str, User]) -> None:
    """Eight that run; four breaches seen: to decide, dismissed, and two confirmed, one stop ended."""
    rng, today = random.Random(seed + 5), localdate(now)
    files = Kol.objects.active().filter(stage__in=(Stage.MID_TERM, Stage.LATE)).select_related("owner")
    chosen = [kol for kol in files.order_by("pk") if not birthday.needs_consent(kol, today)]
    rng.shuffle(chosen)
    made = [_bind(kol, today, now, number) for number, kol in enumerate(chosen[: len(ENDS)])]
    _see(made[1:5], now, users["manager"])


def _bind(kol: Kol, today: date, now: datetime, number: int) -> Exclusivity:
    chinese = kol.name[0] > "一"
    ends = today + timedelta(days=ENDS[number])
    values = {
        "scope": SCOPES[chinese][number % 3],
        "channels": CHANNELS[number % 4],
        "kinds": KINDS[number % 3],
        "starts_on": ends - timedelta(days=365),
        "ends_on": ends,
        "evidence": PAPER[chinese],
    }
    return exclusivity.record(Actor(kol.owner, "command", now - timedelta(days=10 + number)), kol, values)


def _see(bound: list[Exclusivity], now: datetime, manager: User) -> None:
    """Of four one is to decide, one dismissed, one stopped, one reinstated."""
    for number, row in enumerate(bound):
        chinese, owner = row.kol.name[0] > "一", row.kol.owner
        at = now - timedelta(days=2 + number)
        values = {
            "seen_on": localdate(at) - timedelta(days=1),
            "channel": (row.channels or ["zhihu"])[0],
            "what": SEEN[chinese][number % 2],
            "links": [f"https://elsewhere.example/p/{number:04d}"],
        }
        seen = sighting.record(Actor(owner, "command", at), row, values)
        later = Actor(owner, "command", at + timedelta(hours=3))
        if number == 1:
            sighting.dismiss(later, seen, WHY[chinese][1])
        if number >= 2:
            held = sighting.confirm(later, seen, WHY[chinese][0]).stop
            if number == 3:
                stop.reinstate(Actor(manager, "command", at + timedelta(days=1)), held, WHY[chinese][2])
