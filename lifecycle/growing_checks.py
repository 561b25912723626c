"""Checks of the gates on what is done in initial: persona, coaching, flat followers (DOMAIN 5.3)."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kol_crm.core import wording
from kol_crm.core.shapes import Number, Share
from lifecycle import departed
from lifecycle.days import installation_day
from lifecycle.gates import ADVISORY, MANDATORY, Asked, CheckKind, Finding
from lifecycle.models import CoachingSession, Persona
from lifecycle.rules import flat
from lifecycle.worth import campaigns
from profiles.models import Stage
from profiles.rules.level import largest_fresh
from profiles.services import figure_policy


def persona_designed(asked: Asked, _parameters: Mapping[str, Any]) -> Finding:
    """A persona that was approved."""
    found = Persona.objects.filter(kol=asked.kol)
    standing = found.in_force().select_related("approved_by").first()
    if standing is not None and standing.approved_at is not None:
        day = installation_day(standing.approved_at)
        told = {"number": standing.number, "day": _day(day, asked), "who": standing.approved_by}
        return Finding(passed=True, evidence=_("Version %(number)d, approved on %(day)s by %(who)s") % told)
    newest = found.first()
    if newest is None:
        return Finding(passed=False, evidence=_("No persona was designed yet."))
    told = {"number": newest.number, "state": newest.get_state_display()}
    return Finding(passed=False, evidence=_("Version %(number)d: %(state)s") % told)


def coaching_begun(asked: Asked, _parameters: Mapping[str, Any]) -> Finding:
    """A session was held since they last departed."""
    sessions = CoachingSession.objects.filter(kol=asked.kol)
    held = sessions.filter(held_at__isnull=False).order_by("-held_at").first()
    if held is not None and held.held_at is not None and not departed.since(asked.kol.pk, held.held_at):
        day = installation_day(held.held_at)
        told = {"topic": held.topic, "day": _day(day, asked)}
        return Finding(passed=True, evidence=_("%(topic)s, held on %(day)s") % told)
    planned = sessions.to_hold().order_by("on").first()
    if planned is None:
        return Finding(passed=False, evidence=_("No session is planned."))
    told = {"topic": planned.topic, "day": _day(planned.on, asked)}
    return Finding(passed=False, evidence=_("%(topic)s is planned for %(day)s; none was held yet.") % told)


def worth_or_flat(asked: Asked, parameters: Mapping[str, Any]) -> Finding:
    """A value campaign done, or own followers that no longer grow: either is a reason to go on."""
    for done in campaigns:
        if found := done(asked.kol, asked.day):
            return Finding(passed=True, evidence=found)
    flows, accounts = figure_policy.flow(asked.rules), asked.own_figures
    largest = largest_fresh(accounts, asked.day, flows)
    limit = Decimal(parameters["share"])
    growth = flat.growth(accounts[largest[0]] if largest else [], asked.day, parameters["days"], flows)
    if growth is None:
        words = _("No value campaign; followers of %(days)d days ago or of now are missing.")
        return Finding(None, evidence=words % {"days": parameters["days"]})
    told = {
        "before": wording.grouped(int(growth.before.value), wording.babel_locale()),
        "after": wording.grouped(int(growth.after.value), wording.babel_locale()),
        "first": _day(growth.before.end, asked),
        "last": _day(growth.after.end, asked),
    }
    words = _(
        "No value campaign; followers %(before)s on %(first)s, %(after)s on %(last)s. "
        "Flat is below %(share)s %%."
    )
    told["share"] = f"{float(limit * 100):g}"
    value = float(round(growth.share * 100, 2))
    return Finding(growth.share < limit, f"{value:+g} %", None, words % told, growth.parts)


def _day(day: date, asked: Asked) -> str:
    return wording.day_words(day, "plain", asked.day, wording.babel_locale())


LONGEST = 365  # days of figures that are read
CHECKS = {
    "persona_designed": CheckKind(
        gettext_lazy("Persona designed"),
        persona_designed,
        {Stage.INITIAL: MANDATORY},
        help=gettext_lazy("A version of it is approved."),
        page="lifecycle:persona",
    ),
    "coaching_begun": CheckKind(
        gettext_lazy("Coaching begun"),
        coaching_begun,
        {Stage.MID_TERM: ADVISORY},
        help=gettext_lazy("A session was held since the KOL last departed."),
        page="profiles:kol-cooperation",
    ),
    "worth_or_flat": CheckKind(
        gettext_lazy("A value campaign done, or own followers flat"),
        worth_or_flat,
        {Stage.LATE: ADVISORY},
        help=gettext_lazy("Flat: they grew by less than this share."),
        parameters={
            "share": (gettext_lazy("Flat below, %"), Share()),
            "days": (gettext_lazy("Over, days"), Number(7, LONGEST)),
        },
        values={"share": "0.02", "days": 90},
        page="profiles:kol-performance",
    ),
}
