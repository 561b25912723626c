"""The morning mail: one per person and day, never one per KOL (DOMAIN 5.4; RELIABILITY 1).

At 08:00 of a person's own day the notices that stand are gathered and linked to that day's mail in one
transaction; a notice that comes later joins the next morning's. Those of somebody who is away go to the
deputy, as the queue does (DOMAIN 2.4); what no mail has gathered comes back with them.
"""

from collections.abc import Collection, Sequence
from datetime import date, datetime, time, timedelta
from email.utils import format_datetime, formataddr, parseaddr

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from kol_crm.core import deputies, installation, outbox, wording
from kol_crm.core.actor import Actor
from kol_crm.core.clock import local_day, local_to_utc
from kol_crm.core.mail import Letter, new_message, on_the_wire
from kol_crm.core.models import Dirty, Horizon, Send, User
from kol_crm.core.outbox import Kind, Tally
from lifecycle.days import installation_day
from lifecycle.models import Exclusivity, ExclusivityNotice, ReviewNotice
from lifecycle.services import exclusivity_reminder, reminder
from profiles.models import Kol

KIND = "morning"
AT = time(8)
HOLD = timedelta(hours=14)
HORIZON = reminder.PLANNER


def plan(actor: Actor) -> Tally:
    """One tick: notices that came due since the horizon or of dirty files, then the mails of this morning."""
    tally = Tally()
    day = installation_day(actor.at)
    with transaction.atomic():
        horizon = Horizon.objects.select_for_update().filter(name=HORIZON).first()
        since = min(installation_day(horizon.until), day) if horizon else day
        tally.done += reminder.plan(actor, since, day)
        tally.done += exclusivity_reminder.plan(actor, since - reminder.LONGEST_BREAK, day)
        marks = list(Dirty.objects.filter(planner=reminder.PLANNER))
        if marks:
            files = [mark.subject for mark in marks]
            tally.done += reminder.plan(actor, day - reminder.LONGEST_BREAK, day, files)
            Dirty.objects.filter(pk__in=[mark.pk for mark in marks]).delete()
        Horizon.objects.update_or_create(name=HORIZON, defaults={"until": actor.at})
    away = deputies.stand_ins(day)
    told: dict[int, set[int]] = {}
    for pk in _waited_for(day + timedelta(days=1)):
        told.setdefault(away.get(pk, pk), set()).add(pk)
    for user in User.objects.filter(pk__in=told, is_active=True):
        tally.seen += 1
        with tally.sparing(f"user {user.pk}"):
            tally.done += gather(actor, user, told[user.pk])
    return tally


def _waited_for(day: date) -> set[int]:
    """Whose notices up to that day no mail has gathered."""
    kinds = (ReviewNotice, ExclusivityNotice)
    waiting = (kind._base_manager.filter(send=None, on__lte=day) for kind in kinds)
    return {pk for rows in waiting for pk in rows.values_list("user", flat=True)}


def gather(actor: Actor, user: User, of: Collection[int]) -> bool:
    """This morning's mail for one person with the notices ``of`` these users, whose queue the person has.

    False where it is earlier than 08:00 there or the day has its mail.
    """
    zone = user.zone or installation.zone()
    day = local_day(actor.at, zone)
    due = local_to_utc(day, AT, zone)
    key = f"{KIND}:{user.pk}:{day.isoformat()}"
    if actor.at < due or Send.objects.filter(key=key).exists():
        return False
    with transaction.atomic():
        notices = ReviewNotice.objects.to_gather(user, day, of)
        ending = ExclusivityNotice.objects.to_gather(user, day, of)
        if not (notices or ending):
            return False
        send = outbox.enqueue(
            outbox.new(key, KIND, recipient=user, not_before=due, give_up_after=actor.at + HOLD, at=actor.at)
        )[key]
        for kind, rows in ((ReviewNotice, notices), (ExclusivityNotice, ending)):
            kind._base_manager.filter(pk__in=[row.pk for row in rows], send=None).update(send=send)
    return True


def _standing(send: Send) -> Sequence[ReviewNotice]:
    """The gathered notices whose review is still to be done, of files that their reader still sees."""
    seen = Kol.objects.visible_to(send.recipient)
    rows = ReviewNotice.objects.filter(send=send, review__done_at=None, review__kol__in=seen)
    return [notice for notice in rows.select_related("review__kol", "review__stay", "user") if notice.stands]


def _ending(send: Send) -> list[Exclusivity]:
    """The gathered exclusivities that still end, of files that their reader still sees; each once."""
    seen = Kol.objects.visible_to(send.recipient)
    rows = ExclusivityNotice.objects.filter(send=send, exclusivity__kol__in=seen)
    notices = rows.select_related("exclusivity__kol").prefetch_related("exclusivity__renewed_by")
    found = {notice.exclusivity_id: notice.exclusivity for notice in notices if notice.stands}
    return sorted(found.values(), key=lambda row: (row.ends_on, str(row.pk)))


def _staff(send: Send) -> User:
    """Whose morning it is: ``gather`` writes no mail without."""
    if send.recipient is None:
        raise ValueError("A morning mail has its person.")
    return send.recipient


def wanted(send: Send, _now: datetime) -> str:
    user = _staff(send)
    if not user.is_active:
        return "the person has left"
    if not user.email:
        return "no mail address"
    return "" if _standing(send) or _ending(send) else "nothing stands any more"


def render(send: Send) -> Letter:
    """The mail in the person's language: one line a review or an exclusivity, with its link."""
    user = _staff(send)
    day = local_day(send.not_before, user.zone or installation.zone())
    lines, ending = reminder.lines_for(_standing(send), day), _ending(send)
    sender, recipient = parseaddr(settings.MAIL_FROM)[1], on_the_wire(user.email)
    with override(user.language or settings.LANGUAGE_CODE):
        message = new_message()
        message["Message-ID"] = send.message_id
        message["Date"] = format_datetime(send.not_before)
        message["From"] = formataddr((installation.name() or "KOL CRM", sender))
        message["To"] = recipient
        message["Subject"] = _subject(len(lines), len(ending))
        told = [*(_line(line, day, user) for line in lines), *(_ending_line(row, day) for row in ending)]
        message.set_content("\n".join([*told, "", settings.BASE_URL]))
    return Letter(sender, recipient, message)


def _subject(reviews: int, ending: int) -> str:
    """2 reviews, 1 exclusivity ending."""
    parts = []
    if reviews:
        parts.append(ngettext("%(n)d review", "%(n)d reviews", reviews) % {"n": reviews})
    if ending:
        words = ngettext("%(n)d exclusivity ending", "%(n)d exclusivities ending", ending)
        parts.append(words % {"n": ending})
    return _(", ").join(parts)


def _ending_line(row: Exclusivity, day: date) -> str:
    words = {
        "name": row.kol.name,
        "scope": row.scope,
        "day": wording.day_words(row.ends_on, "plain", day, wording.babel_locale()),
        "link": settings.BASE_URL + reverse("lifecycle:exclusivity-detail", args=[row.pk]),
    }
    return _("%(name)s: exclusivity ends %(day)s (%(scope)s)\n  %(link)s") % words


def _line(line: reminder.Line, day: date, reader: User) -> str:
    review = line.review
    words = {
        "name": review.kol.name,
        "stage": review.stay.get_stage_display(),
        "due": wording.day_words(review.due_on, "plain", day, wording.babel_locale()),
        "link": settings.BASE_URL + reverse("lifecycle:review-detail", args=[review.pk]),
    }
    if line.user.pk == reader.pk:
        return _("%(name)s: %(stage)s review, due %(due)s\n  %(link)s") % words
    words["who"] = str(line.user)
    return _("%(name)s: %(stage)s review, due %(due)s (in place of %(who)s)\n  %(link)s") % words


def settled(_send: Send, _letter: Letter | None, _now: datetime, *, address_is_dead: bool) -> None:
    """Nothing follows: the notices stay linked to the mail whatever became of it."""
    del address_is_dead


MORNING = Kind(wanted=wanted, render=render, settled=settled, resend_uncertain=True)
