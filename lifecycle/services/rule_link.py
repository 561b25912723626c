"""The one-time link at which a KOL acknowledges the rules without an account (DOMAIN 5.10).

The address follows from the link's id by the installation's secret and is kept nowhere; the database holds a
hash of it. It goes by the outbox, or is copied by hand. Reading consumes nothing, so that a mail scanner
that opens it does no harm; acknowledging does, once.
"""

import hashlib
import hmac
from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop, override

from kol_crm.core import history, installation, outbox, policy
from kol_crm.core.actor import Actor
from kol_crm.core.errors import Refused
from kol_crm.core.mail import Letter
from kol_crm.core.models import Send, uuid7
from kol_crm.core.shapes import Number
from lifecycle import knowing, letters
from lifecycle.first_words import language_of
from lifecycle.models import RuleFact, RuleLink, RuleVersion
from lifecycle.services import rule as rules
from profiles.models import ContactPoint, Kol, Touch, TouchChannel, TouchReason
from profiles.services import contact, one_voice, touch

KIND = "rules"
SALT = "lifecycle.rule-link"
TIME_TO_UNDO = timedelta(seconds=8)
GIVE_UP = timedelta(hours=24)
GOOD_FOR = policy.declare(
    "rule_link_days",
    14,
    gettext_lazy("A link to the rules is good for"),
    gettext_lazy("days"),
    section=knowing.CONDUCT,
    shape=Number(1, 90),
)


def token_of(link_id: UUID) -> str:
    """256 bits that nobody guesses without the installation's secret."""
    return salted_hmac(SALT, link_id.hex, algorithm="sha256").hexdigest()


def digest_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def address(link: RuleLink) -> str:
    """What the KOL opens."""
    return f"{settings.BASE_URL}{reverse('lifecycle:rule-read', args=[token_of(link.pk)])}"


def find(token: str) -> RuleLink | None:
    """The link of an address; None for a forged one."""
    link = RuleLink.objects.select_related("kol").filter(digest=digest_of(token)).first()
    return link if link is not None and hmac.compare_digest(token_of(link.pk), token) else None


def make(actor: Actor, kol: Kol) -> RuleLink:
    """A link to be copied by hand; an earlier one that is still open closes.

    Raises ``PermissionDenied``, ``Refused`` (``nothing_to_tell``, ``archived``).
    """
    with transaction.atomic():
        current = rules.locked(actor, kol)
        return _made(actor, current)


def mail(actor: Actor, kol: Kol, voice_reason: str = "") -> RuleLink:
    """A link that goes by mail through the outbox, after 8 seconds in which it can be called back.

    Raises as ``make``, besides ``Refused`` (``cannot_mail``), ``one_voice.SecondVoice``.
    """
    with transaction.atomic():
        current = rules.locked(actor, kol)
        if reason := letters.why_not(current):
            raise Refused("cannot_mail", _("Not by mail: %(reason)s.") % {"reason": _(reason)})
        beside = one_voice.demand(actor.user, current, actor.at, voice_reason)
        key = uuid7()
        new = outbox.new(
            f"{KIND}:{key}",
            KIND,
            subject=current.pk,
            not_before=actor.at + TIME_TO_UNDO,
            give_up_after=actor.at + GIVE_UP,
            at=actor.at,
        )
        said = voice_reason.strip() if beside else ""
        return _made(actor, current, key, outbox.enqueue(new)[new.key], said)


def _made(
    actor: Actor, kol: Kol, key: UUID | None = None, send: Send | None = None, voice_reason: str = ""
) -> RuleLink:
    if not knowing.missing(kol):
        raise Refused("nothing_to_tell", _("There is no rule in force that is still open for them."))
    _close(actor, kol)
    key = key or uuid7()
    row = RuleLink(
        id=key,
        kol=kol,
        digest=digest_of(token_of(key)),
        user=actor.person,
        at=actor.at,
        expires_at=actor.at + timedelta(days=policy.current().get(GOOD_FOR)),
        send=send,
        voice_reason=voice_reason,
    )
    return history.create(actor, row, root=kol.pk)


def close(actor: Actor, kol: Kol) -> None:
    """Call the open link back, and the mail if it has not left. Raises ``Refused`` (``no_link``)."""
    with transaction.atomic():
        current = rules.locked(actor, kol)
        if not _close(actor, current):
            raise Refused("no_link", _("There is no open link."))


def _close(actor: Actor, kol: Kol) -> int:
    found = list(RuleLink.objects.filter(kol=kol, used_at=None, closed_at=None, expires_at__gt=actor.at))
    for link in found:
        outbox.withdraw([link.send_id], gettext_noop("called back"))
        history.save_child(actor, link, {"closed_at": actor.at}, root=kol.pk)
    return len(found)


def acknowledge(actor: Actor, link: RuleLink, shown: Collection[UUID]) -> list[RuleFact]:
    """The KOL agrees to the versions that the page showed; the link is used up.

    Raises ``Refused``: ``link_over`` (used, called back, expired), ``rules_changed`` where other versions are
    in force by now than were shown; nothing is written then and the link stays good.
    """
    with transaction.atomic():
        kol: Kol = history.locked(link.kol, None)
        current = RuleLink.objects.select_for_update().get(pk=link.pk)
        if not current.is_open(actor.at) or kol.is_archived:
            raise Refused("link_over", _("This link is no longer good."))
        lacking = knowing.missing(kol)
        if {one.pk for one in lacking} != set(shown):
            raise Refused("rules_changed", _("The rules have changed meanwhile. Please read them once more."))
        used = RuleLink.objects.filter(pk=current.pk, used_at=None, closed_at=None).update(used_at=actor.at)
        if not used:  # SQLite locks no rows: who came second finds it used
            raise Refused("link_over", _("This link is no longer good."))
        history.record(actor, kol.pk, current, {"used_at": (None, history.as_json(actor.at))})
        return rules.put(actor, kol, RuleFact.Kind.ACKNOWLEDGED, lacking, TouchChannel.PLATFORM, link=current)


def _of(send: Send) -> RuleLink | None:
    return RuleLink.objects.select_related("kol", "user").filter(send=send).first()


def wanted(send: Send, now: datetime) -> str:
    """Empty, or why it must not go now."""
    link = _of(send)
    if link is None or not link.is_open(now):
        return gettext_noop("the link is over")
    if link.user is None or not link.user.is_active:
        return gettext_noop("its author has left")
    if link.digest != digest_of(token_of(link.pk)):
        return gettext_noop("the link was made under another key")
    if not knowing.missing(link.kol):
        return gettext_noop("every rule is acknowledged")
    return letters.why_not(link.kol)


def render(send: Send) -> Letter:
    """In the KOL's language, from and back to the operator."""
    link = _of(send)
    if link is None or link.user is None:
        raise LookupError("The link is gone.")
    kol = link.kol
    with override(language_of(kol)):
        told = {
            "platform": installation.name() or "KOL CRM",
            "name": kol.alias or kol.name,
            "link": address(link),
            "days": max((link.expires_at - send.not_before).days, 1),
        }
        subject = _("The rules of %(platform)s") % told
        body = _(
            "Dear %(name)s,\n\nbefore we go on, please read the rules that hold for everybody on "
            "%(platform)s, and tell us that you have read and accept them. It takes a minute and needs "
            "no account:\n\n"
            "%(link)s\n\nThe link is for you alone and good for %(days)s days. If you have a question, "
            "simply answer this mail."
        )
        return letters.to_kol(send, kol, link.user, subject, body % told)


def settled(send: Send, letter: Letter | None, now: datetime, *, address_is_dead: bool) -> None:
    """Sent, the rules are told by mail, which is a touch of the operator."""
    link = _of(send)
    if link is None:
        return
    if address_is_dead and letter is not None and isinstance(letter.context, ContactPoint):
        contact.mark_dead(Actor.job(now), letter.context, localdate(now))
    if send.state != Send.State.SENT:
        return
    by = Actor(link.user, "job", now)
    kol: Kol = history.locked(link.kol, None)
    untold = RuleVersion.objects.filter(pk__in=[one.pk for one in knowing.missing(kol)])
    untold = untold.without(kol.pk, RuleFact.Kind.TOLD)
    rules.put(by, kol, RuleFact.Kind.TOLD, list(untold), TouchChannel.MAIL, link=link)
    touch.log(
        by,
        kol,
        channel=TouchChannel.MAIL,
        began=Touch.Began.US,
        text=_("Sent the rules with a link to acknowledge them"),
        reason=TouchReason.COOPERATION,
        voice_reason=link.voice_reason or _("It was on its way already."),
    )


MAIL = outbox.Kind(wanted=wanted, render=render, settled=settled)
