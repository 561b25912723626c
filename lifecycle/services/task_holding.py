"""The open tasks of who leaves or changes team: they go to the one who takes over (DOMAIN 2.4)."""

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from kol_crm.core import history
from kol_crm.core.actor import Actor
from kol_crm.core.models import User
from kol_crm.core.services.user import Holding
from lifecycle.models import Task
from profiles.models import Kol


def _held(user: User) -> QuerySet[Task]:
    return Task.objects.open().filter(assignee=user)


def _unseen(user: User) -> QuerySet[Task]:
    return _held(user).exclude(Q(kol=None) | Q(kol__in=Kol.objects.known_to(user)))


def hand_over(actor: Actor, user: User, receiver: User) -> None:
    """All of them: nobody else would do them."""
    rows = list(_held(user).select_related("assignee").order_by("pk"))
    history.record_many(actor, [(row.root, row, history.put(row, {"assignee": receiver})) for row in rows])
    Task.objects.filter(pk__in=[row.pk for row in rows]).update(assignee=receiver)


def take_along(actor: Actor, user: User) -> None:
    """Those about files out of sight go to who looks after these files; their own go along."""
    rows = list(_unseen(user).filter(kol__owner__isnull=False).select_related("kol__owner", "assignee"))
    owners = [(row, row.kol.owner) for row in rows if row.kol]
    for row, owner in owners:
        history.record(actor, row.root, row, history.put(row, {"assignee": owner}))
        Task.objects.filter(pk=row.pk).update(assignee=owner)


TASKS = Holding(
    label=_("Tasks"),
    count=lambda user: _held(user).count(),
    hand_over=hand_over,
    take_along=take_along,
    unseen=lambda user: _unseen(user).count(),
)
