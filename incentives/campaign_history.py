"""What was changed in a campaign and about who takes part in it, in words (DOMAIN 3.12)."""

from typing import Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db.models import Q
from django.utils.translation import gettext as _

from incentives.models import Campaign, Dispute, Invitation, Participant, Ruling
from kol_crm.core import trail
from kol_crm.core.models import Change

SHOWN = 200
NOT_TOLD = ("position", "team", "guard", "at")


def told(campaign: Campaign, user) -> list[trail.Told]:
    """Newest first; of participants, invitations and disputes only those of files that ``user`` sees."""
    seen = Participant.objects.visible_to(user).filter(campaign=campaign)
    names = dict(seen.values_list("pk", "kol__name"))
    invited = Invitation.objects.visible_to(user).filter(campaign=campaign)
    disputes = Dispute.objects.filter(invitation__in=invited)
    rulings = Ruling.objects.filter(dispute__in=disputes)
    shown = ~Q(model__in=[model._meta.label_lower for model in (Invitation, Dispute, Ruling)])
    for rows in (invited, disputes, rulings):
        shown |= Q(model=rows.model._meta.label_lower, row__in=rows.order_by().values("pk"))
    rows = Change.objects.filter(shown, root__in=[campaign.pk, *names]).exclude(field__in=NOT_TOLD)
    return trail.newest(rows, SHOWN, names, _what, _value)


def _what(change: Change) -> Any:
    model = apps.get_model(change.model)
    if not change.field:
        return model._meta.verbose_name
    if change.field == "invitations":
        return _("Invitations taken in")
    try:
        return model._meta.get_field(change.field).verbose_name
    except FieldDoesNotExist:
        return change.field


def _value(change: Change, value: Any) -> str:
    """Choices by their words, linked rows by their name, a row that came or went by what tells of it."""
    if isinstance(value, dict):
        named = ("label", "name", "what", "code", "says", "reason", "new_users", "paid_amount", "joined_on")
        return str(next((value[name] for name in named if value.get(name)), ""))
    model = None if change.field == "invitations" else apps.get_model(change.model)
    return trail.plain(model, change.field, value)
