"""Violations: recorded with evidence, decided, appealed; never lighter for a KOL (DOMAIN 5.10)."""

from collections.abc import Collection, Mapping, Sequence
from copy import copy
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kol_crm.core import history, policy
from kol_crm.core.actor import Actor
from kol_crm.core.errors import Refused
from kol_crm.core.score import Score
from kol_crm.core.shapes import Number, Table
from lifecycle import knowing
from lifecycle.models import Severity, Violation, ViolationFile
from lifecycle.rules import penalty as ladders
from lifecycle.services import penalty, proof
from lifecycle.services import rule as rules
from profiles.models import Attachment, Kol
from profiles.services import next_due, note

State = Violation.State
FACTS = frozenset({"rule", "happened_at", "what", "evidence", "links"})
STEPS = 5
LADDER = policy.declare(
    "penalty_ladder",
    {str(step): step for step in range(1, STEPS + 1)},
    gettext_lazy("The ladder: severity proposed for the same rule"),
    gettext_lazy("1 warning – 5 terminated"),
    section=knowing.CONDUCT,
    shape=Table(
        {
            str(step): (label, Number(1, 5))
            for step, label in enumerate(
                (
                    gettext_lazy("The first time"),
                    gettext_lazy("The second time"),
                    gettext_lazy("The third time"),
                    gettext_lazy("The fourth time"),
                    gettext_lazy("From the fifth time on"),
                ),
                1,
            )
        }
    ),
    help=gettext_lazy("Where the rule names more for an ordinary user, that is proposed."),
)
DECIDE_IN = policy.declare(
    "violation_days",
    7,
    gettext_lazy("A violation, or an appeal, is decided within"),
    gettext_lazy("days"),
    section=knowing.CONDUCT,
    shape=Number(1, 90),
)


def record(
    actor: Actor,
    kol: Kol,
    values: Mapping[str, Any],
    attachments: Sequence[Attachment] = (),
    uploads: Sequence[proof.Upload] = (),
) -> Violation:
    """Put a violation on the file, with evidence in words, by links, by attachments of the file or uploads.

    Raises ``PermissionDenied``, ``Refused`` (``archived``), ``ValidationError`` keyed by field.
    """
    history.only_facts(values, FACTS)
    with transaction.atomic():
        current = rules.locked(actor, kol)
        row = Violation(kol=current, **values)
        files = [*attachments, *proof.take_in(actor, current, uploads)]
        _check(actor, row, files)
        row = note.add(actor, row, **_derived(row), due_on=_due(actor))
        proof.put(actor, row, lambda one: ViolationFile(violation=row, attachment=one), files)
        next_due.refresh([current.pk])
    return row


def edit(
    actor: Actor,
    violation: Violation,
    changes: Mapping[str, Any],
    attachments: Sequence[Attachment] | None = None,
    version: int | None = None,
    uploads: Sequence[proof.Upload] = (),
) -> Violation:
    """Change it while it is undecided; ``attachments`` replace those that stand.

    Raises as ``record``, besides ``Conflict`` and ``Refused`` (``wrong_state``).
    """
    history.only_facts(changes, FACTS)
    with transaction.atomic():
        current = _at(actor, violation, version, (State.OPEN,))
        draft = copy(current)
        for name, value in changes.items():
            setattr(draft, name, value)
        kept = proof.standing(current) if attachments is None else list(attachments)
        kept += proof.take_in(actor, current.kol, uploads)
        _check(actor, draft, kept)
        saved = note.save(actor, current, changes, None, derive=_derived)
        proof.put(actor, saved, lambda one: ViolationFile(violation=saved, attachment=one), kept)
    return saved


def remove(actor: Actor, violation: Violation, version: int | None = None) -> None:
    """Noted by mistake: taken off while it is undecided; it stays in the history."""
    with transaction.atomic():
        note.drop(actor, _at(actor, violation, version, (State.OPEN,)))


def penalise(
    actor: Actor,
    violation: Violation,
    severity: int,
    why: str,
    version: int | None = None,
    until: date | None = None,
) -> Violation:
    """Decide on a penalty, and start what it brings: ``services.penalty``. ``until`` is the last day of a
    stop or a suspension.

    Raises ``Refused`` (``not_told``, ``wrong_state``), ``Conflict``, ``ValidationError`` keyed ``severity``
    (lighter than for an ordinary user), ``until`` or ``why``, ``PermissionDenied``: only a manager
    terminates (DOMAIN 5.6).
    """
    if severity not in Severity.values:
        raise ValidationError({"severity": _("Choose the penalty.")})
    if severity == Severity.TERMINATED and actor.user is not None and not _is_manager(actor):
        raise PermissionDenied(_("Only a manager terminates."))
    with transaction.atomic():
        current = _at(actor, violation, version, (State.OPEN,))
        told, ordinary = _measure(current)
        if told is None:
            words = _("It happened before this rule was told to them: it cannot be penalised.")
            raise Refused("not_told", words)
        if severity < ordinary:
            words = _("An ordinary user gets “%(penalty)s” for it: never lighter for a KOL.")
            raise ValidationError({"severity": words % {"penalty": Severity(ordinary).label}})
        penalty.demand_term(actor, severity, until)
        reason = _said(why, "why", _("Say why."))
        changes = {
            "state": State.PENALISED,
            "severity": severity,
            "why": reason,
            "decided_by": actor.user,
            "decided_at": actor.at,
        }
        derived = {
            "told": told,
            "ordinary": ordinary,
            "proposed": int(proposal(current).value or ordinary),
            "level": current.kol.level,
            "due_on": None,
            "move": penalty.start(actor, current, severity, reason, until),
        }
        return note.save(actor, current, changes, None, derive=lambda _row: derived)


def dismiss(actor: Actor, violation: Violation, why: str, version: int | None = None) -> Violation:
    """It was none, and why. Raises ``Refused``, ``Conflict``, ``ValidationError`` keyed ``why``."""
    with transaction.atomic():
        current = _at(actor, violation, version, (State.OPEN,))
        changes = {
            "state": State.UNFOUNDED,
            "why": _said(why, "why", _("Say why.")),
            "decided_by": actor.user,
            "decided_at": actor.at,
        }
        return note.save(actor, current, changes, None, derive=lambda _row: {"due_on": None})


def appeal(actor: Actor, violation: Violation, grounds: str, version: int | None = None) -> Violation:
    """The KOL appeals, once. Raises ``Refused``, ``Conflict``, ``ValidationError`` keyed ``grounds``."""
    with transaction.atomic():
        current = _at(actor, violation, version, (State.PENALISED,))
        changes = {
            "state": State.APPEALED,
            "grounds": _said(grounds, "grounds", _("Say what they bring forward.")),
            "appealed_at": actor.at,
        }
        return note.save(actor, current, changes, None, derive=lambda _row: {"due_on": _due(actor)})


def uphold(actor: Actor, violation: Violation, answer: str, version: int | None = None) -> Violation:
    """The penalty stands. By somebody else than who decided on it. Raises as ``overturn``."""
    return _answer(actor, violation, State.UPHELD, answer, version)


def overturn(actor: Actor, violation: Violation, answer: str, version: int | None = None) -> Violation:
    """The penalty is void: it counts for no ladder, and what it started is taken back. By somebody else
    than who decided on it; a termination by a manager.

    Raises ``PermissionDenied``, ``Refused``, ``Conflict``, ``ValidationError`` keyed ``answer``.
    """
    return _answer(actor, violation, State.OVERTURNED, answer, version)


def _answer(actor: Actor, violation: Violation, state: str, answer: str, version: int | None) -> Violation:
    with transaction.atomic():
        current = _at(actor, violation, version, (State.APPEALED,))
        if not may_answer(actor.person, current):
            raise PermissionDenied(_("Somebody else than who decided on the penalty answers the appeal."))
        reason = _said(answer, "answer", _("Say why."))
        if state == State.OVERTURNED:
            penalty.take_back(actor, current, reason)
        changes = {
            "state": state,
            "answer": reason,
            "answered_by": actor.user,
            "answered_at": actor.at,
        }
        return note.save(actor, current, changes, None, derive=lambda _row: {"due_on": None})


def may_answer(user, violation: Violation) -> bool:
    """Whether the appeal may be answered by this person: nobody judges their own decision."""
    return user.pk != violation.decided_by_id


def proposal(violation: Violation) -> Score:
    """The ladder's proposal with its parts, by the penalties for the same rule that stand."""
    earlier = Violation.objects.penalised().filter(kol=violation.kol_id, rule=violation.rule_id)
    _told, ordinary = _measure(violation)
    ladder = policy.current().get(LADDER)
    steps = [ladder[str(step)] for step in range(1, STEPS + 1)]
    return ladders.propose(earlier.exclude(pk=violation.pk).count(), ordinary, steps)


def _measure(violation: Violation):
    """Of the rule what they had been told by then, and what an ordinary user got on that day."""
    told = knowing.told_by(violation.kol, violation.rule_id, violation.happened_at)
    held = knowing.in_force_at(violation.rule_id, violation.happened_at)
    return told, held.severity if held else violation.rule.severity


def was_told(violation: Violation) -> bool:
    return knowing.told_by(violation.kol, violation.rule_id, violation.happened_at) is not None


def _derived(row: Violation) -> dict[str, Any]:
    if row.happened_at is None or row.rule_id is None:
        return {}  # refused at its field
    return {"told": knowing.told_by(row.kol, row.rule_id, row.happened_at)}


def _check(actor: Actor, row: Violation, attachments: Sequence[Attachment]) -> None:
    problems = proof.problems(row, attachments)
    if row.happened_at and row.happened_at > actor.at + timedelta(minutes=5):
        problems["happened_at"] = _("This cannot lie in the future.")
    if problems:
        raise ValidationError(problems)


def _at(actor: Actor, violation: Violation, version: int | None, states: Collection[str]) -> Violation:
    """The file, then the row, locked in this order everywhere; right, version and state are checked."""
    kol = rules.locked(actor, violation.kol)
    current: Violation = history.locked(violation, version)
    if current.state not in states:
        raise Refused("wrong_state", _("It stands at “%(state)s”.") % {"state": current.get_state_display()})
    current.kol = kol
    return current


def _said(words: str, name: str, problem: str) -> str:
    if not words.strip():
        raise ValidationError({name: problem})
    return words.strip()


def _due(actor: Actor) -> date:
    return note.installation_day(actor) + timedelta(days=policy.current().get(DECIDE_IN))


def _is_manager(actor: Actor) -> bool:
    return actor.user is not None and (actor.user.is_manager or actor.user.is_admin)


def due_dates(files: QuerySet) -> QuerySet:
    return note.dates(Violation.objects.open(), "due_on", files)
