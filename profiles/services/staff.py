"""A KOL who is a colleague too: that user does not see the file (DOMAIN 2.1)."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from kol_crm.core import history
from kol_crm.core.actor import Actor
from kol_crm.core.models import User
from profiles.models import Kol
from profiles.models.querysets import EDIT
from profiles.services import access


def may_set(user: User) -> bool:
    """It takes a file out of a colleague's sight: a manager's decision."""
    return user.is_manager or user.is_admin


def colleagues_for(user: User) -> QuerySet[User]:
    """Who a KOL may be found to be: an admin's all, a manager's teams; never oneself."""
    people = User.objects.filter(is_active=True).exclude(pk=user.pk)
    people = people if user.is_admin else people.filter(team__in=access.teams_for(user))
    return people.order_by("display_name", "username")


def set_person(actor: Actor, kol: Kol, person: User | None, version: int | None = None) -> Kol:
    """Say that the KOL is this colleague, or none.

    Raises ``ValidationError`` keyed ``staff_user``, ``PermissionDenied``, ``Conflict``.
    """
    with transaction.atomic():
        current = history.locked(kol, version)
        access.demand(actor.user, current, EDIT, _("You may see this file but not do this."))
        if actor.user is not None and not may_set(actor.user):
            raise PermissionDenied(_("Only a manager says that a KOL is a colleague."))
        if person is not None and person.pk != current.staff_user_id:
            _check(actor, current, person)
        return history.save(actor, current, {"staff_user": person}, None)


def _check(actor: Actor, kol: Kol, person: User) -> None:
    if actor.user is not None and not colleagues_for(actor.user).filter(pk=person.pk).exists():
        raise ValidationError({"staff_user": _("Choose one of those you work with.")})
    if kol.owner_id == person.pk:
        raise ValidationError({"staff_user": _("They own this file: give it to somebody else first.")})
    if Kol.objects.filter(staff_user=person).exclude(pk=kol.pk).exists():
        raise ValidationError({"staff_user": _("Another file stands for this colleague already.")})
