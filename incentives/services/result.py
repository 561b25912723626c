"""Results of campaigns: entered many at once, taken back by a later row, never edited (DOMAIN 6.5)."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from incentives.models import Campaign, Participant, Result
from incentives.services import campaign as campaigns
from kol_crm.core import day_range, history, installation, money
from kol_crm.core.actor import Actor
from kol_crm.core.errors import Refused
from lifecycle.days import installation_day
from profiles.services import taking_back

FACTS = (
    "participant",
    "first_on",
    "last_on",
    "new_users",
    "active_users",
    "paid_amount",
    "currency",
    "source",
)
FIGURES = ("new_users", "active_users", "paid_amount")
MOST = 2_000
Problems = dict[str, list[str]]


def enter(actor: Actor, campaign: Campaign, rows: Sequence[Mapping[str, Any]]) -> list[Result]:
    """What participants brought: all of the rows or none. A row of one day needs only ``last_on``.

    Raises ``PermissionDenied``, ``ValidationError`` keyed ``rows.0.new_users``.
    """
    if not rows or len(rows) > MOST:
        words = _("Enter from one to %(most)d results.") % {"most": MOST}
        raise ValidationError({"rows": words})
    with transaction.atomic():
        current = campaigns.locked(actor, campaign)
        made: list[Result] = []
        problems: Problems = {}
        for place, values in enumerate(rows):
            history.only_facts(values, FACTS)
            row = _row(actor, values)
            problems |= {
                f"rows.{place}.{name}": told for name, told in _problems(actor, current, row).items()
            }
            made.append(row)
        if problems:
            raise ValidationError(problems)
        for row in made:
            history.create(actor, row, root=row.participant_id)
    return made


def take_back(actor: Actor, result: Result) -> Result:
    """A later row that takes this one back, by its author within 10 minutes, or by a manager (3.12).

    Raises ``PermissionDenied``, ``Refused`` (``too_late``, ``taken_back``).
    """
    participant = result.participant
    with transaction.atomic():
        campaigns.locked(actor, participant.campaign)
        taking_back.demand(actor, participant.kol, result.user_id, result.at)
        if result.takes_back_id or Result.objects.filter(takes_back=result).exists():
            raise Refused("taken_back", _("It was taken back already."))
        row = Result(
            participant=participant,
            takes_back=result,
            at=actor.at,
            user=actor.user,
            **{name: getattr(result, name) for name in FACTS if name != "participant"},
        )
        history.create(actor, row, root=participant.pk)
    return row


def _row(actor: Actor, values: Mapping[str, Any]) -> Result:
    found = {name: value for name, value in values.items() if value not in (None, "")}
    if "last_on" in found:
        found.setdefault("first_on", found["last_on"])
    if "paid_amount" in found:
        found["currency"] = str(found.get("currency") or installation.currency()).upper()
    else:
        found.pop("currency", None)
    return Result(**found, at=actor.at, user=actor.user)


def _problems(actor: Actor, campaign: Campaign, row: Result) -> Problems:
    """What is wrong with it, by field."""
    if row.participant_id is None or row.participant.campaign_id != campaign.pk:
        return {"participant": [_("They take no part in this campaign.")]}
    if actor.user is not None and not _seen(actor, row.participant):
        return {"participant": [_("They take no part in this campaign.")]}
    try:
        row.full_clean(validate_unique=False, validate_constraints=False)
        day_range.demand(first_on=row.first_on, last_on=row.last_on)
    except ValidationError as error:
        return error.message_dict
    return _wrong_days(actor, row) or _wrong_figures(campaign, row)


def _seen(actor: Actor, participant: Participant) -> bool:
    return Participant.objects.visible_to(actor.user).filter(pk=participant.pk).exists()


def _wrong_days(actor: Actor, row: Result) -> Problems:
    today: date = installation_day(actor.at)
    if row.last_on < row.first_on:
        return {"last_on": [_("It ends before it begins.")]}
    if row.last_on > today:
        return {"last_on": [_("This cannot lie in the future.")]}
    return {}


def _wrong_figures(campaign: Campaign, row: Result) -> Problems:
    if all(getattr(row, name) is None for name in FIGURES):
        return {"new_users": [_("Enter at least one figure.")]}
    if campaign.is_contest and row.new_users is not None:
        return {"new_users": [_("In a contest new users are counted by their codes.")]}
    if row.paid_amount is None:
        return {}
    if problem := money.problem_of_currency(row.currency):
        return {"currency": [problem]}
    if problem := money.problem_of_amount(row.paid_amount, row.currency):
        return {"paid_amount": [problem]}
    return {}
