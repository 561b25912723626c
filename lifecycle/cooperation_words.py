"""A kept version of a cooperation plan in words: to be read, compared and printed (DOMAIN 4.7)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from kol_crm.core import wording
from lifecycle.models import CooperationPart, CooperationPlan, PayModel
from profiles.models import Need

SIDE = CooperationPart.Side


@dataclass(frozen=True)
class Line:
    """One line of a version; ``key`` tells the same line in another version."""

    key: str
    label: str
    text: str


@dataclass(frozen=True)
class Differs:
    """A line that two versions say differently; empty where one does not have it."""

    label: str
    before: str
    after: str


def part_words(part: Mapping[str, Any]) -> str:
    """What, money, exclusivity, due and the need in one line."""
    words = [part["what"], *money_words(part)]
    if part.get("exclusive"):
        words.append(_("exclusive"))
    if part.get("due_on"):
        words.append(_("by %(day)s") % {"day": day(part["due_on"])})
    if need := need_words(part):
        words.append(_("answers: %(need)s") % {"need": need})
    return " · ".join(words)


def money_words(part: Mapping[str, Any]) -> list[str]:
    """The pay model and the amount, as far as there are."""
    words = [str(PayModel(part["pay_model"]).label)] if part.get("pay_model") else []
    if part.get("amount") is not None:
        words.append(wording.money(Decimal(part["amount"]), part["currency"], wording.babel_locale()))
    return words


def need_words(part: Mapping[str, Any]) -> str:
    """The need on file, else its kind."""
    kind = str(Need.Kind(part["answers"]).label) if part.get("answers") else ""
    return f"{kind}: {part['need']}" if part.get("need") and kind else kind


def keeps_words(content: Mapping[str, Any]) -> str:
    """Profit share: 5 % of course sales; or neither, and why."""
    if not content["keeps"]:
        return ""
    label = str(CooperationPlan.Keeps(content["keeps"]).label)
    why = content["why_not"] if content["keeps"] == CooperationPlan.Keeps.NEITHER else content["keeps_how"]
    return f"{label}: {why}" if why else label


def period_words(content: Mapping[str, Any]) -> str:
    ends = [day(content[name]) if content[name] else "…" for name in ("starts_on", "ends_on")]
    return " – ".join(ends) if content["starts_on"] or content["ends_on"] else ""


def day(text: str) -> str:
    """A kept date as its reader writes it, with its year."""
    found = parse_date(text)
    return wording.day_words(found, "year", found, wording.babel_locale()) if found else text


def lines(content: Mapping[str, Any]) -> list[Line]:
    """The whole version, line by line."""
    found = [
        Line("title", _("Title"), content["title"]),
        Line("period", _("Period"), period_words(content)),
        Line("keeps", _("What keeps them from the start"), keeps_words(content)),
        Line("note", _("Note"), content["note"]),
    ]
    labels = {side.value: str(side.label) for side in SIDE}
    found += [Line(part["id"], labels[part["side"]], part_words(part)) for part in content["parts"]]
    return [line for line in found if line.text]


def compare(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Differs]:
    """What two versions say differently."""
    return differs(lines(before), lines(after))


def differs(before: Iterable[Line], after: Iterable[Line]) -> list[Differs]:
    """Line by line, in the order of the later one; what went comes last."""
    old = {line.key: line for line in before}
    new = {line.key: line for line in after}
    found = [
        Differs(line.label, old[key].text if key in old else "", line.text)
        for key, line in new.items()
        if key not in old or old[key].text != line.text
    ]
    return found + [Differs(line.label, line.text, "") for key, line in old.items() if key not in new]
