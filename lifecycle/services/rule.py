"""Rules and who knows them: written in versions, told, acknowledged, each taken back (DOMAIN 5.10, 3.12)."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from kol_crm.core import history, rights
from kol_crm.core.actor import Actor
from kol_crm.core.errors import Refused
from lifecycle import knowing
from lifecycle.models import Rule, RuleFact, RuleLink, RuleVersion, Violation
from lifecycle.models.rule import CONTENT
from profiles.models import Kol, TouchChannel
from profiles.models.querysets import EDIT
from profiles.services import access, next_due, taking_back

Kind = RuleFact.Kind
FACTS = frozenset({*CONTENT, "retired"})


def create(actor: Actor, values: Mapping[str, Any]) -> Rule:
    """A new rule, in force at once. Raises ``PermissionDenied``, ``ValidationError`` keyed by field."""
    _demand_right(actor)
    history.only_facts(values, frozenset(CONTENT))
    with transaction.atomic():
        rule = history.create(actor, Rule(**values, created_at=actor.at))
        _keep(actor, rule)
    return rule


def edit(actor: Actor, rule: Rule, changes: Mapping[str, Any], version: int | None = None) -> Rule:
    """Other words or another severity are a new version, to be told anew; ``retired`` ends or revives it.

    Raises ``PermissionDenied``, ``Conflict``, ``ValidationError`` keyed by field.
    """
    _demand_right(actor)
    history.only_facts(changes, FACTS)
    with transaction.atomic():
        current = history.locked(rule, version)
        differs = any(getattr(current, name) != changes.get(name, getattr(current, name)) for name in CONTENT)
        number = current.number + 1 if differs else current.number
        saved = history.save(actor, current, changes, None, derive=lambda _row: {"number": number})
        if differs:
            _keep(actor, saved)
    return saved


def _keep(actor: Actor, rule: Rule) -> None:
    content = {name: getattr(rule, name) for name in CONTENT}
    RuleVersion.objects.create(rule=rule, number=rule.number, at=actor.at, user=actor.user, **content)


def tell(
    actor: Actor,
    kol: Kol,
    channel: str,
    versions: Iterable[RuleVersion] | None = None,
    at: datetime | None = None,
) -> list[RuleFact]:
    """The KOL was told these versions (all in force that they had not been told), by the actor.

    Raises ``PermissionDenied``, ``Refused`` (``nothing_to_tell``, ``archived``), ``ValidationError`` keyed
    ``channel`` or ``at``.
    """
    return _write(actor, kol, Kind.TOLD, channel, versions, at)


def acknowledge(
    actor: Actor,
    kol: Kol,
    channel: str,
    versions: Iterable[RuleVersion] | None = None,
    at: datetime | None = None,
) -> list[RuleFact]:
    """The KOL agreed to these versions (all in force that are still open), as the operator records it.

    Whoever acknowledges was told. Raises as ``tell``.
    """
    return _write(actor, kol, Kind.ACKNOWLEDGED, channel, versions, at)


def _write(
    actor: Actor,
    kol: Kol,
    kind: str,
    channel: str,
    versions: Iterable[RuleVersion] | None,
    at: datetime | None,
) -> list[RuleFact]:
    if channel not in TouchChannel.values:
        raise ValidationError({"channel": _("Choose how.")})
    if at is not None and at > actor.at + timedelta(minutes=5):
        raise ValidationError({"at": _("This cannot lie in the future.")})
    with transaction.atomic():
        current = locked(actor, kol)
        chosen = None if versions is None else {one.pk for one in versions}
        missing = [
            one
            for one in RuleVersion.objects.current().without(current.pk, kind)
            if chosen is None or one.pk in chosen
        ]
        if not missing:
            raise Refused("nothing_to_tell", _("There is no rule in force that is still open for them."))
        if too_early := [one for one in missing if at is not None and at < one.at]:
            words = {"rule": too_early[0].title}
            raise ValidationError({"at": _("“%(rule)s” was not in force then.") % words})
        return put(actor, current, kind, missing, channel, at=at)


def put(
    actor: Actor,
    kol: Kol,
    kind: str,
    versions: Sequence[RuleVersion],
    channel: str,
    *,
    at: datetime | None = None,
    link: RuleLink | None = None,
) -> list[RuleFact]:
    """Write the facts down, under the lock of the file; an acknowledgement tells what was untold."""
    kinds = {kind: list(versions)}
    if kind == Kind.ACKNOWLEDGED:
        untold = RuleVersion.objects.filter(pk__in=[one.pk for one in versions]).without(kol.pk, Kind.TOLD)
        kinds = {Kind.TOLD: list(untold), kind: list(versions)}
    rows = [
        RuleFact(
            kol=kol,
            rule_version=one,
            kind=name,
            at=at or actor.at,
            channel=channel,
            link=link,
            user=actor.user,
            written_at=actor.at,
        )
        for name, those in kinds.items()
        for one in those
    ]
    RuleFact.objects.bulk_create(rows)
    next_due.refresh([kol.pk])
    return rows


def take_back(actor: Actor, fact: RuleFact) -> RuleFact:
    """A later row that points at it; by its author within 10 minutes, or by a manager (DOMAIN 3.12).

    What was told by an acknowledgement is taken back with it. Raises ``PermissionDenied``, ``Refused``
    (``already_taken_back``, ``too_late``, ``relied_on`` where a penalty stands on it).
    """
    with transaction.atomic():
        kol = locked(actor, fact.kol)
        fact = RuleFact.objects.get(pk=fact.pk)
        if fact.takes_back_id or RuleFact.objects.filter(takes_back=fact).exists():
            raise Refused("already_taken_back", _("This was taken back already."))
        taking_back.demand(actor, kol, fact.user_id, fact.written_at)
        together = RuleFact.objects.standing().filter(
            kol=kol, rule_version=fact.rule_version_id, written_at=fact.written_at, user=fact.user_id
        )
        rows = list(together) if fact.kind == Kind.ACKNOWLEDGED else [fact]
        if any(one.kind == Kind.TOLD for one in rows) and _is_relied_on(kol, fact):
            raise Refused("relied_on", _("A penalty stands on it: it would have punished what was not told."))
        for one in rows:
            RuleFact.objects.create(
                kol=kol,
                rule_version_id=one.rule_version_id,
                kind=one.kind,
                at=one.at,
                channel=one.channel,
                user=actor.user,
                written_at=actor.at,
                takes_back=one,
            )
        next_due.refresh([kol.pk])
    return fact


def _is_relied_on(kol: Kol, fact: RuleFact) -> bool:
    return Violation.objects.all().penalised().filter(kol=kol, told=fact.rule_version_id).exists()


def locked(actor: Actor, kol: Kol) -> Kol:
    """The file locked; right and state are asked under the lock."""
    current: Kol = history.locked(kol, None)
    access.demand(actor.user, current, EDIT, _("Only its owner or a manager can do this."))
    if current.is_archived:
        raise Refused("archived", _("The file is archived."))
    return current


def due_dates(files: QuerySet) -> QuerySet:
    """What it hands in for next due: when the rules in force should be acknowledged."""
    return knowing.due_dates(files)


def _demand_right(actor: Actor) -> None:
    if actor.user is not None:
        rights.demand(actor.user, rights.edits_policy)
