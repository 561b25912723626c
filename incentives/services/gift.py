"""The verbs of the gift: suggest, edit, choose, send, receive, drop, take back (DOMAIN 7.4).

Choosing asks for budget and policy and holds the sum; sending asks again and writes the cost into the ledger.
"""

import copy
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from incentives import gift_budget, gift_days, gift_policy, gift_repeat
from incentives.models import Gift
from incentives.services import gift_limits as limits
from incentives.services import ledger
from kol_crm.core import history, installation, policy
from kol_crm.core.actor import Actor
from kol_crm.core.errors import Refused
from lifecycle.services import rule as rules_of_files
from profiles.models import Kol, Stage, Tie
from profiles.services import next_due, note

State = Gift.State
FACTS = ("item", "note", "tie", "date", "event", "occasion", "for_on", "amount", "currency")
COST = ("amount", "currency", "over_reason")
SHIPPED = ("carrier", "tracking")
SAID = ("reaction", "liked")
BY_STATE = {  # what may be edited
    State.IDEA: FACTS,
    State.CHOSEN: (*FACTS, "over_reason", *SHIPPED),
    State.SENT: SHIPPED,
    State.RECEIVED: (*SHIPPED, *SAID),
    State.DROPPED: (),
}
# Which of these changes asks anew whether it may be given.
JUDGED = frozenset({"item", "amount", "currency", "for_on", "date", "event", "over_reason"})


def suggest(actor: Actor, kol: Kol, values: Mapping[str, Any], *, chosen: bool = False) -> Gift:
    """An idea of what to give, or with ``chosen`` what is decided on.

    ``values``: of ``FACTS`` (and ``over_reason`` where it is chosen). Raises ``PermissionDenied``,
    ``Refused`` (``archived``), ``ValidationError`` keyed by field; chosen, as ``choose``.
    """
    history.only_facts(values, (*FACTS, "over_reason") if chosen else FACTS)
    rules = policy.current()
    with transaction.atomic():
        file = rules_of_files.locked(actor, kol)
        facts = {name: value for name, value in values.items() if name != "over_reason"}
        row = Gift(kol=file, author=actor.user, created_at=actor.at)
        for name, value in _linked(file, row, facts).items():
            setattr(row, name, value)
        if not chosen:
            limits.demand_not_again(file, row, _day_for(actor, row), limits.years_apart(rules))
        history.create(actor, row, root=file.pk, derive=lambda made: _derived(made, rules))
        next_due.refresh([file.pk])
        if chosen:
            row = choose(actor, row, {"over_reason": values.get("over_reason", "")})
    return row


def edit(actor: Actor, gift: Gift, changes: Mapping[str, Any], version: int | None = None) -> Gift:
    """Change what its state leaves open. Raises as ``suggest``, ``choose``, and ``Conflict``."""
    rules = policy.current()
    with transaction.atomic():
        file, current = _opened(actor, gift, version)
        history.only_facts(changes, BY_STATE[current.state])
        facts = _linked(file, current, changes) if current.is_open else dict(changes)
        asked = _as_if(current, facts)
        if current.is_open and JUDGED & {
            name for name, _pair in history.put(copy.copy(current), facts).items()
        }:
            limits.demand_not_again(file, asked, _day_for(actor, asked), limits.years_apart(rules))
            if current.state == State.CHOSEN:
                facts["over_reason"] = _allowed(actor, file, asked, rules)
        return _saved(actor, current, facts, rules)


def choose(
    actor: Actor, gift: Gift, values: Mapping[str, Any] | None = None, version: int | None = None
) -> Gift:
    """This is what they get: its sum is held in the budget of the year.

    ``values``: ``amount currency over_reason for_on``. Raises ``PermissionDenied``, ``Conflict``, ``Refused``
    (``kol_archived``, ``kol_departed``, ``gift_state``, ``outside_policy``), ``ValidationError`` keyed by
    field: ``item`` had within two years, ``amount`` beyond the budget, ``over_reason``, ``kol`` while a stop
    stands.
    """
    facts = _filled(values, (*COST, "for_on"))
    rules = policy.current()
    with transaction.atomic():
        file, current = _giving(actor, gift, version, State.IDEA)
        asked = _as_if(current, facts)
        limits.demand_not_again(file, asked, _day_for(actor, asked), limits.years_apart(rules))
        facts |= {"currency": asked.currency, "over_reason": _allowed(actor, file, asked, rules)}
        return _saved(actor, current, facts | {"state": State.CHOSEN}, rules, chosen_at=actor.at)


def send(
    actor: Actor, gift: Gift, values: Mapping[str, Any] | None = None, version: int | None = None
) -> Gift:
    """It left, today unless another day is said: its cost stands in the ledger, as goods.

    ``values``: ``sent_on carrier tracking amount currency over_reason``. Raises as ``choose``.
    """
    facts = _filled(values, ("sent_on", *SHIPPED, *COST))
    rules, day = policy.current(), installation.day(actor.at)
    with transaction.atomic():
        file, current = _giving(actor, gift, version, State.CHOSEN)
        facts.setdefault("sent_on", day)
        asked = _as_if(current, facts)
        limits.demand_amount(asked)
        limits.demand_not_again(file, asked, facts["sent_on"], limits.years_apart(rules))
        inside = limits.demand_within_budget(actor, file, asked, facts["sent_on"].year, rules)
        about = limits.entry_facts(asked, facts["sent_on"])
        entry = limits.with_facts_of_gifts(lambda: ledger.write_inside(actor, file, about))
        facts |= {"currency": entry.currency, "over_reason": "" if inside else asked.over_reason}
        facts |= {"state": State.SENT, "entry": entry}
        return _saved(actor, current, facts, rules, sent_at=actor.at)


def receive(
    actor: Actor, gift: Gift, values: Mapping[str, Any] | None = None, version: int | None = None
) -> Gift:
    """It arrived, and what they said of it. ``values``: ``received_on reaction liked``, today left out.

    Raises ``PermissionDenied``, ``Conflict``, ``Refused`` (``archived``, ``gift_state``),
    ``ValidationError`` keyed by field.
    """
    facts = _filled(values, ("received_on", *SAID))
    rules, day = policy.current(), installation.day(actor.at)
    with transaction.atomic():
        _file, current = _opened(actor, gift, version, State.SENT)
        on = facts.setdefault("received_on", day)
        if on > day:
            raise ValidationError({"received_on": _("This cannot lie in the future.")})
        if on < current.sent_on:
            raise ValidationError({"received_on": _("It was sent only after that.")})
        return _saved(actor, current, facts | {"state": State.RECEIVED}, rules, received_at=actor.at)


def drop(actor: Actor, gift: Gift, reason: str = "", version: int | None = None) -> Gift:
    """It will not be given; what was chosen no longer holds a sum. Raises as ``receive``."""
    rules = policy.current()
    with transaction.atomic():
        _file, current = _opened(actor, gift, version, State.IDEA, State.CHOSEN)
        facts = {"state": State.DROPPED, "dropped_from": current.state, "drop_reason": reason.strip()}
        return _saved(actor, current, facts, rules, dropped_at=actor.at)


def take_back(actor: Actor, gift: Gift, reason: str = "", version: int | None = None) -> Gift:
    """The last step was a mistake: received → sent → chosen → idea, dropped → where it was.

    What was sent needs a ``reason``: its cost is reversed in the ledger. Raises as ``choose``, and as
    ``ledger.reverse``.
    """
    rules = policy.current()
    with transaction.atomic():
        file, current = _opened(actor, gift, version)
        match current.state:
            case State.RECEIVED:
                facts = {"state": State.SENT, "received_on": None, "reaction": "", "liked": None}
                return _saved(actor, current, facts, rules, received_at=None)
            case State.SENT:
                if not reason.strip():
                    raise ValidationError({"reason": _("Say why.")})
                if not current.cost_is_reversed:
                    ledger.reverse(actor, current.entry, reason)
                facts = {"state": State.CHOSEN, "entry": None, "sent_on": None}
                return _saved(actor, current, facts, rules, sent_at=None)
            case State.CHOSEN:
                facts = {"state": State.IDEA, "over_reason": ""}
                return _saved(actor, current, facts, rules, chosen_at=None)
            case State.DROPPED:
                facts = {"state": current.dropped_from, "dropped_from": "", "drop_reason": ""}
                if current.dropped_from == State.CHOSEN:
                    limits.demand_not_again(
                        file, current, _day_for(actor, current), limits.years_apart(rules)
                    )
                    facts["over_reason"] = _allowed(actor, file, current, rules)
                return _saved(actor, current, facts, rules, dropped_at=None)
        raise Refused("gift_state", _("An idea has no step to take back."), state=current.state)


def due_dates(files: QuerySet) -> QuerySet:
    """What gifts hand in for next due."""
    waiting = Gift.objects.filter(next_on__isnull=False)
    loud = waiting.exclude(state=State.IDEA) | waiting.filter(kol__quiet_cause="")
    return note.dates(loud, "next_on", files)


def _filled(values: Mapping[str, Any] | None, known: tuple[str, ...]) -> dict[str, Any]:
    """What was said; what was left empty is as it stood."""
    said = dict(values or {})
    history.only_facts(said, known)
    return {name: value for name, value in said.items() if value not in (None, "")}


def _opened(actor: Actor, gift: Gift, version: int | None, *states: str) -> tuple[Kol, Any]:
    """The file, then the gift, locked in this order everywhere; right, version and state are checked."""
    file = rules_of_files.locked(actor, gift.kol)
    return file, _locked(gift, version, states)


def _giving(actor: Actor, gift: Gift, version: int | None, state: str) -> tuple[Kol, Any]:
    """As ``_opened``, of a KOL to whom something may be given now."""
    file = ledger.open_file(actor, gift.kol)
    if file.stage == Stage.DEPARTED:
        words = _("%(name)s has departed: no gift is chosen or sent any more.")
        raise Refused("kol_departed", words % {"name": file.name})
    return file, _locked(gift, version, (state,))


def _locked(gift: Gift, version: int | None, states: tuple[str, ...]) -> Any:
    current: Any = history.locked(gift, version)
    if states and current.state not in states:
        words = _("This gift is %(state)s by now. Reload to see it.")
        told = {"state": current.get_state_display().lower()}
        raise Refused("gift_state", words % told, state=current.state)
    return current


def _as_if(gift: Gift, facts: Mapping[str, Any]) -> Gift:
    """The gift as it will stand, unsaved; in the installation's currency where none is said."""
    asked = copy.copy(gift)
    for name, value in facts.items():
        setattr(asked, name, value)
    asked.currency = (asked.currency or installation.currency()).upper()
    return asked


def _allowed(actor: Actor, file: Kol, asked: Gift, rules: policy.Policy) -> str:
    """The reason to be kept for going beyond the budget; nothing inside it. Raises as ``choose``."""
    limits.demand_amount(asked)
    year = gift_budget.year_of(asked, installation.day(actor.at))
    limits.demand_inside_policy(actor, file, asked)
    inside = limits.demand_within_budget(actor, file, asked, year, rules)
    return "" if inside else asked.over_reason


def _day_for(actor: Actor, gift: Gift) -> date:
    return gift.for_on or installation.day(actor.at)


def _linked(file: Kol, gift: Gift, values: Mapping[str, Any]) -> dict[str, Any]:
    """Facts with what follows from the rows of the file that they name: for whom, for what, for which day."""
    facts = {
        name: value for name, value in values.items() if value is not None or name not in ("item", "note")
    }
    for name in ("tie", "date", "event"):
        row = facts.get(name)
        if row is not None and row.kol_id != file.pk:
            raise ValidationError({name: _("There is no such row.")})
    tie = facts.get("tie")
    if tie is not None and (tie.kind != Tie.Kind.FAMILY or not tie.name or tie.ended_on is not None):
        raise ValidationError({"tie": _("A gift is for them or for one of their family.")})
    if "tie" in facts and (tie is not None or gift.tie_id is not None):
        facts["recipient"] = tie.name if tie else ""
    for cause in filter(None, (facts.get("event"), facts.get("date"))):
        facts["occasion"] = facts.get("occasion") or cause.what
        facts["for_on"] = facts.get("for_on") or cause.next_on
    if facts.get("amount") is not None:
        facts["currency"] = (facts.get("currency") or gift.currency or installation.currency()).upper()
    return facts


def _derived(gift: Gift, rules: policy.Policy) -> dict[str, Any]:
    return {
        "folded": gift_repeat.key(gift.item),
        "next_on": gift_days.next_on(gift, gift_policy.days(rules)),
    }


def _saved(
    actor: Actor, current: Gift, facts: Mapping[str, Any], rules: policy.Policy, **moments: Any
) -> Gift:
    def derive(row: Gift) -> dict[str, Any]:
        for name, at in moments.items():
            setattr(row, name, at)
        return moments | _derived(row, rules)

    saved: Gift = history.save(actor, current, facts, None, derive=derive)
    next_due.refresh([saved.kol_id])
    return saved
