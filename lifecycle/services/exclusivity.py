"""The exclusivity register: noted with evidence, reminded of, renewed, ended in advance (DOMAIN 5.6)."""

from collections.abc import Mapping, Sequence
from copy import copy
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kol_crm.core import day_range, history, policy
from kol_crm.core.actor import Actor
from kol_crm.core.errors import Refused
from kol_crm.core.shapes import Numbers
from lifecycle.days import installation_day
from lifecycle.models import Exclusivity, ExclusivityFile
from lifecycle.services import proof
from lifecycle.services import rule as rules
from profiles.models import Attachment, Kol
from profiles.services import birthday, note

FACTS = frozenset({"scope", "channels", "kinds", "starts_on", "ends_on", "evidence", "links"})
TERM = frozenset({"starts_on", "ends_on"})
BEFORE = policy.declare(
    "exclusivity_reminder_days",
    [60, 30, 7],
    gettext_lazy("Remind before an exclusivity ends"),
    gettext_lazy("days"),
    section=policy.RHYTHM,
    shape=Numbers(0, 365, 5),
    help=gettext_lazy("Several days with commas between; 0 is the last day itself."),
)


def record(
    actor: Actor,
    kol: Kol,
    values: Mapping[str, Any],
    attachments: Sequence[Attachment] = (),
    uploads: Sequence[proof.Upload] = (),
) -> Exclusivity:
    """Put an exclusivity on the file, with its evidence.

    Raises ``PermissionDenied``, ``Refused`` (``archived``, ``minor_without_consent``), ``ValidationError``
    keyed by field.
    """
    history.only_facts(values, FACTS)
    with transaction.atomic():
        current = rules.locked(actor, kol)
        return _insert(actor, Exclusivity(kol=current, **values), attachments, uploads)


def edit(
    actor: Actor,
    exclusivity: Exclusivity,
    changes: Mapping[str, Any],
    attachments: Sequence[Attachment] | None = None,
    version: int | None = None,
    uploads: Sequence[proof.Upload] = (),
) -> Exclusivity:
    """Change it while it was not ended in advance; ``attachments`` replace those that stand.

    Another end plans its reminders anew. Raises as ``record``, besides ``Conflict``, ``Refused``
    (``wrong_state``).
    """
    history.only_facts(changes, FACTS)
    with transaction.atomic():
        current = _at(actor, exclusivity, version)
        draft = copy(current)
        for name, value in changes.items():
            setattr(draft, name, value)
        kept = proof.standing(current) if attachments is None else list(attachments)
        kept += proof.take_in(actor, current.kol, uploads)
        _check(draft, kept)
        moved = any(getattr(draft, name) != getattr(current, name) for name in TERM)
        derive = _derived(actor) if moved and not current.renewal else None
        saved = note.save(actor, current, changes, None, derive=derive)
        proof.put(actor, saved, lambda one: ExclusivityFile(exclusivity=saved, attachment=one), kept)
    return saved


def remove(actor: Actor, exclusivity: Exclusivity, version: int | None = None) -> None:
    """Noted by mistake. Raises ``Refused`` (``in_use``) once a breach of it was seen or it was renewed."""
    with transaction.atomic():
        current = _at(actor, exclusivity, version)
        if current.sightings.exists() or current.renewal is not None:
            raise Refused("in_use", _("A breach of it was seen, or it was renewed: end it instead."))
        note.drop(actor, current)


def renew(
    actor: Actor,
    exclusivity: Exclusivity,
    ends_on: date,
    values: Mapping[str, Any] | None = None,
    version: int | None = None,
    uploads: Sequence[proof.Upload] = (),
) -> Exclusivity:
    """It goes on from the day after its end until ``ends_on``, with ``values`` where something is different.

    The paper that proves it is a new one: words, links or uploads. Raises as ``record``, and ``Refused``
    (``renewed``, ``wrong_state``).
    """
    given = dict(values or {})
    history.only_facts(given, FACTS)
    with transaction.atomic():
        current = _at(actor, exclusivity, version)
        if current.renewal is not None:
            raise Refused("renewed", _("It was renewed already."))
        kept = {name: getattr(current, name) for name in ("scope", "channels", "kinds")}
        term = {"starts_on": current.ends_on + timedelta(days=1), "ends_on": ends_on}
        proven = {"evidence": "", "links": []}
        row = Exclusivity(kol=current.kol, **{**kept, **proven, **given, **term})
        made = _insert(actor, row, (), uploads, renews=current)
        note.save(actor, current, {"due_on": None}, None)
    return made


def end(
    actor: Actor, exclusivity: Exclusivity, why: str, on: date | None = None, version: int | None = None
) -> Exclusivity:
    """Ended in advance, today unless told, and why. ``on`` is the last day on which it bound them.

    Raises ``Refused`` (``wrong_state``, ``over``), ``Conflict``, ``ValidationError`` keyed ``why`` or ``on``.
    """
    day = installation_day(actor.at)
    last = on or day
    with transaction.atomic():
        current = _at(actor, exclusivity, version)
        if current.ends_on <= day:
            raise Refused("over", _("It is over by itself."))
        problems = {}
        if not why.strip():
            problems["why"] = _("Say why.")
        if last > day:
            problems["on"] = _("This day is ahead: change its end instead.")
        elif not min(current.starts_on, day) <= last < current.ends_on:
            problems["on"] = _("Choose a day within its term, before its end.")
        if problems:
            raise ValidationError(problems)
        changes = {"ended_on": last, "ended_why": why.strip(), "ended_by": actor.user}
        return note.save(actor, current, changes, None, derive=lambda _row: {"due_on": None})


def seen(actor: Actor, exclusivity: Exclusivity, version: int | None = None) -> Exclusivity:
    """The reminder that stands was seen: the next one comes. Raises ``Refused`` (``not_due``)."""
    day = installation_day(actor.at)
    with transaction.atomic():
        current = _at(actor, exclusivity, version)
        if current.due_on is None or current.due_on > day:
            raise Refused("not_due", _("No reminder of it stands."))
        coming = current.next_reminder(day + timedelta(days=1), days_before())
        return note.save(actor, current, {"due_on": coming}, None)


def days_before() -> list[int]:
    return policy.current().get(BEFORE)


def _insert(
    actor: Actor,
    row: Exclusivity,
    attachments: Sequence[Attachment],
    uploads: Sequence[proof.Upload],
    **derived: Any,
) -> Exclusivity:
    files = [*attachments, *proof.take_in(actor, row.kol, uploads)]
    _check(row, files)
    for name, value in derived.items():
        setattr(row, name, value)
    row = note.add(actor, row, **(_derived(actor)(row) if row.ends_on else {}))
    proof.put(actor, row, lambda one: ExclusivityFile(exclusivity=row, attachment=one), files)
    return row


def _derived(actor: Actor) -> history.Derive:
    """The first reminder that is still to come; one that fell on an earlier day is not made up for."""
    day, before = installation_day(actor.at), days_before()
    return lambda row: {"due_on": row.next_reminder(day, before)}


def _check(row: Exclusivity, attachments: Sequence[Attachment]) -> None:
    """Who is under age is bound to nothing without the guardian's consent (DOMAIN 3.1)."""
    day_range.demand(starts_on=row.starts_on, ends_on=row.ends_on)
    if row.starts_on is not None and birthday.needs_consent(row.kol, row.starts_on):
        words = _("Under age: no exclusivity without the guardian’s consent on file.")
        raise Refused("minor_without_consent", words)
    if wrong := proof.problems(row, attachments):
        raise ValidationError(wrong)


def _at(actor: Actor, exclusivity: Exclusivity, version: int | None) -> Exclusivity:
    """The file, then the row, locked in this order everywhere."""
    kol = rules.locked(actor, exclusivity.kol)
    current: Exclusivity = history.locked(exclusivity, version)
    if current.ended_on is not None:
        raise Refused("wrong_state", _("It was ended in advance."))
    current.kol = kol
    return current


def due_dates(files: QuerySet) -> QuerySet:
    return note.dates(Exclusivity.objects.open(), "due_on", files)
