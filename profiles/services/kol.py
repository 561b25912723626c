"""The verbs of the KOL file: create, edit, archive, restore, claim (DOMAIN 3.1, 3.2, 3.12–3.14)."""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from kol_crm.core import copying, history, policy
from kol_crm.core.actor import Actor
from kol_crm.core.errors import Refused
from kol_crm.core.extension import ExtensionPoint
from kol_crm.core.making import make
from kol_crm.core.models import Team
from profiles.models import Kol
from profiles.services import (
    access,
    agency,
    attribute,
    birthday,
    catalogue,
    contact,
    naming,
    next_due,
    parts,
)

born: ExtensionPoint[Callable[[Actor, Sequence[Kol]], None]] = ExtensionPoint("born")
woken: ExtensionPoint[Callable[[Actor, Sequence[Kol]], None]] = ExtensionPoint("woken")
changed: ExtensionPoint[Callable[[Actor, Collection[UUID]], None]] = ExtensionPoint("changed")


class Given(NamedTuple):
    """A file with its new owner, if any, and the key of the user whose it was; None: nobody's."""

    kol: Kol
    giver: int | None


# In the transaction of the change, many files at once.
given: ExtensionPoint[Callable[[Actor, Sequence[Given]], None]] = ExtensionPoint("given to another owner")
# Files stand in another team, with the same owner: in the transaction of the change, many at once.
moved: ExtensionPoint[Callable[[Actor, Collection[UUID]], None]] = ExtensionPoint("moved to another team")

FACTS = (
    "name",
    "name_other",
    "alias",
    "gender",
    *birthday.COLUMNS,
    "city",
    "zone",
    "language",
    "introduction",
    "likes",
    "dislikes",
    "character",
    "family",
    "minor",
    "guardian_consent_on",
    "type",
    "credentials",
    "good_at",
    "agency",
    "how_met",
    "owner",
    "touch_interval",
)
NAMES = {"name", "name_other", "alias"}
# What moves planned dates.
SHIFTING = {
    *birthday.COLUMNS,
    "zone",
    "owner",
    "minor",
    "guardian_consent_on",
    "quiet_cause",
    "archived_at",
    "touch_interval",
}


def set_figures(kol_id: UUID, **columns: Any) -> None:
    """Write figure columns (DOMAIN 3.13): for the owning app's verb, in the transaction of the fact."""
    Kol.objects.filter(pk=kol_id).update(**columns)


def set_figures_of(figures: Mapping[UUID, Mapping[str, Any]]) -> None:
    """The set form of ``set_figures``: the same columns of many files, in one statement."""
    columns = next(iter(figures.values()), {}).keys()
    copying.update([make(Kol, id=kol, **values) for kol, values in figures.items()], columns)


def create(
    actor: Actor,
    values: Mapping[str, Any],
    *,
    contacts: Sequence[Mapping[str, Any]] = (),
    accounts: Sequence[Mapping[str, Any]] = (),
    fields: Sequence[tuple[Any, int]] = (),
    tags: Sequence[str] = (),
    quotes: Sequence[Mapping[str, Any]] = (),
) -> Kol:
    """A new file with everything that hangs on it, in one transaction.

    Without ``owner`` it belongs to whoever creates it; ``agency`` may be a name. Raises ``ValidationError``
    keyed by field; of a list, by ``contacts.0.value`` and so on.
    """
    values, attributes = attribute.split(values)
    owner = values.pop("owner", actor.user)
    team = values.pop("team", None) or team_of(owner)
    handles = [account.get("handle") or account.get("title", "") for account in accounts]
    with transaction.atomic(), policy.held(), history.gathered(actor):
        contact.lock(None, contacts)
        attribute.demand_required(actor, attributes)
        _name_agency(actor, values)
        catalogue.demand_offered("type", [values.get("type")])
        kol = Kol(
            owner=owner,
            team=team,
            created_at=actor.at,
            dormant=owner is None or actor.door == "import",
            **values,
        )
        next_due.begin(actor, [kol])
        kol.full_clean()
        _set(kol, naming.columns(kol, handles) | birthday.columns(kol, actor.at))
        copying.insert([kol])
        history.record(actor, kol.pk, kol, {"": (None, history.snapshot(kol))})
        if attributes:
            attribute.put(actor, kol, attributes)
        parts.fill(actor, kol, contacts=contacts, accounts=accounts, fields=fields, tags=tags, quotes=quotes)
        tell_born(actor, [kol])
    return kol


def team_of(owner) -> Team:
    """The team a file stands in: its owner's; without one, the top team."""
    if owner is not None and owner.team_id:
        return owner.team
    return Team.objects.filter(parent=None).order_by("id")[0]


def edit(
    actor: Actor,
    kol: Kol,
    changes: Mapping[str, Any],
    version: int | None,
    *,
    fields: Sequence[tuple[Any, int]] | None = None,
    tags: Sequence[str] | None = None,
    contacts: Sequence[Mapping[str, Any]] | None = None,
    accounts: Sequence[Mapping[str, Any]] | None = None,
    quotes: Sequence[Mapping[str, Any]] | None = None,
) -> Kol:
    """Save changed facts, and whole lists where given, in one conditional update on the version.

    Attributes are facts too, named ``attr_<key>``. ``agency`` may be a name; an operator gives the file only
    within the team (DOMAIN 2.1).
    Raises ``Conflict`` with nothing written, ``ValidationError`` keyed by field.
    """
    changes, attributes = attribute.split(changes)
    history.only_facts(changes, FACTS)
    with transaction.atomic(), next_due.asked_once():
        contact.lock(kol, contacts or ())
        current = history.locked(kol, version)
        _name_agency(actor, changes)
        catalogue.demand_offered("type", [changes.get("type")], {current.type_id})
        if "owner" in changes and changes["owner"] != current.owner:
            access.demand_owner(actor.user, changes["owner"])
            if changes["owner"] is not None and changes["owner"].pk == current.staff_user_id:
                raise ValidationError({"owner": _("This colleague is the KOL: they do not see the file.")})
            if changes["owner"] is not None and changes["owner"].team_id:
                changes["team"] = changes["owner"].team
        saved = history.save(
            actor, current, changes, None, derive=lambda row: _derived(row, set(changes), actor)
        )
        replaced = parts.replace(
            actor, saved, contacts=contacts, accounts=accounts, fields=fields, tags=tags, quotes=quotes
        )
        replaced |= attribute.put(actor, saved, attributes)
        if replaced:
            if saved.version == current.version:
                saved = history.touch_version(saved, None)
            refresh_names(saved)
        if "owner" in changes:
            wake(actor, saved)
            if saved.owner_id != current.owner_id:
                tell_given(actor, [Given(saved, current.owner_id)])
        if SHIFTING & set(changes):
            tell(actor, [kol.pk])
    return saved


def _name_agency(actor: Actor, values: dict[str, Any]) -> None:
    """An agency given by its name is looked up, or made."""
    if isinstance(values.get("agency"), str):
        values["agency"] = agency.named(actor, values["agency"]) if values["agency"].strip() else None


def _derived(kol: Kol, changed_facts: set[str], actor: Actor) -> dict[str, Any]:
    """The columns that follow from changed facts."""
    derived: dict[str, Any] = {}
    if NAMES & changed_facts:
        derived |= naming.columns(kol, handles=naming.handles_of(kol))
    if {*birthday.COLUMNS, "zone"} & changed_facts:
        derived |= birthday.columns(kol, actor.at)
    return derived


def refresh_names(kol: Kol) -> None:
    """Search columns again after names or handles changed."""
    columns = naming.columns(kol, handles=naming.handles_of(kol))
    _set(kol, columns)
    set_figures(kol.pk, **columns)


def archive(actor: Actor, kol: Kol, version: int | None) -> Kol:
    """Into the trash: hidden, no jobs, stage kept, restorable (DOMAIN 1.7)."""
    saved = history.save(actor, kol, {"archived_at": actor.at}, version)
    tell(actor, [kol.pk])
    return saved


def restore(actor: Actor, kol: Kol, version: int | None = None) -> Kol:
    """Out of the trash, with everything that hung on it."""
    saved = history.save(actor, kol, {"archived_at": None, "trash_over": False}, version)
    tell(actor, [kol.pk])
    return saved


def claim(actor: Actor, kol: Kol) -> Kol:
    """Become the owner of an unowned file (DOMAIN 3.14). Raises ``Refused`` when somebody was faster."""
    with transaction.atomic():
        current = history.locked(kol, None)
        if current.owner_id is not None:
            raise Refused("already_owned", _("This file has an owner: %(owner)s.") % {"owner": current.owner})
        saved = history.save(
            actor, current, {"owner": actor.user, "team": actor.person.team or current.team}, None
        )
        wake(actor, saved)
        tell(actor, [kol.pk])
    return saved


def claim_many(actor: Actor, kol_ids: Collection[UUID]) -> int:
    """Claim every unowned file among these that the actor may claim; how many it were."""
    with transaction.atomic():
        free = Kol.objects.visible_to(actor.user, "claim").filter(pk__in=kol_ids)
        free = list(free.select_for_update(of=("self",)).order_by("pk"))
        for kol in free:
            claim(actor, kol)
    return len(free)


def wake(actor: Actor, kol: Kol) -> None:
    """An imported file wakes once it is owned and first touched: from now on it has dates (DOMAIN 3.14)."""
    if kol.dormant and kol.owner_id and kol.last_touch_at:
        set_figures(kol.pk, dormant=False)
        kol.dormant = False
        for begin in woken:
            begin(actor, [kol])


def _set(kol: Kol, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        setattr(kol, name, value)


def tell_given(actor: Actor, files: Sequence[Given]) -> None:
    """These files went from one owner to another."""
    for listener in given:
        listener(actor, files)


def tell_moved(actor: Actor, kol_ids: Collection[UUID]) -> None:
    """These files went with their owner into another team."""
    for listener in moved:
        listener(actor, kol_ids)


def tell_born(actor: Actor, kols: Sequence[Kol]) -> None:
    """These files are new, written with all that hangs on them: what they begin with follows."""
    for begin in born:
        begin(actor, kols)


def tell(actor: Actor, kol_ids: Collection[UUID]) -> None:
    for listener in changed:
        listener(actor, kol_ids)
    next_due.refresh(kol_ids)
