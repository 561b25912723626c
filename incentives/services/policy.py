"""A new version of the policy matrix (DOMAIN 6.1)."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from incentives import rates
from incentives.models import IncentivePolicy, Kind
from kol_crm.core import history, installation, money, rights
from kol_crm.core.actor import Actor
from kol_crm.core.errors import Refused
from profiles.models import Level, Stage

STAGES = (Stage.INITIAL, Stage.MID_TERM, Stage.LATE)
KEYS = tuple(f"{stage}.{level}" for stage in STAGES for level in Level.values)
_AMOUNTS = ("usual", "ceiling")
FACTS = ("kinds", "usual", "ceiling")
MOST = Decimal(10) ** 12


def save(
    actor: Actor,
    changes: Mapping[str, Mapping[str, Any]],
    from_day: date,
    reason: str,
    base: int | None = None,
) -> IncentivePolicy:
    """The next version: the newest with these cells (whole, by ``"mid_term.mid"``) in the place of its own.

    In force from ``from_day``, today at the earliest; ``base``: the number of the version that was changed.
    Raises ``PermissionDenied``, ``Refused`` (``policy_moved``: somebody saved a newer one),
    ``ValidationError`` keyed ``cells.mid_term.mid.ceiling``, ``from_day``, ``reason``.
    """
    with transaction.atomic():
        if actor.user is None or not rights.edits_policy(actor.user):
            raise PermissionDenied(_("This is set by admins or by managers of the top team."))
        list(IncentivePolicy.objects.select_for_update().order_by("number")[:1])  # one after the other
        newest = IncentivePolicy.objects.order_by("-number").first()
        number = newest.number if newest else 0
        if base is not None and base != number:
            words = _("Somebody saved v%(n)d meanwhile.") % {"n": number}
            raise Refused("policy_moved", words, number=number)
        standing, unrated = _standing(newest, installation.day(actor.at))
        cells, wrong = read(changes)
        if unrated and set(cells) != set(KEYS):
            words = _("The version before is in %(currency)s, and no rate converts it: enter a rate first.")
            wrong["cells"] = [words % {"currency": unrated}]
        if not reason.strip():
            wrong["reason"] = [_("Say why.")]
        if from_day < installation.day(actor.at):
            wrong["from_day"] = [_("A version counts from today or later: what was decided stays.")]
        if not wrong and all(standing.get(key) == cell for key, cell in cells.items()):
            wrong["cells"] = [_("Nothing differs from the version before.")]
        if wrong:
            raise ValidationError(wrong)
        row = IncentivePolicy(
            number=number + 1,
            from_day=from_day,
            reason=reason.strip(),
            cells={**standing, **cells},
            currency=installation.currency(),
            author=actor.user,
            at=actor.at,
        )
        return history.create(actor, row)


def _standing(newest: IncentivePolicy | None, day: date) -> tuple[dict[str, Any], str]:
    """The cells of the newest version in the present currency; and its own, where no rate converts it."""
    base = installation.currency()
    if newest is None or newest.currency in ("", base):
        return (newest.cells if newest else {}), ""
    known = rates.load([newest.currency])
    if known.at(newest.currency, day) is None:
        return newest.cells, newest.currency
    found = {}
    for key, cell in newest.cells.items():
        amounts = {
            name: known.convert(Decimal(cell[name]), newest.currency, day)
            for name in _AMOUNTS
            if cell.get(name)
        }
        found[key] = cell | {name: plain(amount) for name, amount in amounts.items() if amount is not None}
    return found, ""


def read(changes: Mapping[str, Mapping[str, Any]]) -> tuple[dict[str, Any], dict[str, list]]:
    """Cells as they are kept, and everything wrong with them, keyed ``cells.mid_term.mid.ceiling``."""
    found: dict[str, Any] = {}
    wrong: dict[str, list] = {}
    for key, given in changes.items():
        if key not in KEYS:
            wrong[f"cells.{key}"] = [_("The matrix has no such cell.")]
            continue
        wrong |= {f"cells.{key}.{name}": [_("There is no such field.")] for name in set(given) - {*FACTS}}
        kinds = set(given.get("kinds") or ())
        if unknown := kinds - set(Kind.values):
            wrong[f"cells.{key}.kinds"] = [_("No such kind: %(kind)s.") % {"kind": min(map(str, unknown))}]
        amounts: dict[str, Decimal | None] = {}
        for name in ("usual", "ceiling"):
            amounts[name], problem = _amount(given.get(name))
            if problem:
                wrong[f"cells.{key}.{name}"] = [problem]
        ceiling, usual = amounts["ceiling"], amounts["usual"]
        if ceiling is None:
            wrong.setdefault(f"cells.{key}.ceiling", [_("Enter a number.")])
        elif usual is not None and usual > ceiling:
            wrong[f"cells.{key}.usual"] = [_("What is usual lies within the ceiling.")]
        found[key] = {
            "kinds": [kind for kind in Kind.values if kind in kinds],
            "usual": None if usual is None else plain(usual),
            "ceiling": None if ceiling is None else plain(ceiling),
        }
    return found, wrong


def plain(amount: Decimal) -> str:
    """As it is kept: no exponent, no empty places."""
    return f"{amount.normalize():f}"


def _amount(given: Any) -> tuple[Decimal | None, str]:
    if given is None or given == "":
        return None, ""
    try:
        amount = Decimal(str(given))
    except InvalidOperation:
        return None, _("Enter a number.")
    if amount.is_finite() and amount >= MOST:
        return None, _("That is too much.")
    problem = money.problem_of_amount(amount, installation.currency())
    return (None, problem) if problem else (amount, "")
