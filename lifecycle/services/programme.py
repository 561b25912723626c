"""The verbs of the programme: create, edit, start, close (DOMAIN 4.3)."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from kol_crm.core import history
from kol_crm.core.actor import Actor
from kol_crm.core.errors import Refused
from kol_crm.core.extension import ExtensionPoint
from kol_crm.core.models import User
from lifecycle.models import Candidate, Programme, ProgrammeField
from profiles.models import Field
from profiles.models.querysets import EDIT, VIEW
from profiles.services import access, next_due

State = Programme.State
# what follows when it is said what became of a candidate, in that transaction: (actor, candidate)
on_decision: ExtensionPoint[Callable[[Actor, Candidate], None]] = ExtensionPoint("candidate decided")
FACTS = ("name", "purpose", "deeds", "success", "starts_on", "ends_on", "target", "owner")
NEEDED = ("purpose", "deeds")
MOST_FIELDS = 10


def may(user: User | None, programme: Programme, action: str = VIEW) -> bool:
    """Whether ``user`` (None: the system) may do it."""
    return user is None or Programme.objects.visible_to(user, action).filter(pk=programme.pk).exists()


def demand(actor: Actor, programme: Programme, action: str) -> None:
    """Raise ``PermissionDenied`` unless the actor may do it."""
    if not may(actor.user, programme, action):
        raise PermissionDenied(_("You may see this programme but not do this."))


def create(actor: Actor, values: Mapping[str, Any], fields: Sequence[Field] = ()) -> Programme:
    """A new draft; its owner is the actor where none is given, its team the owner's.

    Raises ``ValidationError`` keyed by field.
    """
    history.only_facts(values, FACTS)
    values = {"owner": actor.user, **values}
    programme = Programme(created_at=actor.at, **values)
    _check_owner(actor, programme)
    _check_period(programme)
    with transaction.atomic():
        history.create(actor, programme)
        _put_fields(actor, programme, fields)
    return programme


def edit(
    actor: Actor,
    programme: Programme,
    changes: Mapping[str, Any],
    fields: Sequence[Field] | None = None,
    version: int | None = None,
) -> Programme:
    """Save changed facts and, where given, the whole set of fields.

    What is live keeps a purpose and expected deeds. Raises ``PermissionDenied``, ``Conflict``, ``Refused``
    (``programme_closed``), ``ValidationError`` keyed by field; nothing is written then.
    """
    history.only_facts(changes, FACTS)
    with transaction.atomic():
        current = history.locked(programme, version)
        demand(actor, current, EDIT)
        demand_open(current)
        for name, value in changes.items():
            setattr(current, name, value)
        if "owner" in changes:
            _check_owner(actor, current)
            changes = {**changes, "team": current.team}
        _check_period(current)
        if current.state == State.LIVE:
            _demand_plan(current)
        saved = history.save(actor, programme, changes, None)
        if fields is not None and _put_fields(actor, saved, fields) and saved.version == current.version:
            saved = history.touch_version(saved, None)
    return saved


def start(actor: Actor, programme: Programme, version: int | None = None) -> Programme:
    """draft → live: outreach may begin. Raises ``ValidationError`` keyed ``purpose``, ``deeds``."""
    with transaction.atomic():
        current = history.locked(programme, version)
        demand(actor, current, EDIT)
        if current.state != State.DRAFT:
            raise Refused("programme_state", _("The outreach of this programme has started already."))
        _demand_plan(current)
        started = history.save(
            actor, current, {"state": State.LIVE}, None, derive=lambda _row: {"started_at": actor.at}
        )
        next_due.refresh(list(current.candidates.open().values_list("kol", flat=True)))
    return started


def close(
    actor: Actor,
    programme: Programme,
    outcomes: Mapping[UUID, tuple[str, str]],
    version: int | None = None,
) -> Programme:
    """Close it with an outcome (and a note) for every candidate who has none yet.

    Raises ``ValidationError`` keyed ``outcomes.<candidate>`` for each that is missing or unknown.
    """
    with transaction.atomic():
        current = history.locked(programme, version)
        demand(actor, current, EDIT)
        demand_open(current)
        waiting = list(current.candidates.open().standing().order_by("entered_at", "pk"))
        problems = {
            f"outcomes.{one.pk}": _("Say what became of this candidate.")
            for one in waiting
            if outcomes.get(one.pk, ("", ""))[0] not in Candidate.Outcome.values
        }
        if problems:
            raise ValidationError(problems)
        for one in waiting:
            outcome, note = outcomes[one.pk]
            put_outcome(actor, one, outcome, note)
        return history.save(
            actor, current, {"state": State.CLOSED}, None, derive=lambda _row: {"closed_at": actor.at}
        )


def put_outcome(actor: Actor, candidate: Candidate, outcome: str, note: str) -> Candidate:
    """What became of a candidate; it ends their outreach. The caller has checked right and state."""
    decided = history.save(
        actor,
        candidate,
        {"outcome": outcome, "outcome_note": note.strip(), "in_outreach": False},
        None,
        derive=lambda row: {
            "outcome_at": actor.at if outcome else None,
            "reviewed_at": row.reviewed_at or actor.at,
        },
    )
    for follow in on_decision:
        follow(actor, decided)
    next_due.refresh([candidate.kol_id])
    return decided


def demand_open(programme: Programme) -> None:
    """Raise ``Refused`` (``programme_closed``) for one that is closed."""
    if programme.state == State.CLOSED:
        raise Refused("programme_closed", _("The programme is closed."))


def _demand_plan(programme: Programme) -> None:
    """Outreach with an empty purpose or plan of deeds does not run."""
    words = {
        "purpose": _("Outreach needs a purpose."),
        "deeds": _("Outreach needs the deeds that are expected."),
    }
    problems = {name: words[name] for name in NEEDED if not getattr(programme, name).strip()}
    if problems:
        raise ValidationError(problems)


def _check_owner(actor: Actor, programme: Programme) -> None:
    """Somebody with a team, whom the actor may give work to; the programme stands in their team."""
    owner = programme.owner if programme.owner_id else None
    if owner is None or owner.team is None:
        raise ValidationError({"owner": _("Choose somebody who is in a team.")})
    access.demand_owner(actor.user, owner)
    programme.team = owner.team


def _check_period(programme: Programme) -> None:
    if programme.starts_on and programme.ends_on and programme.ends_on < programme.starts_on:
        raise ValidationError({"ends_on": _("The period ends before it starts.")})


def _put_fields(actor: Actor, programme: Programme, fields: Sequence[Field]) -> bool:
    """The whole set of its fields, in their order; whether anything changed."""
    wanted = list(dict.fromkeys(field.pk for field in fields))
    if len(wanted) > MOST_FIELDS:
        raise ValidationError({"fields": _("At most %(most)d fields.") % {"most": MOST_FIELDS}})
    standing = {row.field_id: row for row in programme.programme_fields.select_related("field")}
    if list(standing) == wanted:
        return False
    by_key = {field.pk: field for field in fields}
    for key, row in standing.items():
        if key not in by_key:
            history.remove(actor, row, root=programme.pk)
    for position, key in enumerate(wanted):
        if key in standing:
            history.save_child(actor, standing[key], {"position": position}, root=programme.pk)
        else:
            row = ProgrammeField(programme=programme, field=by_key[key], position=position)
            history.create(actor, row, root=programme.pk)
    return True
