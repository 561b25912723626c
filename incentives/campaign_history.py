"""What was changed in a campaign and about who takes part in it, in words (DOMAIN 3.12)."""

from typing import Any, NamedTuple

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db.models import Q
from django.utils.translation import gettext as _

from incentives.models import Campaign, Dispute, Invitation, Participant, Ruling
from kol_crm.core.models import Change

SHOWN = 200
NOT_TOLD = ("position", "team", "guard", "at")


class Told(NamedTuple):
    """One change: when, by whom, about whom, what, before and after."""

    at: Any
    by: Any
    about: str
    what: Any
    before: str
    after: str


def told(campaign: Campaign, user) -> list[Told]:
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
    rows = rows.select_related("change_set__user").order_by("-at", "-pk")[:SHOWN]
    return [
        Told(
            change.at,
            change.change_set.user or _("System"),
            names.get(change.root, ""),
            _what(change),
            _value(change, change.before),
            _value(change, change.after),
        )
        for change in rows
    ]


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
    if change.field and change.field != "invitations":
        model = apps.get_model(change.model)
        choices = dict(getattr(model._meta.get_field(change.field), "flatchoices", ()))
        if value in choices:
            return str(choices[value])
    match value:
        case None:
            return ""
        case bool():
            return _("yes") if value else _("no")
    return str(value)
