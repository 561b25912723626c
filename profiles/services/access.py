"""From an id in a request to a file: not visible is a 404, visible but forbidden a 403 (DOMAIN 2.2)."""

from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Q, QuerySet
from django.http import Http404
from django.utils.translation import gettext as _

from kol_crm.core.errors import Moved
from kol_crm.core.models import Team, User
from profiles.models import Agency, Kol
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
    """The file, if ``user`` may do ``action`` on it. Raises ``Http404`` or ``PermissionDenied``.

    A file that was merged raises ``Moved`` for those who see the one that stands for both.
    """
    files = Kol.objects.all() if queryset is None else queryset
    try:
        return row_or_404(files, user, pk, action, _("You may see this file but not do this."))
    except Http404:
        survivor = survivor_of(pk)
        if survivor is None or not Kol.objects.visible_to(user).filter(pk=survivor).exists():
            raise
    raise Moved(pk, survivor)


def survivor_of(pk: UUID) -> UUID | None:
    """The file that stands for a merged one, through all merges; None for a file that stands for itself."""
    found: UUID | None = None
    while into := Kol.objects.filter(pk=found or pk).values_list("merged_into", flat=True).first():
        found = into
    return found


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


def readers_of(kol: Kol) -> QuerySet[User]:
    """Who sees this file and may work with it: its team's operators, the managers above, admins."""
    roles = User.Role
    above = [key for key in kol.team.path.split("/") if key]
    seeing = (
        Q(role=roles.ADMIN) | Q(role=roles.MANAGER, team__in=above) | Q(role=roles.OPERATOR, team=kol.team_id)
    )
    people = User.objects.filter(seeing, is_active=True)
    if kol.staff_user_id is not None:
        people = people.exclude(pk=kol.staff_user_id)
    return people.order_by("display_name", "username")


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


def may_create_agency(user: User) -> bool:
    """An operator names an agency on a file; one without any file only managers would see."""
    return user.role in (User.Role.MANAGER, User.Role.ADMIN) and may_create(user)


def agency_or_404(user: User, pk: UUID, action: str = VIEW) -> Agency:
    """The agency, if ``user`` may do ``action`` on a file of it; else 404, or 403."""
    refusal = _("You may see this agency but not do this.")
    return row_or_404(Agency.objects.all(), user, pk, action, refusal)
