"""The team tree: add, rename, move; every path below follows (DOMAIN 2.1)."""

from collections.abc import Callable

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Value
from django.db.models.functions import Concat, Substr
from django.utils.translation import gettext as _

from kol_crm.core import history, rights
from kol_crm.core.actor import Actor
from kol_crm.core.extension import ExtensionPoint
from kol_crm.core.models import Team

DEEPEST = 15
# Told once a team hangs below another one, with all under it: who may see its files are others now.
moved: ExtensionPoint[Callable[[Actor, Team], None]] = ExtensionPoint("teams that moved")


def add(actor: Actor, name: str, parent: Team) -> Team:
    """A team below another. Raises ``ValidationError`` keyed by field."""
    _demand(actor)
    with transaction.atomic():
        above = Team.objects.select_for_update().get(pk=parent.pk)
        _demand_room(above, 0)
        team = Team(name=name, parent=above)
        team.path = f"{above.path}{team.pk}/"
        return history.create(actor, team)


def edit(actor: Actor, team: Team, name: str, parent: Team | None, version: int | None) -> Team:
    """Rename, or hang below another team with all under it. Raises ``Conflict``, ``ValidationError``."""
    _demand(actor)
    with transaction.atomic():
        list(Team.objects.select_for_update().order_by("pk").values_list("pk"))  # the tree, in one order
        current = history.locked(team, version)
        changes: dict = {"name": name}
        if parent is not None or current.parent_id is not None:
            changes["parent"] = _place(current, parent)
        saved = history.save(actor, current, changes, None)
        above = saved.parent.path if saved.parent else ""
        path = f"{above}{saved.pk}/"
        if path != saved.path:
            below = Team.objects.filter(path__startswith=saved.path)
            below.update(path=Concat(Value(path), Substr("path", len(saved.path) + 1)))
            saved.path = path
            for listener in moved:
                listener(actor, saved)
    return saved


def _place(team: Team, parent: Team | None) -> Team:
    if team.parent_id is None:
        raise ValidationError({"parent": _("The top team stays on top.")})
    above = Team.objects.filter(pk=parent.pk).first() if parent else None
    if above is None:
        raise ValidationError({"parent": _("Choose the team above.")})
    if above.path.startswith(team.path):
        raise ValidationError({"parent": _("A team cannot stand below itself.")})
    depths = Team.objects.tree_of(team).values_list("path", flat=True)
    _demand_room(above, max(path.count("/") for path in depths) - team.path.count("/"))
    return above


def _demand_room(above: Team, below: int) -> None:
    if above.path.count("/") + 1 + below > DEEPEST:
        raise ValidationError({"parent": _("Teams stand at most %(n)s deep.") % {"n": DEEPEST}})


def _demand(actor: Actor) -> None:
    if actor.user is not None:
        rights.demand(actor.user, rights.edits_users)
