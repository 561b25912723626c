"""Campaigns that users own: handed over whole when they leave or change team (DOMAIN 2.4)."""

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from incentives.models import Campaign
from kol_crm.core import history
from kol_crm.core.actor import Actor
from kol_crm.core.models import Team, User
from kol_crm.core.services.user import Holding


def _of(user: User) -> QuerySet[Campaign]:
    return Campaign.objects.open().filter(owner=user)


def _give(actor: Actor, user: User, owner: User, team: Team | None) -> None:
    for campaign in _of(user).select_related("team").order_by("pk"):
        history.save(actor, campaign, {"owner": owner, "team": team or campaign.team}, None)


def hand_over(actor: Actor, user: User, receiver: User) -> None:
    """They stand in the receiver's team from now on; ended ones stay with who ended them."""
    _give(actor, user, receiver, receiver.team)


def take_along(actor: Actor, user: User) -> None:
    """They follow their owner into the new team."""
    _give(actor, user, user, user.team)


CAMPAIGNS = Holding(
    label=_("Campaigns"),
    count=lambda user: _of(user).count(),
    hand_over=hand_over,
    take_along=take_along,
    unseen=lambda user: _of(user).exclude(pk__in=Campaign.objects.visible_to(user)).count(),
)
