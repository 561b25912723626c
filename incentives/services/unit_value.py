"""What one new or active user is worth, from a day on (DOMAIN 6.5). Policy: managers of the top team."""

from datetime import date
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from incentives.models import Metric, UnitValue
from kol_crm.core import day_range, history, installation, rights
from kol_crm.core.actor import Actor


def put(actor: Actor, metric: str, amount: Decimal, since: date) -> UnitValue:
    """A later row holds from its day on; of one day the row given last. In the installation's currency.

    Raises ``PermissionDenied``, ``ValidationError`` keyed by field.
    """
    if actor.user is not None:
        rights.demand(actor.user, rights.edits_policy)
    day_range.demand(since=since)
    if metric not in Metric.values:
        raise ValidationError({"metric": _("There is no such figure.")})
    if not amount.is_finite() or amount < 0:
        raise ValidationError({"amount": _("An amount cannot be negative.")})
    row = UnitValue(
        metric=metric,
        amount=amount,
        since=since,
        currency=installation.currency(),
        at=actor.at,
        user=actor.user,
    )
    return history.create(actor, row)
