"""Being away: who stands in, from when to when (DOMAIN 2.4)."""

from datetime import date, timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from kol_crm.core import history, rights
from kol_crm.core.actor import Actor
from kol_crm.core.models import Absence, Team, User

LONGEST = timedelta(days=366)


def deputies_for(user: User) -> QuerySet[User]:
    """Who may stand in: colleagues of the team, and the managers of it and of the teams above."""
    if user.team is None:
        return User.objects.none()
    above = Team.objects.filter(pk__in=[part for part in user.team.path.split("/") if part])
    colleagues = Q(team=user.team, role__in=(User.Role.OPERATOR, User.Role.MANAGER))
    managers = Q(team__in=above, role=User.Role.MANAGER)
    found = User.objects.filter(colleagues | managers, is_active=True).exclude(pk=user.pk)
    return found.order_by("display_name", "username")


def begin(actor: Actor, user: User, deputy: User, starts_on: date, ends_on: date, day: date) -> Absence:
    """Say that ``user`` is away; ``day`` is today. Oneself, or an admin for somebody else.

    Raises ``ValidationError`` keyed by field, also where the days run into another absence.
    """
    _demand(actor, user)
    if not deputies_for(user).filter(pk=deputy.pk).exists():
        raise ValidationError({"deputy": _("Choose a colleague of the team or a manager above it.")})
    if ends_on < day:
        raise ValidationError({"ends_on": _("Choose a day that is still to come.")})
    if ends_on - starts_on > LONGEST:
        raise ValidationError({"ends_on": _("An absence lasts a year at most.")})
    with transaction.atomic():
        User.objects.select_for_update().get(pk=user.pk)
        others = Absence.objects.filter(user=user, starts_on__lte=ends_on, ends_on__gte=starts_on)
        if others.exists():
            raise ValidationError({"starts_on": _("These days run into another absence.")})
        row = Absence(user=user, deputy=deputy, starts_on=starts_on, ends_on=ends_on)
        history.create(actor, row, root=history.identity(user.pk))
        User.objects.filter(pk__in=(user.pk, deputy.pk)).update(covers=True)
    return row


def end(actor: Actor, absence: Absence, day: date) -> None:
    """Back: the absence ends yesterday, or never was when it had not begun."""
    _demand(actor, absence.user)
    root = history.identity(absence.user_id)
    with transaction.atomic():
        current = history.locked(absence, None)
        if current.starts_on >= day:
            history.remove(actor, current, root=root)
        elif current.ends_on >= day:
            history.save_child(actor, current, {"ends_on": day - timedelta(days=1)}, root=root)
        refresh_marks((current.user_id, current.deputy_id), day)


def refresh_marks(user_ids, day: date) -> None:
    """``covers`` of these users as of a day: whether an absence of theirs, or as deputy, is not over."""
    open_ones = Absence.objects.filter(ends_on__gte=day)
    concerned = {pk for pair in open_ones.values_list("user_id", "deputy_id") for pk in pair}
    User.objects.filter(pk__in=set(user_ids) & concerned).update(covers=True)
    User.objects.filter(pk__in=set(user_ids) - concerned).update(covers=False)


def _demand(actor: Actor, user: User) -> None:
    if actor.user is not None and actor.user.pk != user.pk and not rights.edits_users(actor.user):
        raise PermissionDenied(_("Only they themselves or an admin say that they are away."))
