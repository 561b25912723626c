"""Who may do what with the installation itself (DOMAIN 2.1, opening paragraph on policy)."""

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from kol_crm.core.models import User


def edits_users(user: User) -> bool:
    """Users and teams are the admins'."""
    return user.is_admin


def edits_policy(user: User) -> bool:
    """Policy is edited by the managers of the top team, and by admins."""
    return user.is_admin or (user.is_manager and user.team is not None and user.team.parent_id is None)


def works_in_a_team(user: User) -> bool:
    """Operators and managers with a team have a queue, and somebody who can stand in."""
    return user.team is not None and user.role in (User.Role.OPERATOR, User.Role.MANAGER)


def sets_robots(user: User) -> bool:
    """Robots of group chats are set up by admins, and by managers for their teams."""
    return user.is_admin or (user.is_manager and user.team is not None)


def edits_attributes(user: User) -> bool:
    """What a file asks for beside its own fields is the admins'."""
    return user.is_admin


def anybody(_user: User) -> bool:
    """Whoever is logged in."""
    return True


def demand(user: User, right) -> None:
    """Raise ``PermissionDenied`` unless the user has the right (a function of this module)."""
    if not right(user):
        raise PermissionDenied(_("This is set by admins or by managers of the top team."))
