"""What is next for a candidate, in words and where it is done, from found to introduced (DOMAIN 4.11)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from kol_crm.core import wording
from lifecycle.models import Candidate, CooperationPlan, Outreach, Programme, Step
from lifecycle.ranking import Ranked
from profiles.models import Stage

Plan = CooperationPlan.State


TONES = {"late": "bad", "today": "warn", "later": ""}


@dataclass(frozen=True)
class Next:
    """``url``: where it is done (empty: on the sheet, or nothing to do); ``panel``: in the panel beside."""

    words: Any
    tone: str = ""
    url: str = ""
    panel: bool = False


def of(one: Ranked, live: Outreach | None, plan: CooperationPlan | None, day: date) -> Next:
    """The one thing that leads on; judging comes first as long as nobody was written to."""
    candidate = one.candidate
    if candidate.outcome:
        return Next(candidate.get_outcome_display(), "mute")
    if one.fit.vetoed:
        words = _("Red line: %(criteria)s") % {"criteria": wording.listed(one.fit.vetoed_names)}
        return Next(words, "bad", _at("candidate-outcome", candidate.pk), panel=True)
    judge = _judge(one) if candidate.step == Step.IDENTIFIED else None
    return judge or lead_on(candidate, live, plan, day)


def _judge(one: Ranked) -> Next | None:
    if one.fit.score.value is None:
        return Next(_("Rate: %(count)d criteria open") % {"count": len(one.fit.score.missing)}, "warn")
    if one.fit.disputed:
        return Next(_("Raters disagree"), "warn")
    return Next(_("Rate by the new rubric"), "warn") if one.old else None


def lead_on(candidate: Candidate, live: Outreach | None, plan: CooperationPlan | None, day: date) -> Next:
    """The next fact on the way from contact to introduction."""
    if candidate.kol.stage not in (Stage.INTRODUCTION, Stage.DEPARTED):
        return Next(_("Introduced: note the outcome"), "", _at("candidate-outcome", candidate.pk), panel=True)
    if candidate.step == Step.AGREED:
        return Next(
            _("Move to initial"), "", f"{_at('move', candidate.kol_id)}?to={Stage.INITIAL}", panel=True
        )
    if live is not None:
        return _attempt(live, day)
    if candidate.step == Step.IN_TALKS:
        return _plan(candidate, plan)
    if candidate.programme.state != Programme.State.LIVE:
        return Next(_("The programme is a draft"), "mute")
    return Next(_("Begin outreach"), "", _at("outreach-start", candidate.pk), panel=True)


def _attempt(live: Outreach, day: date) -> Next:
    """Mail today; WeChat 24 Nov."""
    url = _at("outreach-detail", live.pk)
    if not live.next_channel or live.next_on is None:
        return Next(_("Every channel was tried"), "warn", url)
    when = wording.due_words(live.next_on, day, wording.babel_locale())
    told = {"channel": live.get_next_channel_display(), "when": when[:1].lower() + when[1:]}
    words = _("%(channel)s %(when)s") % told
    return Next(words, TONES[wording.due_tone(live.next_on, day)], url)


def _plan(candidate: Candidate, plan: CooperationPlan | None) -> Next:
    if plan is None or plan.state == Plan.REFUSED:
        url = f"{_at('cooperation-create', candidate.kol_id)}?candidate={candidate.pk}"
        return Next(_("Make the plan"), "", url)
    words = {
        Plan.DRAFT: _("Send the plan"),
        Plan.SENT: _("Plan sent: agreed?"),
        Plan.NEGOTIATING: _("Plan negotiated: agreed?"),
        Plan.AGREED: _("Plan agreed"),
    }
    return Next(words[Plan(plan.state)], "", _at("cooperation-detail", plan.pk))


def introduce(plan: CooperationPlan) -> Next | None:
    """Where an agreed plan leads, as long as the KOL stands in introduction."""
    if plan.state != Plan.AGREED or plan.kol.stage != Stage.INTRODUCTION:
        return None
    return Next(_("Move to initial"), "", f"{_at('move', plan.kol_id)}?to={Stage.INITIAL}", panel=True)


def plans_of(kols: Collection[UUID]) -> dict[UUID, CooperationPlan]:
    """The newest plan of each file: one query."""
    rows = CooperationPlan.objects.filter(kol__in=kols).order_by("created_at", "id")
    return {row.kol_id: row for row in rows}


def _at(name: str, pk: UUID) -> str:
    return reverse(f"lifecycle:{name}", args=[pk])
