"""Rows of which a user is the owner, handed over whole when they leave or change team (DOMAIN 2.4)."""

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet

from kol_crm.core import history
from kol_crm.core.actor import Actor
from kol_crm.core.models import Team, User
from kol_crm.core.services.user import Holding


def of_team(label: Any, rows: Callable[[User], QuerySet], owner: str = "owner") -> Holding:
    """``rows(user)`` name the user in ``owner`` and stand in a ``team``: that of whoever they are given to.

    There are few of them: each is saved, and recorded, on its own.
    """

    def give(actor: Actor, user: User, receiver: User, team: Team | None) -> None:
        for row in rows(user).select_related("team").order_by("pk"):
            history.save(actor, row, {owner: receiver, "team": team or row.team}, None)

    def unseen(user: User) -> int:
        found = rows(user)
        seen: Any = found.model._default_manager
        return found.exclude(pk__in=seen.visible_to(user)).count()

    return Holding(
        label=label,
        count=lambda user: rows(user).count(),
        hand_over=lambda actor, user, receiver: give(actor, user, receiver, receiver.team),
        take_along=lambda actor, user: give(actor, user, user, user.team),
        unseen=unseen,
    )
