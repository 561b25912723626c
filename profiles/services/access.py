"""The one way from an id in a request to a file: not visible is a 404, visible but forbidden a 403 (DOMAIN 2.2)."""

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404
from django.utils.translation import gettext as _

from kol_crm.core.models import Team, User
from profiles.models import Kol
from profiles.models.querysets import VIEW


def kol_or_404(user, pk: UUID, action: str = VIEW, queryset=None) -> Kol:
    """The file, if ``user`` may do ``action`` on it. Raises ``Http404`` or ``PermissionDenied``."""
    files = Kol.objects.all() if queryset is None else queryset
    kol = files.visible_to(user, action).filter(pk=pk).first()
    if kol is not None:
        return kol
    if action != VIEW and Kol.objects.visible_to(user).filter(pk=pk).exists():
        raise PermissionDenied(_("You may see this file but not do this."))
    raise Http404


def owners_for(user) -> QuerySet[User]:
    """Whom ``user`` may make the owner of a file: people of the own team, of the teams below for managers, any for admins."""
    people = User.objects.filter(is_active=True, team__isnull=False).exclude(role=User.Role.FINANCE)
    if user.is_admin:
        return people
    if user.is_manager and user.team_id:
        return people.filter(team__in=Team.objects.tree_of(user.team))
    return people.filter(team=user.team_id)


def may(user, kol: Kol, action: str) -> bool:
    """Whether ``user`` may do ``action`` on this file: what a page asks before it shows a button."""
    return Kol.objects.visible_to(user, action).filter(pk=kol.pk).exists()


def owners_for(user: User) -> QuerySet[User]:
    """To whom ``user`` may give a file: operators within their team, managers within theirs and those below."""
    owners = User.objects.filter(is_active=True, role__in=(User.Role.OPERATOR, User.Role.MANAGER))
    owners = owners.exclude(team=None).order_by("display_name", "username")
    match user.role:
        case User.Role.ADMIN:
            return owners
        case User.Role.MANAGER if user.team_id:
            return owners.filter(team__in=Team.objects.tree_of(user.team))
        case User.Role.OPERATOR if user.team_id:
            return owners.filter(team=user.team_id)
    return owners.none()


def may_leave_unowned(user: User) -> bool:
    """Nobody's file lies with the team until someone claims it: a manager's decision."""
    return user.role in (User.Role.MANAGER, User.Role.ADMIN)


def demand_owner(user: User | None, owner: User | None) -> None:
    """Raise ``ValidationError`` keyed ``owner`` unless ``user`` (None: the system) may give a file to ``owner``."""
    if user is None or owner == user:
        return
    allowed = may_leave_unowned(user) if owner is None else owners_for(user).filter(pk=owner.pk).exists()
    if not allowed:
        raise ValidationError({"owner": _("You cannot give a file to this person.")})
