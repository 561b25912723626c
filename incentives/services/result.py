"""Results of campaigns: entered many at once, taken back by a later row, never edited (DOMAIN 6.5)."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import prefetch_related_objects
from django.utils.translation import gettext as _

from incentives.models import Campaign, Participant, Result
from incentives.rules import result_key
from incentives.services import campaign as campaigns
from kol_crm.core import copying, day_range, history, installation, money
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
FIGURES = result_key.FIGURES
MOST = 2_000
Problems = dict[str, list[str]]


def enter(actor: Actor, campaign: Campaign, rows: Sequence[Mapping[str, Any]]) -> list[Result]:
    """What participants brought: all of the rows or none. A row of one day needs only ``last_on``.

    Of a participant, days and source each figure stands once (DOMAIN 3.4): the same again changes nothing and
    gives what stands; another is a later row that takes the earlier back. A fixed number of queries.

    Raises ``PermissionDenied``, ``ValidationError`` keyed ``rows.0.new_users``.
    """
    if not rows or len(rows) > MOST:
        words = _("Enter from one to %(most)d results.") % {"most": MOST}
        raise ValidationError({"rows": words})
    with transaction.atomic():
        current = campaigns.locked(actor, campaign)
        told: list[Result] = []
        problems: Problems = {}
        seen = _seen(actor, current)
        for place, values in enumerate(rows):
            history.only_facts(values, FACTS)
            row = _row(actor, values)
            problems |= {
                f"rows.{place}.{name}": words for name, words in _problems(actor, current, row, seen).items()
            }
            told.append(row)
        if problems:
            raise ValidationError(problems)
        prefetch_related_objects([row.participant for row in told], "kol")  # the history names them
        return _write(actor, current, told)


def _write(actor: Actor, campaign: Campaign, told: Sequence[Result]) -> list[Result]:
    first, last = min(row.last_on for row in told), max(row.last_on for row in told)
    rows = Result.objects.standing().filter(participant__campaign=campaign, last_on__range=(first, last))
    standing: dict[result_key.Key, list[Result]] = defaultdict(list)
    for row in rows.select_related("participant__kol").order_by("at", "id"):
        standing[result_key.of(row)].append(row)
    made: list[Result] = []
    answer = []
    for row in told:
        same = standing[result_key.of(row)]
        if (unchanged := result_key.stands(row, same)) is not None:
            answer.append(unchanged)
            continue
        replaced = result_key.replaced(row, same)
        made += [_taking_back(actor, one) for one in replaced]
        result_key.keep_others(row, replaced)
        standing[result_key.of(row)] = [*(one for one in same if one not in replaced), row]
        made.append(row)
        answer.append(row)
    copying.insert(made)
    history.record_many(
        actor, [(row.participant_id, row, {"": (None, history.snapshot(row))}) for row in made]
    )
    return answer


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
        return history.create(actor, _taking_back(actor, result), root=participant.pk)


def _taking_back(actor: Actor, result: Result) -> Result:
    facts = {name: getattr(result, name) for name in FACTS}
    return Result(takes_back=result, at=actor.at, user=actor.user, **facts)


def _row(actor: Actor, values: Mapping[str, Any]) -> Result:
    found = {name: value for name, value in values.items() if value not in (None, "")}
    if "last_on" in found:
        found.setdefault("first_on", found["last_on"])
    if "paid_amount" in found:
        found["currency"] = str(found.get("currency") or installation.currency()).upper()
    else:
        found.pop("currency", None)
    return Result(**found, at=actor.at, user=actor.user)


def _problems(actor: Actor, campaign: Campaign, row: Result, seen: set[UUID]) -> Problems:
    """What is wrong with it, by field."""
    if row.participant_id not in seen:
        return {"participant": [_("They take no part in this campaign.")]}
    try:
        row.clean_fields(exclude=["participant", "takes_back", "user"])
        day_range.demand(first_on=row.first_on, last_on=row.last_on)
    except ValidationError as error:
        return error.message_dict
    return _wrong_days(actor, row) or _wrong_figures(campaign, row)


def _seen(actor: Actor, campaign: Campaign) -> set[UUID]:
    """Who takes part, of those whose file the actor sees."""
    rows = Participant.objects.all() if actor.user is None else Participant.objects.visible_to(actor.user)
    return set(rows.filter(campaign=campaign).values_list("pk", flat=True))


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
