"""The verbs of the CooperationPlan: create, edit, send, negotiate, agree, refuse (DOMAIN 4.7, 4.11).

draft → sent → negotiating → agreed or refused. It is edited while it is a draft or negotiated, and each
version that differs is kept. Sending it is a touch, so one voice (4.9) is asked.
"""

from collections.abc import Mapping, Sequence
from copy import copy
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from kol_crm.core import history
from kol_crm.core.actor import Actor
from kol_crm.core.errors import Refused
from lifecycle.models import Candidate, CooperationPart, CooperationPlan, CooperationVersion, PayModel
from lifecycle.services import candidate as candidates
from lifecycle.services import cooperation_parts, refusal
from lifecycle.services.cooperation_parts import Given, Side
from profiles.models import Kol, NoGo, Stage, Touch, TouchChannel, TouchReason
from profiles.services import no_go, note, touch

State, Keeps = CooperationPlan.State, CooperationPlan.Keeps
STEPS: dict[str, tuple[tuple[str, ...], str]] = {
    "send": ((State.DRAFT, State.NEGOTIATING), State.SENT),
    "negotiate": ((State.SENT,), State.NEGOTIATING),
    "agree": ((State.SENT, State.NEGOTIATING), State.AGREED),
    "refuse": ((State.SENT, State.NEGOTIATING), State.REFUSED),
}
EDITABLE_IN = (State.DRAFT, State.NEGOTIATING)
FACTS = ("title", "note", "candidate", "keeps", "keeps_how", "why_not", "starts_on", "ends_on")
NOT_FACTS = tuple(field.name for field in CooperationPlan._meta.fields if field.name not in FACTS)
CONTENT = ("title", "note", "keeps", "keeps_how", "why_not", "starts_on", "ends_on")


def create(actor: Actor, kol: Kol, values: Mapping[str, Any], parts: Given = ()) -> CooperationPlan:
    """A new draft. ``parts`` are mappings of ``cooperation_parts.FACTS``, in their order.

    Raises ``Refused`` for an archived or departed KOL, ``no_go.Known``, ``ValidationError`` keyed by field,
    of a part by ``parts.0.what``.
    """
    history.only_facts(values, FACTS)
    with transaction.atomic():
        kol = _open_file(kol)
        no_go.demand(actor, kol, _("No cooperation plan"))
        plan = CooperationPlan(kol=kol, **values)
        drafts = cooperation_parts.drafts(plan, parts, {})
        _check(plan, kol, drafts)
        note.add(actor, plan)
        for part in drafts:
            history.create(actor, part, root=plan.root)
        return _keep(actor, plan)


def edit(
    actor: Actor,
    plan: CooperationPlan,
    changes: Mapping[str, Any],
    parts: Given | None = None,
    version: int | None = None,
) -> CooperationPlan:
    """Save changed facts and, where given, the whole set of parts; a version that differs is kept.

    Raises ``Conflict`` with nothing written, ``Refused`` unless it is a draft or negotiated,
    ``ValidationError`` as ``create``.
    """
    history.only_facts(changes, FACTS)
    with transaction.atomic():
        kol = _open_file(plan.kol)
        current = history.locked(plan, version)
        if current.state not in EDITABLE_IN:
            raise _wrong_state(current)
        standing = {part.pk: part for part in current.parts.all()}
        drafts = (
            list(standing.values()) if parts is None else cooperation_parts.drafts(current, parts, standing)
        )
        draft = copy(current)
        for name, value in changes.items():
            setattr(draft, name, value)
        _check(draft, kol, drafts)
        saved = history.save(actor, current, changes, None)
        differ = cooperation_parts.replace(actor, current, standing, drafts)
        if differ and saved.version == current.version:
            saved = history.touch_version(saved, None)
        return _keep(actor, saved)


def send(
    actor: Actor,
    plan: CooperationPlan,
    channel: str,
    voice_reason: str = "",
    version: int | None = None,
) -> CooperationPlan:
    """It went to the KOL on this channel, which is a touch; it must be whole by then.

    Raises ``Refused`` (``plan_incomplete`` with what is missing), ``one_voice.SecondVoice``, ``Conflict``,
    ``ValidationError`` keyed ``channel``.
    """
    if channel not in TouchChannel.values:
        raise ValidationError({"channel": _("Choose how you sent it.")})
    with transaction.atomic():
        kol = _open_file(plan.kol)
        current = _at(plan, version, "send")
        no_go.demand(actor, kol, _("No cooperation plan"))
        _demand_whole(kol, current)
        kept = _keep(actor, current)
        told = {"title": kept.title, "number": kept.number}
        touch.log(
            actor,
            kol,
            channel=channel,
            began=Touch.Began.US,
            text=_("Cooperation plan sent: %(title)s, version %(number)d") % told,
            reason=TouchReason.COOPERATION,
            voice_reason=voice_reason,
        )
        return _step(actor, kept, "send", {"sent_at": actor.at})


def negotiate(actor: Actor, plan: CooperationPlan, version: int | None = None) -> CooperationPlan:
    """They answered with wishes: it may be edited again. An answer leads into talks (4.11)."""
    with transaction.atomic():
        _open_file(plan.kol)
        current = _at(plan, version, "negotiate")
        for candidate in _candidates(current):
            candidates.follow_fact(actor, candidate, candidates.ANSWER)
        return _step(actor, current, "negotiate", {})


def agree(actor: Actor, plan: CooperationPlan, version: int | None = None) -> CooperationPlan:
    """Both sides agree on what stands: the candidate's step follows (DOMAIN 4.11)."""
    with transaction.atomic():
        kol = _open_file(plan.kol)
        current = _at(plan, version, "agree")
        _demand_whole(kol, current)
        agreed = _step(actor, _keep(actor, current), "agree", {"settled_at": actor.at})
        for candidate in _candidates(agreed):
            candidates.follow_fact(actor, candidate, candidates.PLAN)
        return agreed


def refuse(
    actor: Actor,
    plan: CooperationPlan,
    cause: str,
    evidence: str = "",
    look_again_on: date | None = None,
    version: int | None = None,
) -> CooperationPlan:
    """They say no: kept with its cause and a date to look again (DOMAIN 4.10).

    Raises ``ValidationError`` keyed ``cause`` or ``look_again_on``, ``Refused``, ``Conflict``.
    """
    if not cause.strip():
        raise ValidationError({"cause": _("Say why they refuse.")})
    with transaction.atomic():
        kol = _open_file(plan.kol)
        current = _at(plan, version, "refuse")
        words = evidence.strip() or _("Cooperation plan: %(title)s") % {"title": current.title}
        refusal.remember(actor, kol, NoGo.Kind.REFUSED, cause, words, look_again_on)
        return _step(actor, _keep(actor, current), "refuse", {"settled_at": actor.at})


def steps_of(plan: CooperationPlan) -> list[str]:
    """Names of the steps that the plan's state allows."""
    return [name for name, (before, _after) in STEPS.items() if plan.state in before]


def missing(plan: CooperationPlan, parts: Sequence[CooperationPart]) -> list[str]:
    """What must still be said before it goes out, in words; empty when it is whole."""
    gets = [part for part in parts if part.side == Side.GETS]
    found = []
    if not any(part.side == Side.DOES for part in parts):
        found.append(_("what they do"))
    if not gets:
        found.append(_("what they get"))
    found += [_("which need “%(what)s” answers") % {"what": part.what} for part in gets if not part.answers]
    match plan.keeps:
        case "":
            found.append(_("what keeps them from the start"))
        case Keeps.NEITHER:
            if not plan.why_not.strip():
                found.append(_("why neither profit share nor continuous"))
        case keeps:
            if not plan.keeps_how.strip():
                found.append(_("how it keeps them"))
            model = PayModel.SHARE if keeps == Keeps.SHARE else PayModel.CONTINUOUS
            if gets and not any(part.pay_model == model for part in gets):
                found.append(_("a part they get as “%(model)s”") % {"model": model.label})
    return found


def content_of(plan: CooperationPlan) -> dict[str, Any]:
    """The plan as a version keeps it, JSON-ready."""
    parts = plan.parts.select_related("need").order_by("side", "position", "id")
    return {name: history.as_json(getattr(plan, name)) for name in CONTENT} | {
        "parts": [
            {name: history.as_json(getattr(part, name)) for name in cooperation_parts.FACTS}
            | {"need": part.need.what if part.need else "", "id": str(part.pk)}
            for part in parts
        ]
    }


def _keep(actor: Actor, plan: CooperationPlan) -> CooperationPlan:
    """Keep the version as it stands, unless it says what the last one said."""
    content = content_of(plan)
    last = plan.versions.order_by("-number").first()
    if last is not None and last.content == content:
        return plan
    number = (last.number if last else 0) + 1
    CooperationVersion.objects.create(
        plan=plan, number=number, content=content, state=plan.state, at=actor.at, user=actor.user
    )
    CooperationPlan.objects.filter(pk=plan.pk).update(number=number)
    plan.number = number
    return plan


def _candidates(plan: CooperationPlan) -> list[Candidate]:
    """Whose step follows: the plan's own candidate, else the one that is in outreach."""
    if plan.candidate is not None:
        return [plan.candidate]
    return list(Candidate.objects.open().filter(kol=plan.kol_id, in_outreach=True))


def _step(actor: Actor, locked: CooperationPlan, name: str, derived: dict[str, Any]) -> CooperationPlan:
    _before, after = STEPS[name]
    return history.save(actor, locked, {"state": after}, None, derive=lambda _row: derived)


def _at(plan: CooperationPlan, version: int | None, name: str) -> CooperationPlan:
    current: CooperationPlan = history.locked(plan, version)
    if current.state not in STEPS[name][0]:
        raise _wrong_state(current)
    return current


def _wrong_state(plan: CooperationPlan) -> Refused:
    words = _("The plan is “%(state)s”: this is not possible now.") % {"state": plan.get_state_display()}
    return Refused("plan_state", words, state=plan.state)


def _demand_whole(kol: Kol, plan: CooperationPlan) -> None:
    parts = list(plan.parts.all())
    if any(cooperation_parts.forbidden(kol, part) for part in parts):
        words = _("Under age: no exclusivity and no money without the guardian’s consent on file.")
        raise Refused("minor_without_consent", words)
    lacks = missing(plan, parts)
    if lacks:
        words = _("Before it goes out, say: %(what)s.") % {"what": "; ".join(lacks)}
        raise Refused("plan_incomplete", words, missing=lacks)


def _open_file(kol: Kol) -> Kol:
    """The file, locked before the plan: nobody departs or is archived between the check and the write."""
    current = Kol.objects.select_for_update(of=("self",)).select_related("team").get(pk=kol.pk)
    if current.is_archived:
        raise Refused("kol_archived", _("The file is archived; restore it first."))
    if current.stage == Stage.DEPARTED:
        raise Refused(
            "kol_departed", _("%(name)s has departed: no plan can be made.") % {"name": current.name}
        )
    return current


def _check(plan: CooperationPlan, kol: Kol, parts: Sequence[CooperationPart]) -> None:
    """Everything wrong with the plan and its parts at once. Raises ``ValidationError``."""
    wrong: dict[str, Any] = cooperation_parts.errors_of(lambda: plan.clean_fields(exclude=NOT_FACTS))
    if plan.starts_on and plan.ends_on and plan.ends_on < plan.starts_on:
        wrong["ends_on"] = [_("The period ends before it starts.")]
    if plan.candidate is not None and plan.candidate.kol_id != kol.pk:
        wrong["candidate"] = [_("There is no such row.")]
    wrong |= cooperation_parts.problems(kol, parts)
    if wrong:
        raise ValidationError(wrong)
