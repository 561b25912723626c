"""Whether a KOL may be greeted, by whom, and where: asked when planning and at the moment of sending."""

from datetime import date, datetime

from django.utils.translation import gettext as _

from incentives.models import Greeting
from incentives.services import occasion
from kol_crm.core import policy
from kol_crm.core.clock import outside_quiet
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


def why_not_by_itself(greeting: Greeting, now: datetime, rules: policy.Policy) -> str:
    """Empty, or why the software does not send it by itself now (DOMAIN 7.3)."""
    kol = greeting.kol
    if not occasion.by_itself(greeting.occasion, rules):
        return _("the operator sends")
    if greeting.edited:
        return _("edited: the operator sends")
    if kol.stage not in BY_ITSELF_STAGES:
        return _("not in a stage that is greeted by itself")
    if not outside_quiet(now, birthday.zone_of(kol)):
        return _("night there")
    return why_not_by_mail(greeting)
