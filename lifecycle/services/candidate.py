"""The verbs of the candidate: add, outreach, steps, outcome (DOMAIN 4.2, 4.3, 4.11).

Steps follow facts: whoever writes down an attempt, an answer or an agreed plan calls ``follow_fact`` in the
same transaction. By hand a candidate is only set back.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kol_crm.core import history, outbox, policy, sparing
from kol_crm.core.actor import Actor
from kol_crm.core.errors import Refused
from kol_crm.core.shapes import Number
from lifecycle import pace, suggestions
from lifecycle.days import installation_day
from lifecycle.models import WORK, Candidate, CandidateStep, Programme, Step
from lifecycle.rules.pace import OVERSUPPLIED
from lifecycle.services import programme as programmes
from profiles.models import Field, Kol, Stage, Touch
from profiles.services import next_due

Source = Candidate.Source
ORDER = tuple(Step)
ENTERED, ATTEMPT, ANSWER, PLAN = "entered", "attempt", "answer", "plan"
STEP_OF = {ATTEMPT: Step.CONTACTED, ANSWER: Step.IN_TALKS, PLAN: Step.AGREED}
REST_DAYS = policy.declare(
    "candidate_rest_days",
    7,
    gettext_lazy("A candidate without a next step comes on Today after"),
    gettext_lazy("days"),
    section=pace.INTRODUCTION,
    shape=Number(1, 90),
    help=gettext_lazy("Days since their last step, while nobody writes to them."),
)
BATCH = 500
FACTS = ("source", "introducer", "highlight", "why_oversupplied", "why_external")
EDITABLE = ("introducer", "highlight")


def rank_of(step: str) -> int:
    """How far along a step is, from 0."""
    return ORDER.index(Step(step))


def fields_of(programme: Programme, kol: Kol) -> list[Field]:
    """The fields a KOL would be brought in for: the main one, and those of theirs that the programme asks
    for; without any, all that it asks for."""
    asked = [row.field for row in programme.programme_fields.select_related("field")]
    theirs = set(kol.kol_fields.values_list("field_id", flat=True))
    found = {field.pk: field for field in asked if field.pk in theirs}
    if kol.main_field is not None:
        found[kol.main_field.pk] = kol.main_field
    return list(found.values()) or asked


def add(actor: Actor, programme: Programme, kol: Kol, values: Mapping[str, Any]) -> Candidate:
    """A file in introduction becomes a candidate: ``values`` of ``source``, ``introducer``, ``highlight``,
    ``why_oversupplied``, ``why_external``.

    An oversupplied field needs ``why_oversupplied`` (4.2); an external one before the unreviewed from own
    users needs ``why_external`` (4.3). Raises ``PermissionDenied``, ``Refused`` (``programme_closed``),
    ``ValidationError`` keyed by field.
    """
    history.only_facts(values, FACTS)
    day = installation_day(actor.at)
    with transaction.atomic():
        kol = Kol.objects.select_for_update(of=("self",)).select_related("main_field").get(pk=kol.pk)
        current = history.locked(programme, None)
        programmes.demand(actor, current, WORK)
        programmes.demand_open(current)
        if kol.is_archived or kol.stage != Stage.INTRODUCTION:
            raise ValidationError({"kol": _("Only a KOL in introduction can be a candidate.")})
        if current.candidates.filter(kol=kol).exists():
            raise ValidationError({"kol": _("This KOL is a candidate of the programme already.")})
        paces = pace.on(day, fields_of(current, kol))
        problems = _problems(current, values, paces, day)
        if problems:
            raise ValidationError(problems)
        candidate = Candidate(
            programme=current,
            kol=kol,
            entered_at=actor.at,
            entered_by=actor.user,
            step_since=actor.at,
            lead_on_by=lead_on_by(actor.at),
            pace={one.field.slug: one.as_json() for one in paces.values()},
            **values,
        )
        history.create(actor, candidate)
        _step(actor, candidate, "", Step.IDENTIFIED, fact=ENTERED)
        next_due.refresh([kol.pk])
    return candidate


def _problems(programme: Programme, values: Mapping[str, Any], paces, day: date) -> dict[str, str]:
    problems = {}
    if values.get("source") not in Source.values:
        problems["source"] = _("Say where the candidate comes from.")
    crowded = [str(one.field) for one in paces.values() if one.pace.state == OVERSUPPLIED]
    if crowded and not str(values.get("why_oversupplied") or "").strip():
        words = _("%(field)s has enough KOLs. Say why one more is brought in.")
        problems["why_oversupplied"] = words % {"field": ", ".join(crowded)}
    if values.get("source") == Source.EXTERNAL and not str(values.get("why_external") or "").strip():
        waiting = suggestions.unreviewed(programme, day)
        if waiting:
            words = _(
                "%(count)d suggestions from own users are not reviewed yet. Say why this one comes first."
            )
            problems["why_external"] = words % {"count": waiting}
    return problems


def edit(actor: Actor, candidate: Candidate, changes: Mapping[str, Any], version: int | None) -> Candidate:
    """Who introduced them, and the highlight to build on. Raises as ``add``, and ``Conflict``."""
    history.only_facts(changes, EDITABLE)
    with transaction.atomic():
        current = _locked(actor, candidate, version)
        return history.save(actor, current, changes, None)


def begin_outreach(actor: Actor, candidate: Candidate) -> Candidate:
    """From now on they are written to for this programme, and for no other (4.3).

    Raises ``Refused``: ``programme_not_live`` (no purpose or deeds yet), ``candidate_decided``,
    ``in_another_outreach``, ``not_in_introduction``.
    """
    with transaction.atomic():
        kol = Kol.objects.select_for_update().get(pk=candidate.kol_id)
        current = _locked(actor, candidate, None)
        if current.in_outreach:
            return current
        if current.programme.state != Programme.State.LIVE:
            raise Refused("programme_not_live", _("The outreach of this programme has not started."))
        if current.outcome:
            raise Refused("candidate_decided", _("It is said already what became of this candidate."))
        if kol.is_archived or kol.stage != Stage.INTRODUCTION:
            raise Refused("not_in_introduction", _("Only a KOL in introduction can be a candidate."))
        if Candidate.objects.filter(kol=kol, in_outreach=True).exists():
            raise Refused("in_another_outreach", _("Another programme is in touch with this KOL already."))
        return history.save(actor, current, {"in_outreach": True}, None)


def end_outreach(actor: Actor, candidate: Candidate) -> Candidate:
    """They may be written to for another programme again."""
    with transaction.atomic():
        return history.save(actor, _locked(actor, candidate, None), {"in_outreach": False}, None)


def follow_fact(actor: Actor, candidate: Candidate, fact: str) -> Candidate:
    """A fact was written down: ``attempt`` → contacted, ``answer`` → in talks, ``plan`` → agreed.

    Never back: a candidate who is further along stays there. Call it inside the fact's transaction.
    """
    with transaction.atomic():
        current = history.locked(candidate, None)
        step = STEP_OF[fact]
        if current.outcome or rank_of(current.step) >= rank_of(step):
            return current
        return _step(actor, current, current.step, step, fact=fact)


def follow_touch(actor: Actor, touch: Touch) -> None:
    """A touch with a KOL whom one is in outreach with is an attempt, and an answer where they spoke."""
    found = Candidate.objects.filter(kol=touch.kol_id, in_outreach=True).first()
    if found is not None:
        answered = touch.began == Touch.Began.KOL or touch.answered is True
        follow_fact(actor, found, ANSWER if answered else ATTEMPT)


def set_back(
    actor: Actor, candidate: Candidate, step: str, why: str = "", version: int | None = None
) -> Candidate:
    """By hand, to an earlier step only; the next fact leads on from there (4.11).

    Raises ``Refused`` (``forward_by_hand``), ``Conflict``, ``ValidationError`` keyed ``step`` or ``why``.
    """
    if step not in Step.values:
        raise ValidationError({"step": _("There is no such step.")})
    if not why.strip():
        raise ValidationError({"why": _("Say why the candidate is set back.")})
    with transaction.atomic():
        current = _locked(actor, candidate, version)
        if rank_of(step) >= rank_of(current.step):
            words = _(
                "Steps follow facts: log the attempt, the answer or the plan. By hand one only sets back."
            )
            raise Refused("forward_by_hand", words, step=current.step)
        return _step(actor, current, current.step, step, why=why.strip())


def decide(
    actor: Actor, candidate: Candidate, outcome: str, note: str = "", version: int | None = None
) -> Candidate:
    """What became of a candidate; empty takes it back. Raises ``ValidationError`` keyed ``outcome``."""
    if outcome and outcome not in Candidate.Outcome.values:
        raise ValidationError({"outcome": _("Say what became of this candidate.")})
    with transaction.atomic():
        return programmes.put_outcome(actor, _locked(actor, candidate, version), outcome, note)


def _locked(actor: Actor, candidate: Candidate, version: int | None) -> Candidate:
    """The candidate locked; right and state of the programme are checked."""
    current = history.locked(candidate, version)
    programmes.demand(actor, current.programme, WORK)
    programmes.demand_open(current.programme)
    return current


def _step(
    actor: Actor, candidate: Candidate, before: str, step: str, *, fact: str = "", why: str = ""
) -> Candidate:
    CandidateStep.objects.create(
        candidate=candidate, from_step=before, to_step=step, fact=fact, why=why, at=actor.at, user=actor.user
    )
    if before == "":
        return candidate
    since = {"step_since": actor.at, "lead_on_by": lead_on_by(actor.at)}
    saved = history.save(actor, candidate, {"step": step}, None, derive=lambda _row: since)
    next_due.refresh([candidate.kol_id])
    return saved


def lead_on_by(since: datetime) -> date:
    """When somebody must lead on a candidate who came to their step then."""
    return installation_day(since) + timedelta(days=policy.current().get(REST_DAYS))


def nightly(_actor: Actor) -> outbox.Tally:
    """The policy may have changed since."""
    rest = timedelta(days=policy.current().get(REST_DAYS))
    rows = list(Candidate.objects.open().only("step_since", "lead_on_by", "kol"))
    moved = [row for row in rows if row.lead_on_by != installation_day(row.step_since) + rest]
    for row in moved:
        row.lead_on_by = installation_day(row.step_since) + rest
    tally = outbox.Tally(seen=len(rows))
    tally.done = sparing.in_chunks(tally, "candidate", moved, BATCH, _lead_on)
    return tally


def _lead_on(rows: Sequence[Candidate]) -> int:
    Candidate.objects.bulk_update(rows, ["lead_on_by"])
    next_due.refresh({row.kol_id for row in rows})
    return len(rows)
