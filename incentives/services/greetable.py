"""Whether a KOL may be greeted, by whom, and where: asked when planning and at the moment of sending.

Reasons are kept in English beside the greeting and translated when shown (``Greeting.outcome_words``).
"""

from datetime import date, datetime

from django.utils.translation import gettext_noop as _

from incentives.models import Greeting
from incentives.services import occasion
from kol_crm.core import policy
from kol_crm.core.clock import after_quiet
from profiles.models import Kol, Stage
from profiles.services import birthday, contact

BY_ITSELF_STAGES = (Stage.INITIAL, Stage.MID_TERM, Stage.LATE)


def why_not(kol: Kol, on: date) -> str:
    """Empty, or why nobody greets this KOL (DOMAIN 3.1, 3.11, 3.14, 1.7)."""
    if kol.archived_at or kol.owner_id is None or kol.dormant:
        return _("the file is not active")
    if kol.quiet_cause:
        return _("quiet mark")
    if kol.stage == Stage.DEPARTED:
        return _("departed")
    if birthday.needs_consent(kol, on):
        return _("a minor without a guardian's consent")
    return ""


def why_not_by_mail(greeting: Greeting) -> str:
    """Empty, or why a greeting that its operator sent does not go by mail."""
    reason = why_not(greeting.kol, greeting.on)
    return reason or ("" if contact.living_mail(greeting.kol) else _("no living mail address"))


def why_not_by_itself(greeting: Greeting, rules: policy.Policy) -> str:
    """Empty, or why the software does not send it by itself (DOMAIN 7.3)."""
    kol = greeting.kol
    if not occasion.by_itself(greeting.occasion, rules):
        return _("the operator sends")
    if greeting.edited:
        return _("edited: the operator sends")
    if kol.stage not in BY_ITSELF_STAGES:
        return _("not in a stage that is greeted by itself")
    return why_not_by_mail(greeting)


def night_until(greeting: Greeting, now: datetime) -> datetime | None:
    """The end of the night there, if it is night: until then nothing goes by itself (DOMAIN 7.3)."""
    morning = after_quiet(now, birthday.zone_of(greeting.kol))
    return morning if morning > now else None
