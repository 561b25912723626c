"""A mail of an outreach: written by its operator, sent by the outbox alone, an attempt once it has gone.

One voice is asked when it is written (DOMAIN 4.9); whether it is still wanted, at the moment of sending.
"""

from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from kol_crm.core import history, outbox
from kol_crm.core.actor import Actor
from kol_crm.core.errors import Refused
from kol_crm.core.mail import Letter
from kol_crm.core.models import Send, uuid7
from lifecycle import letters
from lifecycle.models import Attempt, Outreach, OutreachMail, Result
from lifecycle.services import outreach as outreaches
from lifecycle.services.outreach import No
from profiles.models import ContactPoint, Kol, TouchChannel
from profiles.models.querysets import EDIT
from profiles.services import access, contact, no_go, one_voice

KIND = "outreach"
TIME_TO_UNDO = timedelta(seconds=8)
GIVE_UP = timedelta(hours=24)
OPEN = (Send.State.PENDING, Send.State.CLAIMED, Send.State.SENDING)


def write(actor: Actor, outreach: Outreach, subject: str, body: str, voice_reason: str = "") -> OutreachMail:
    """Put a mail into the outbox; it leaves after 8 seconds, in which it can be called back.

    Raises ``ValidationError`` keyed by field, ``one_voice.SecondVoice``, ``no_go.Known``, ``Refused``
    (``not_live``, ``cannot_mail``, ``mail_on_its_way``).
    """
    problems = {
        name: _("This field is required.")
        for name, words in (("subject", subject), ("body", body))
        if not words.strip()
    }
    if problems:
        raise ValidationError(problems)
    with transaction.atomic():
        kol: Kol = history.locked(outreach.kol, None)
        access.demand(actor.user, kol, EDIT, _("Only its owner or a manager mails a KOL."))
        current = outreaches.live(outreach)
        if reason := letters.why_not(kol):
            raise Refused("cannot_mail", _("Not by mail: %(reason)s.") % {"reason": _(reason)})
        no_go.demand(actor, kol, _("No outreach"))
        if current.mails.filter(send__state__in=OPEN).exists():
            raise Refused("mail_on_its_way", _("A mail to them is on its way already."))
        said = voice_reason or outreaches.reason_kept(actor, current)
        beside = one_voice.demand(actor.user, kol, actor.at, said)
        row = OutreachMail(
            id=uuid7(),
            outreach=current,
            author=actor.person,
            subject=subject.strip(),
            body=body.strip(),
            voice_reason=said.strip() if beside else "",
            created_at=actor.at,
        )
        new = outbox.new(
            f"{KIND}:{row.pk}",
            KIND,
            subject=kol.pk,
            not_before=actor.at + TIME_TO_UNDO,
            give_up_after=actor.at + GIVE_UP,
            at=actor.at,
        )
        row.send = outbox.enqueue(new)[new.key]
        row.full_clean()
        history.create(actor, row, root=kol.pk)
    return row


def call_back(actor: Actor, mail: OutreachMail) -> None:
    """Within the 8 seconds. Raises ``Refused`` (``too_late``) once a worker hands it over."""
    with transaction.atomic():
        access.demand(actor.user, mail.outreach.kol, EDIT, _("Only its owner or a manager mails a KOL."))
        if not outbox.withdraw([mail.send_id], gettext_noop("called back")):
            raise Refused("too_late", _("It has left already."))
        history.record(actor, mail.outreach.kol_id, mail, {"send": (mail.subject, None)})


def waiting(outreach: Outreach) -> OutreachMail | None:
    """The mail that is on its way, or of which nobody knows whether it arrived."""
    states = (*OPEN, Send.State.UNCERTAIN)
    return outreach.mails.filter(send__state__in=states).select_related("send").first()


def _of(send: Send) -> OutreachMail | None:
    rows = OutreachMail.objects.select_related("outreach__kol", "author")
    return rows.filter(send=send).first()


def wanted(send: Send, now: datetime) -> str:
    """Empty, or why it must not go now: an answer, a no or a quiet mark since cancels it."""
    mail = _of(send)
    if mail is None:
        return "the mail is gone"
    if not mail.outreach.is_live:
        return gettext_noop("the outreach is over")
    if not mail.author.is_active:
        return gettext_noop("its author has left")
    return letters.why_not(mail.outreach.kol) or (
        gettext_noop("there was a no") if _was_refused(mail.outreach.kol, now) else ""
    )


def _was_refused(kol: Kol, now: datetime) -> bool:
    return any(one.blocks for one in no_go.tell_of(Actor.job(now), kol))


def render(send: Send) -> Letter:
    """From and back to the operator, with a one-click opt-out (RFC 8058)."""
    mail = _of(send)
    if mail is None:
        raise LookupError("The mail is gone.")
    return letters.to_kol(send, mail.outreach.kol, mail.author, mail.subject, mail.body)


def settled(send: Send, letter: Letter | None, now: datetime, *, address_is_dead: bool) -> None:
    """Sent, it is an attempt of its author without an answer yet; to nobody, one at a wrong address."""
    mail = _of(send)
    if mail is None:
        return
    author = Actor(mail.author, "job", now)
    if address_is_dead and letter is not None and isinstance(letter.context, ContactPoint):
        contact.mark_dead(Actor.job(now), letter.context, localdate(now))
        outreaches.set_next([mail.outreach_id])
    if send.state == Send.State.SENT:
        _sent(author, mail)


def _sent(author: Actor, mail: OutreachMail) -> Attempt | None:
    """The attempt; where somebody else was in contact since it was written, that is the reason kept."""
    reason = mail.voice_reason or _("It was on its way already.")
    if not Outreach.objects.live().filter(pk=mail.outreach_id).exists():
        return None  # settled while it was being handed over
    return outreaches.attempt(
        author,
        mail.outreach,
        TouchChannel.MAIL,
        Result.NO_ANSWER,
        text=f"{mail.subject}\n\n{mail.body}",
        voice_reason=reason,
        no=No(),
    )


MAIL = outbox.Kind(wanted=wanted, render=render, settled=settled)
