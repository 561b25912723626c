"""Robots of group chats tell a team that notices wait for its people (issue 7; RELIABILITY 1).

A chat is read by people of whom the software knows nothing, and keeps what it was told: a message names
colleagues, kinds and counts, and leads to the notices; it names no KOL and holds no contact data.

``plan`` notes which notices a robot tells, then makes of all that wait one message in the outbox, linked in
the same transaction: one a minute at most (chats take twenty), and none while another one waits.
"""

from collections import Counter
from collections.abc import Collection
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from kol_crm.core import installation, notices, outbox, posting, robot_words, vault
from kol_crm.core.actor import Actor
from kol_crm.core.models import Horizon, Notice, Robot, RobotNote, Send
from kol_crm.core.notice_rules import NONE_SAID, ROBOT, USUAL, channels
from kol_crm.core.outbox import Kind, Tally
from kol_crm.core.posting import Post
from kol_crm.core.robot_words import Message

KIND = PLANNER = "robot"
URL, SECRET = "robot url", "robot secret"  # purposes of the sealed texts
LATE_COMMIT = timedelta(minutes=10)
LONGEST = timedelta(days=1)  # what was told while no robot was on is no news
GIVE_UP = timedelta(hours=12)
OPEN = (Send.State.PENDING, Send.State.CLAIMED, Send.State.SENDING)
MOST = 500


def plan(actor: Actor) -> Tally:
    """One tick. Repeating it is harmless; without a robot it is one query."""
    tally = Tally()
    robots = list(Robot.objects.filter(active=True).select_related("team").order_by("pk"))
    if not robots:
        return tally
    with transaction.atomic():
        horizon, _made = Horizon.objects.get_or_create(name=PLANNER, defaults={"until": actor.at})
        since = max(horizon.until - LATE_COMMIT, actor.at - LONGEST)
        tally.seen += _note(actor, robots, since)
        Horizon.objects.filter(pk=PLANNER).update(until=actor.at)
    waiting = set(RobotNote.objects.filter(send=None).values_list("robot", flat=True).distinct())
    for robot in robots:
        if robot.pk in waiting:
            with tally.sparing(f"robot {robot.pk}"):
                tally.done += gather(actor, robot)
    return tally


def _note(actor: Actor, robots: Collection[Robot], since: datetime) -> int:
    """Which of the new notices each robot tells; how many notices were looked at."""
    kinds = {kind for robot in robots for kind in robot.kinds}
    rows = Notice.objects.filter(at__gte=since, kind__in=kinds, read_at=None, user__is_active=True)
    told = list(rows.filter(user__team__isnull=False).select_related("user__team").order_by("at", "id"))
    wishes = notices.wishes_of({row.user_id for row in told})
    notes = [
        RobotNote(robot=robot, notice=row, created_at=actor.at)
        for row in told
        for robot in robots
        if row.kind in robot.kinds
        and row.user.team is not None
        and row.user.team.path.startswith(robot.team.path)
        and ROBOT in channels(row.kind, _usual(row.kind), wishes.get(row.user_id, NONE_SAID))
    ]
    RobotNote.objects.bulk_create(notes, ignore_conflicts=True, batch_size=MOST)
    return len(told)


def _usual(name: str) -> frozenset[str]:
    kind = notices.kinds.get(name)
    return USUAL if kind is None else kind.usual


def gather(actor: Actor, robot: Robot) -> bool:
    """One message of all that waits for a robot; False where another one waits, or went this minute."""
    key = f"{KIND}:{robot.pk}:{actor.at:%Y-%m-%dT%H:%M}"
    busy = Send.objects.filter(subject=robot.pk, kind=KIND, state__in=OPEN).exists()
    if busy or Send.objects.filter(key=key).exists():
        return False
    with transaction.atomic():
        row = outbox.new(
            key, KIND, subject=robot.pk, not_before=actor.at, give_up_after=actor.at + GIVE_UP, at=actor.at
        )
        send = outbox.enqueue(row)[key]
        waiting = RobotNote.objects.filter(robot=robot, send=None).order_by("pk").values_list("pk", flat=True)
        return bool(RobotNote.objects.filter(pk__in=list(waiting[:MOST]), send=None).update(send=send))


def _robot(send: Send) -> Robot | None:
    return Robot.objects.filter(pk__in=[send.subject], active=True).select_related("team").first()


def _unread(send: Send) -> list[Notice]:
    """What the message tells and nobody has read meanwhile, of people who have not left."""
    ids = RobotNote.objects.filter(send=send).values("notice")
    rows = Notice.objects.filter(pk__in=ids, read_at=None, user__is_active=True)
    return list(rows.select_related("user").order_by("at", "id"))


def wanted(send: Send, _now: datetime) -> str:
    if _robot(send) is None:
        return "the robot is off"
    return "" if _unread(send) else "all read"


def render(send: Send) -> Post:
    """The message in the installation's language, signed for the moment in which it goes."""
    robot = _robot(send)
    if robot is None:
        raise ValueError("Switched off since it was asked whether it is wanted.")
    with override(settings.LANGUAGE_CODE):
        return _post(robot, message(_unread(send)), timezone.now())


def message(rows: Collection[Notice]) -> Message:
    """Kinds, people and counts."""
    by_kind: dict[str, Counter[str]] = {}
    for row in rows:
        by_kind.setdefault(row.kind, Counter())[str(row.user)] += 1
    lines = []
    for name, people in by_kind.items():
        kind = notices.kinds.get(name)
        who = _(", ").join(person if n == 1 else f"{person} ({n})" for person, n in people.items())
        lines.append(_("%(kind)s: %(who)s") % {"kind": kind.label if kind else name, "who": who})
    title = ngettext("%(n)d new notice", "%(n)d new notices", len(rows)) % {"n": len(rows)}
    return Message(f"{_product()}: {title}", lines, _("Open"), settings.BASE_URL + reverse("core:notices"))


def _product() -> str:
    return installation.name() or "KOL CRM"


def _post(robot: Robot, words: Message, now: datetime) -> Post:
    url = vault.open_secret(URL, robot.sealed_url)
    secret = vault.open_secret(SECRET, robot.sealed_secret) if robot.sealed_secret else ""
    return robot_words.post(robot.kind, url, secret, words, now)


def test(robot: Robot, now: datetime) -> str:
    """Say a word at once, past the outbox; the chat's answer. Raises as ``posting`` does."""
    with override(settings.LANGUAGE_CODE):
        said = _("a test")
        words = Message(
            f"{_product()}: {said}",
            [
                _("From now on this chat is told when something waits for the people of %(team)s.")
                % {"team": robot.team}
            ],
            _("Open"),
            settings.BASE_URL,
        )
    handover = posting.open_post(_post(robot, words, now))
    try:
        return handover.transmit()
    finally:
        handover.close()


def settled(_send: Send, _post: Post | None, _now: datetime, *, address_is_dead: bool) -> None:
    """Nothing follows: the notices stand under the bell all the same."""
    del address_is_dead


MESSAGE = Kind(wanted=wanted, render=render, settled=settled, resend_uncertain=True, open=posting.open_post)
