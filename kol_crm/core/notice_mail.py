"""The mail of one notice, for who wants to know at once (issue 7)."""

from datetime import datetime

from django.conf import settings

from kol_crm.core import notices, staff_mail
from kol_crm.core.mail import Letter
from kol_crm.core.models import Notice, Send
from kol_crm.core.notices import Told
from kol_crm.core.outbox import Kind


def wanted(send: Send, _now: datetime) -> str:
    """Not what was read meanwhile, nor what its reader may no longer see."""
    if reason := staff_mail.unreachable(send):
        return reason
    return "" if _told(send) else "read, or no longer to be seen"


def _told(send: Send) -> tuple[Notice, Told] | None:
    user = staff_mail.reader(send)
    rows = Notice.objects.filter(pk__in=[send.subject], user=user, read_at=None).select_related("by")
    with staff_mail.words_of(user):
        return next(((row, words) for row, words, _kind in notices.in_words(rows, user)), None)


def render(send: Send) -> Letter:
    """Who and what in the subject, and where it leads."""
    told = _told(send)
    if told is None:
        raise ValueError("Read since it was asked whether it is wanted.")
    row, words = told
    with staff_mail.words_of(staff_mail.reader(send)):
        line = sentence(row, words)
        return staff_mail.letter(send, line, [line, link(words)])


def sentence(row: Notice, words: Told) -> str:
    """Li Na mentioned you in a touch with Bao."""
    return f"{row.by} {words.text}" if row.by else words.text


def link(words: Told) -> str:
    return f"  {settings.BASE_URL}{words.url}" if words.url else ""


def settled(_send: Send, _letter: Letter | None, _now: datetime, *, address_is_dead: bool) -> None:
    """Nothing follows: the notice stands under the bell all the same."""
    del address_is_dead


MAIL = Kind(wanted=wanted, render=render, settled=settled, resend_uncertain=True)
