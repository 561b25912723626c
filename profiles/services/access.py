"""From an id in a request to a file: not visible is a 404, visible but forbidden a 403 (DOMAIN 2.2)."""

from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import Http404
from django.utils.translation import gettext as _

from kol_crm.core.models import Team, User
from profiles.models import Kol
from profiles.models.querysets import VIEW


def row_or_404(rows, user: User, pk: UUID, action: str, refusal: str) -> Any:
    """The row of ``rows`` (a queryset with ``visible_to``), if ``user`` may do ``action`` on its file.

    Raises ``Http404``, or ``PermissionDenied`` with the words of ``refusal`` where it may be seen.
    """
    row = rows.visible_to(user, action).filter(pk=pk).first()
    if row is not None:
        return row
    if action != VIEW and rows.model.objects.visible_to(user).filter(pk=pk).exists():
        raise PermissionDenied(refusal)
    raise Http404


def kol_or_404(user: User, pk: UUID, action: str = VIEW, queryset=None) -> Kol:
    """The file, if ``user`` may do ``action`` on it. Raises ``Http404`` or ``PermissionDenied``."""
    files = Kol.objects.all() if queryset is None else queryset
    return row_or_404(files, user, pk, action, _("You may see this file but not do this."))


def may(user: User, kol: Kol, action: str) -> bool:
    """Whether ``user`` may do ``action`` on this file: what a page asks before it shows a button."""
    return Kol.objects.visible_to(user, action).filter(pk=kol.pk).exists()


def demand(user: User | None, kol: Kol, action: str, refusal: str) -> None:
    """Raise ``PermissionDenied`` with these words unless ``user`` (None: the system) may do it."""
    if user is not None and not may(user, kol, action):
        raise PermissionDenied(refusal)


def may_create(user: User) -> bool:
    """Whoever works with files: not finance, and nobody outside the teams but admins (DOMAIN 2.1)."""
    return user.role != User.Role.FINANCE and (user.team_id is not None or user.role == User.Role.ADMIN)


def teams_for(user: User) -> QuerySet[Team]:
    """The teams whose files ``user`` sees."""
    match user.role:
        case User.Role.ADMIN:
            return Team.objects.all()
        case User.Role.MANAGER if user.team_id:
            return Team.objects.tree_of(user.team)
        case User.Role.OPERATOR if user.team_id:
            return Team.objects.filter(pk=user.team_id)
    return Team.objects.none()


def owners_for(user: User) -> QuerySet[User]:
    """To whom ``user`` may give a file: operators in their team, managers in theirs and those below."""
    owners = User.objects.filter(is_active=True, role__in=(User.Role.OPERATOR, User.Role.MANAGER))
    return owners.filter(team__in=teams_for(user)).order_by("display_name", "username")


def may_leave_unowned(user: User) -> bool:
    """Nobody's file lies with the team until someone claims it: a manager's decision."""
    return user.role in (User.Role.MANAGER, User.Role.ADMIN)


def demand_owner(user: User | None, owner: User | None) -> None:
    """Refuse at ``owner`` unless ``user`` (None: the system) may give a file to that person."""
    if user is None or owner == user:
        return
    allowed = may_leave_unowned(user) if owner is None else owners_for(user).filter(pk=owner.pk).exists()
    if not allowed:
        raise ValidationError({"owner": _("You cannot give a file to this person.")})
