"""The history of a plan in words, and what two people saved differently."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import groupby
from typing import Any

from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from incentives.models import IncentivePlan, Kind, Pay, Period, PlanItem, PlanJudgement
from kol_crm.core import wording
from kol_crm.core.models import Change, ChangeSet, User

ACTS_SHOWN = 40
ITEM = PlanItem._meta.label_lower
JUDGEMENT = PlanJudgement._meta.label_lower
CHOICES = {"kind": dict(Kind.choices), "state": dict(IncentivePlan.State.choices)}
CHOICES |= {"pay": dict(Pay.choices), "period": dict(Period.choices)}
DATES = ("due_on", "ends_on", "submitted_at", "ended_at")
AMOUNTS = ("amount", "floor", "cap")


@dataclass
class Act:
    """One change-set: who, when, through which door, and what differed."""

    made: ChangeSet
    lines: list[dict[str, Any]] = field(default_factory=list)


def acts(plan: IncentivePlan) -> list[Act]:
    """The plan's history, newest first (one query)."""
    rows = Change.objects.filter(root=plan.pk).select_related("change_set__user").order_by("-at", "-id")[:300]
    found = []
    for made, changes in groupby(rows, key=lambda change: change.change_set):
        lines = [line for change in reversed(list(changes)) if (line := _line(change))]
        if lines:
            found.append(Act(made, lines))
    return found[:ACTS_SHOWN]


def _line(change: Change) -> dict[str, Any] | None:
    """``label, before, after``: a field that changed, or an item that came or went."""
    is_item = change.model == ITEM
    if change.model == JUDGEMENT:
        return None  # told as a decision
    if change.field == "":
        if not is_item:
            return {"label": _("Drafted"), "after": (change.after or {}).get("title", "")}
        label = _("Item added") if change.after else _("Item removed")
        return {"label": label, "before": _item(change.before), "after": _item(change.after)}
    if change.field == "position":
        return None
    model = PlanItem if is_item else IncentivePlan
    return {
        "label": model._meta.get_field(change.field).verbose_name,
        "before": _value(change.field, change.before),
        "after": _value(change.field, change.after),
    }


def _item(kept: dict | None) -> str:
    if not kept:
        return ""
    words = [str(CHOICES["kind"].get(kept.get("kind"), "")), kept.get("what", "")]
    if kept.get("amount"):
        words.append(wording.money(kept["amount"], kept["currency"], wording.babel_locale()))
    return " · ".join(word for word in words if word)


def _value(name: str, value: Any) -> Any:
    if name in DATES and value:
        return parse_date(value[:10])
    if isinstance(value, dict):
        return value.get("label", "")  # a linked row
    if name in AMOUNTS and value:
        return wording.grouped(Decimal(value), wording.babel_locale())
    return CHOICES.get(name, {}).get(value, value)


def told(others: Sequence[Change], user: User) -> str:
    """What others changed while one was typing: "Meanwhile Luo Shan changed: Title."; or nothing."""
    theirs = [change for change in reversed(others) if change.change_set.user_id != user.pk]
    if not theirs:
        return ""
    what = dict.fromkeys(_fact(change) for change in theirs)
    who = dict.fromkeys(str(change.change_set.user or _("The system")) for change in theirs)
    words = {"who": wording.listed(who), "what": wording.listed(what)}
    return _("Meanwhile %(who)s changed: %(what)s.") % words


def _fact(change: Change) -> str:
    if change.model == ITEM or not change.field:
        return _("Items")
    return str(IncentivePlan._meta.get_field(change.field).verbose_name)
