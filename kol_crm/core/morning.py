"""The morning mail: one per person and day for all that stands (DOMAIN 5.4; RELIABILITY 1).

At their hour (08:00 unless they say another) of a working day of theirs what stands is gathered and linked to
that day's mail in one transaction; what comes later joins the next morning's. Apps offer what stands as
sections. What belongs to a queue goes, while somebody is away, to the deputy, as the queue does (DOMAIN 2.4);
what no mail has gathered comes back with them.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from kol_crm.core import deputies, notice_mail, notices, outbox, policy, staff_mail
from kol_crm.core.actor import Actor
from kol_crm.core.clock import local_day
from kol_crm.core.extension import ExtensionPoint
from kol_crm.core.mail import Letter
from kol_crm.core.models import Notice, Send, User
from kol_crm.core.notice_rules import MORNING, NONE_SAID, Wishes, channels, morning_of
from kol_crm.core.outbox import Kind, Tally
from kol_crm.core.workdays import HOLIDAYS

KIND = "morning"
HOLD = timedelta(hours=14)


@dataclass(frozen=True)
class Section:
    """One kind of thing that the mail tells.

    ``model`` has rows of it, whose ``send`` is the mail that told them. ``waited_for(day)``: whose rows up to
    that day no mail has told. ``to_gather(reader, day, of)``: those of the users ``of`` that still stand, of
    what the reader sees. ``lines(send, user, day)``: of what this mail gathered, what still stands, in words,
    asked again when it leaves. ``count(n)``: its part of the subject. ``personal``: it is for the user alone
    and not for a deputy. ``chosen``: one can do without (as a kind of ``notice_rules``).
    """

    label: Any
    icon: str
    model: type[models.Model]
    waited_for: Callable[[date], Iterable[int]]
    to_gather: Callable[[User, date, Collection[int]], Sequence[Any]]
    lines: Callable[[Send, User, date], list[str]]
    count: Callable[[int], str]
    personal: bool = False
    chosen: bool = True


sections: ExtensionPoint[Section] = ExtensionPoint("morning mail")
Waiting = Mapping[str, Collection[int]]  # section: whose rows of it


def plan(actor: Actor, day: date) -> Tally:
    """The mails of this morning; ``day`` of the installation. Elsewhere it may be a day later already."""
    tally = Tally()
    told = _waiting(day)
    wishes = notices.wishes_of(told)
    for user in User.objects.filter(pk__in=told, is_active=True):
        tally.seen += 1
        tally.done += gather(actor, user, told[user.pk], wishes.get(user.pk, NONE_SAID))
    return tally


def _waiting(day: date) -> dict[int, dict[str, set[int]]]:
    """Per reader and section whose rows wait for their mail."""
    away = deputies.stand_ins(day)
    told: dict[int, dict[str, set[int]]] = {}
    for name, section in sections.items():
        for pk in set(section.waited_for(day + timedelta(days=1))):
            reader = pk if section.personal else away.get(pk, pk)
            told.setdefault(reader, {}).setdefault(name, set()).add(pk)
    return told


def gather(actor: Actor, user: User, waiting: Waiting, wishes: Wishes = NONE_SAID) -> bool:
    """This morning's mail for one person.

    False where it is earlier there than their hour, or no day for it, or the day has its mail.
    """
    zone = staff_mail.zone_of(user)
    day = local_day(actor.at, zone)
    due = morning_of(day, zone, wishes, policy.current().get(HOLIDAYS))
    key = f"{KIND}:{user.pk}:{day.isoformat()}"
    if due is None or actor.at < due or Send.objects.filter(key=key).exists():
        return False
    with transaction.atomic():
        gathered = [
            (section.model, rows)
            for name, section in sections.items()
            if name in waiting
            and (not section.chosen or MORNING in channels(name, {MORNING}, wishes))
            and (rows := section.to_gather(user, day, waiting[name]))
        ]
        if not gathered:
            return False
        send = outbox.enqueue(
            outbox.new(key, KIND, recipient=user, not_before=due, give_up_after=actor.at + HOLD, at=actor.at)
        )[key]
        for model, rows in gathered:
            model._base_manager.filter(pk__in=[row.pk for row in rows], send=None).update(send=send)
    return True


def _told(send: Send) -> list[tuple[Section, list[str]]]:
    """What the mail says by section: what still stands, of what its reader still sees."""
    user, day = staff_mail.reader(send), staff_mail.day_of(send)
    with staff_mail.words_of(user):
        found = [(section, section.lines(send, user, day)) for section in sections]
    return [(section, lines) for section, lines in found if lines]


def wanted(send: Send, _now: datetime) -> str:
    if reason := staff_mail.unreachable(send):
        return reason
    return "" if _told(send) else "nothing stands any more"


def render(send: Send) -> Letter:
    """The mail in the person's language: one line a thing, with its link."""
    told = _told(send)
    with staff_mail.words_of(staff_mail.reader(send)):
        subject = _(", ").join(section.count(len(lines)) for section, lines in told)
        return staff_mail.letter(send, subject, [line for _section, lines in told for line in lines])


def settled(_send: Send, _letter: Letter | None, _now: datetime, *, address_is_dead: bool) -> None:
    """Nothing follows: the notices stay linked to the mail whatever became of it."""
    del address_is_dead


MAIL = Kind(wanted=wanted, render=render, settled=settled, resend_uncertain=True)


def _unread(day: date) -> Iterable[int]:
    """Told by the end of that day, where the installation is."""
    del day  # a notice stands from the moment it is told
    rows = Notice.objects.filter(in_morning=True, send=None, read_at=None)
    return rows.values_list("user", flat=True).distinct()


def _to_gather(reader: User, _day: date, of: Collection[int]) -> list[Notice]:
    rows = Notice.objects.filter(user__in=of, in_morning=True, send=None, read_at=None)
    return [row for row, _words, _kind in notices.in_words(rows.order_by("at", "id"), reader)]


def _lines(send: Send, user: User, _day: date) -> list[str]:
    rows = Notice.objects.filter(send=send, user=user, read_at=None).select_related("by").order_by("at", "id")
    told = notices.in_words(rows, user)
    return [
        "\n".join(filter(None, (notice_mail.sentence(row, words), notice_mail.link(words))))
        for row, words, _kind in told
    ]


def _count(n: int) -> str:
    return ngettext("%(n)d notice", "%(n)d notices", n) % {"n": n}


NOTICES = Section(
    label=gettext_lazy("Notices"),
    icon="bell",
    model=Notice,
    waited_for=_unread,
    to_gather=_to_gather,
    lines=_lines,
    count=_count,
    personal=True,
    chosen=False,  # each kind of notice is chosen by itself
)
