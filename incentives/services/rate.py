"""Putting down what a currency is worth from a day on (DOMAIN 6.3)."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from incentives.models import ExchangeRate
from kol_crm.core import history, installation, money
from kol_crm.core.actor import Actor
from kol_crm.core.models import User

FACTS = ("currency", "day", "rate", "note")


def add(actor: Actor, values: Mapping[str, Any]) -> ExchangeRate:
    """A rate into the installation's currency with its source; of two of one day the later counts. What was
    entered before keeps the rate it was written with.

    Raises ``PermissionDenied``, ``ValidationError`` keyed by field.
    """
    if not may_add(actor.user):
        raise PermissionDenied(_("Rates are kept by managers and finance."))
    history.only_facts(values, FACTS)
    row = ExchangeRate(**values, base=installation.currency(), author=actor.user, created_at=actor.at)
    row.currency, row.note = (row.currency or "").upper(), row.note.strip()
    wrong: dict[str, Any] = {}
    try:
        row.clean_fields()
    except ValidationError as error:
        wrong = dict(error.error_dict)
    if "currency" not in wrong:
        problem = money.problem_of_currency(row.currency)
        if row.currency == row.base:
            problem = _("This is the currency into which is converted.")
        if problem:
            wrong["currency"] = [problem]
    if "rate" not in wrong and row.rate <= 0:
        wrong["rate"] = [_("A rate is above zero.")]
    if "day" not in wrong and row.day > installation.day(actor.at):
        wrong["day"] = [_("This cannot lie in the future.")]
    if wrong:
        raise ValidationError(wrong)
    with transaction.atomic():
        row.save(force_insert=True)
    return row


def may_add(user: User | None) -> bool:
    return user is None or (user.is_active and user.role != User.Role.OPERATOR)
