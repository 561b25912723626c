"""The check “plan agreed” of the gate into initial (DOMAIN 5.3)."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kol_crm.core import wording
from lifecycle import departed
from lifecycle.days import installation_day
from lifecycle.gates import MANDATORY, Asked, CheckKind, Finding
from lifecycle.models import CooperationPlan
from profiles.models import Stage

KEY = "plan_agreed"


def plan_agreed(asked: Asked, _parameters: Mapping[str, Any]) -> Finding:
    """A plan agreed since they last departed: who is won back agrees anew."""
    plans = CooperationPlan.objects.filter(kol=asked.kol)
    plan = plans.order_by("-created_at", "-id").first()
    found = plans.filter(state=CooperationPlan.State.AGREED).order_by("-settled_at", "-id").first()
    if found is not None and not departed.since(asked.kol.pk, found.settled_at):
        day = installation_day(found.settled_at)
        told = {"title": found.title, "day": wording.day_words(day, "year", day, wording.babel_locale())}
        return Finding(passed=True, evidence=_("%(title)s, agreed on %(day)s") % told)
    if plan is None:
        return Finding(passed=False, evidence=_("No plan was made yet."))
    told = {"title": plan.title, "state": plan.get_state_display()}
    return Finding(passed=False, evidence=_("%(title)s: %(state)s") % told)


PLAN_AGREED = CheckKind(
    gettext_lazy("Cooperation plan agreed"),
    plan_agreed,
    {Stage.INITIAL: MANDATORY},
    help=gettext_lazy("Since the KOL last departed."),
    page="profiles:kol-cooperation",
)
