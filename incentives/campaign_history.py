"""What was changed in a campaign and about who takes part in it, in words (DOMAIN 3.12)."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db.models import QuerySet
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
    """Newest first; what is about participants, disputes too, only where ``user`` sees the file."""
    seen = Participant.objects.visible_to(user).filter(campaign=campaign)
    names = dict(seen.values_list("pk", "kol__name"))
    rows = Change.objects.filter(root__in=[campaign.pk, *names]).exclude(field__in=NOT_TOLD)
    for unseen in _unseen(campaign, user):
        rows = rows.exclude(row__in=unseen.values("pk"))
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


def _unseen(campaign: Campaign, user) -> Iterator[QuerySet]:
    """Invitations of participants out of sight, and what was said and ruled about them."""
    seen = Invitation.objects.visible_to(user).filter(campaign=campaign)
    others = Invitation.objects.filter(campaign=campaign).exclude(pk__in=seen.values("pk"))
    yield others
    yield Dispute.objects.filter(invitation__in=others)
    yield Ruling.objects.filter(dispute__invitation__in=others)


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
