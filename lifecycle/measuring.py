"""What the accounts of a file measure: read from their standing figures (DOMAIN 5.5, 5.6)."""

from collections.abc import Collection
from datetime import date
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from kol_crm.core import policy, wording
from kol_crm.core.errors import Refused
from lifecycle.models.measured import Measured
from lifecycle.rules import measure
from lifecycle.rules.measure import Reading
from profiles.models import Account, Kol
from profiles.services import figure_policy
from profiles.services.standing import figures_of

Pair = tuple[Any, str]  # an account, or its id, and a figure
Readings = dict[tuple[UUID, str], Reading]


def readings(kol: Kol, on: date) -> Readings:
    """Everything that is measured of a file on the day, by account and figure."""
    flows = figure_policy.flow(policy.current())
    sides = figures_of([kol.pk], on)[kol.pk]
    found = {
        (account, name): measure.read(figures, name, on, flows)
        for account, figures in (sides[True] | sides[False]).items()
        for name in measure.LABELS
    }
    return {key: one for key, one in found.items() if one is not None}


def options(kol: Kol, on: date) -> list[tuple[str, str]]:
    """What can be fixed now, for a form: ``account:figure`` with what it is."""
    names = {account.pk: account for account in kol.accounts.all()}
    return [
        (f"{pk}:{name}", _("%(account)s · %(figure)s: %(value)s") % told)
        for (pk, name), one in readings(kol, on).items()
        if pk in names
        for told in [
            {
                "account": names[pk],
                "figure": measure.LABELS[name],
                "value": wording.grouped(round(one.value), wording.babel_locale()),
            }
        ]
    ]


def before(kol: Kol, pairs: Collection[Pair], on: date, field: str) -> list[dict[str, Any]]:
    """The columns of ``Measured`` at the start. Raises ``ValidationError`` at ``field``."""
    known, accounts = readings(kol, on), {str(one.pk): one for one in kol.accounts.all()}
    found = []
    for key, name in pairs:
        account = accounts.get(str(getattr(key, "pk", key)))
        if account is None or name not in measure.LABELS:
            raise ValidationError({field: _("This file has no such figure.")})
        one = known.get((account.pk, name))
        if one is None:
            words = _("%(account)s has no fresh figure of this: enter one first.") % {"account": account}
            raise ValidationError({field: words})
        columns = {"account": account, "account_name": str(account), "metric": name}
        found.append({**columns, "before": one.value, "before_on": one.on})
    return found


def after(kol: Kol, rows: Collection[Measured], on: date) -> dict[Any, dict[str, Any]]:
    """The columns at the end, by row: what has a newer figure than at the start; the others are left out."""
    known = readings(kol, on)
    found: dict[Any, dict[str, Any]] = {}
    for row in rows:
        one = known.get((row.account_id, row.metric)) if row.account_id else None  # type: ignore[attr-defined]
        if one is not None and one.on > row.before_on:
            found[row.pk] = {"after": one.value, "after_on": one.on}
    return found


def missing(kol: Kol, rows: Collection[Measured], on: date) -> list[Measured]:
    """Those whose after-figure is not known yet; one whose account left the file is not waited for."""
    held = set(Account.objects.filter(kol=kol).values_list("pk", flat=True))
    known = after(kol, rows, on)
    return [row for row in rows if row.pk not in known and row.account_id in held]  # type: ignore[attr-defined]


def demand_after(kol: Kol, rows: Collection[Measured], on: date) -> None:
    """Raise ``Refused`` (``after_missing``, ``figures``) while an after-figure is."""
    lacking = [f"{row.account_name}: {row.label}" for row in missing(kol, rows, on)]
    if lacking:
        words = _("First enter the figure after: %(figures)s.") % {"figures": "; ".join(lacking)}
        raise Refused("after_missing", words, figures=lacking)
