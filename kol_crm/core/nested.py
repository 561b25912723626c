"""Conditions joined by AND, OR and NOT, as one parameter of an address (docs/lists.md).

    {"and": [["stage", "is", ["mid_term"]],
             {"or": [["risk", "gte", 70], ["last_touch", "more_than_ago", 30]]}]}

Conditions of one AND group on the same kind of linked record are met by one record (``same_record.py``).

A group is an object of one key, ``and``, ``or`` or ``not`` (none of these), and a list; a condition a list
of fact, operator and, where the operator takes one, value. What is not understood is told with its place, as
``and[1].or[0]``, all of it at once.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import reduce
from operator import and_, or_
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from kol_crm.core import same_record
from kol_crm.core.conditions import Fact, Operator, Reader
from kol_crm.core.same_record import Records

DEEPEST, MOST, LONGEST = 4, 30, 4000
JOINS = ("and", "or", "not")


@dataclass(frozen=True)
class Condition:
    fact: Fact
    operator: Operator
    value: Any

    def q(self, reader: Reader) -> Q:
        return self.fact.q(self.operator, self.value, reader)

    def row(self, reader: Reader) -> Q:
        """What it asks of the linked record that it speaks of."""
        return self.fact.row(self.operator, self.value, reader)

    @property
    def records(self) -> Records | None:
        return None if self.operator.denies else self.fact.of

    @property
    def names(self) -> frozenset[str]:
        return self.fact.names(self.value)

    def words(self, reader: Reader) -> str:
        """ "Last touch more than 30 days ago"."""
        words = self.fact.words(self.operator, self.value, reader)
        label, sign = str(self.fact.label), str(self.operator.label)
        if self.operator.takes == "rated":
            return f"{label} {words}"
        if "…" in sign:
            return f"{label} {sign.replace('…', words)}"
        return " ".join(filter(None, (label, sign, words)))


@dataclass(frozen=True)
class Group:
    join: str
    parts: list = field(default_factory=list)

    def q(self, reader: Reader) -> Q:
        if self.join == "and":
            return self._all(reader)
        either = reduce(or_, [part.q(reader) for part in self.parts])
        return ~either if self.join == "not" else either

    def _all(self, reader: Reader) -> Q:
        """Conditions on one kind of linked record are met by one record."""
        found = same_record.clusters(self.parts)
        of_records = {place for cluster in found for place in cluster.places}
        conditions = [part.q(reader) for place, part in enumerate(self.parts) if place not in of_records]
        conditions += [same_record.asked(one, lambda place: self.parts[place].row(reader)) for one in found]
        return reduce(and_, conditions)

    def said(self, reader: Reader, *, inside: bool = True) -> list[tuple[list[int], str]]:
        """Its parts in words, those on one record together, each with their places."""
        shown = [
            part.words(reader, inside=inside) if isinstance(part, Group) else part.words(reader)
            for part in self.parts
        ]
        found = [([place], words) for place, words in enumerate(shown)]
        if self.join != "and":
            return found
        for cluster in same_record.clusters(self.parts):
            for places in [one for one in cluster.each if len(one) > 1]:
                found = [one for one in found if one[0][0] not in places]
                told = {"first": shown[places[0]], "others": "; ".join(shown[place] for place in places[1:])}
                found.append((places, _("%(first)s [the same record: %(others)s]") % told))
            if cluster.loose:
                found = [one for one in found if one[0][0] not in cluster.loose]
                told = {"conditions": "; ".join(shown[place] for place in cluster.loose)}
                found.append((cluster.loose, _("[one of these records: %(conditions)s]") % told))
        return sorted(found)

    def words(self, reader: Reader, *, inside: bool = False) -> str:
        """ "Stage is Mid-term AND (Risk ≥ 70 OR Last touch more than 30 days ago)"."""
        parts = [words for _places, words in self.said(reader)]
        word = pgettext("conditions", "AND") if self.join == "and" else pgettext("conditions", "OR")
        joined = f" {word} ".join(parts)
        if self.join == "not":
            return _("NOT (%(conditions)s)") % {"conditions": joined}
        return f"({joined})" if inside and len(parts) > 1 else joined


@dataclass(frozen=True)
class Found:
    """What a text said: the group, or None with the ``problems``, messages by place ("" for the whole)."""

    group: Group | None
    problems: dict[str, str]

    @property
    def messages(self) -> list[str]:
        return [f"{place}: {message}" if place else message for place, message in self.problems.items()]


def read(text: str, facts: Iterable[Fact], reader: Reader) -> Found:
    """Understands all of it or none; never raises."""
    if len(text) > LONGEST:
        return Found(None, {"": _("These conditions are too long.")})
    try:
        tree = json.loads(text, parse_constant=_refuse)
    except (ValueError, RecursionError):
        return Found(None, {"": _("These conditions are no JSON.")})
    reading = _Reading({fact.name: fact for fact in facts}, reader)
    group = reading.part(tree, "", 1)
    return Found(group if isinstance(group, Group) and not reading.problems else None, reading.problems)


def dump(tree: Any) -> str:
    """As short as it stands in an address."""
    return json.dumps(tree, ensure_ascii=False, separators=(",", ":"))


class _Reading:
    def __init__(self, facts: dict[str, Fact], reader: Reader):
        self.facts, self.reader = facts, reader
        self.problems: dict[str, str] = {}
        self.count = 0

    def part(self, part: Any, place: str, depth: int) -> Condition | Group | None:
        """The whole is a group, what is in it either. None with a problem noted."""
        try:
            return self._group(part, place, depth) if isinstance(part, dict) or not place else self._one(part)
        except ValidationError as error:
            self.problems[place] = " ".join(error.messages)
            return None

    def _group(self, tree: Any, place: str, depth: int) -> Group:
        if not isinstance(tree, dict) or len(tree) != 1 or next(iter(tree)) not in JOINS:
            raise ValidationError(_("A group is “and”, “or” or “not” with a list of conditions."))
        [(join, parts)] = tree.items()
        if depth > DEEPEST:
            raise ValidationError(_("At most %(most)d groups in one another.") % {"most": DEEPEST})
        if not isinstance(parts, list) or not parts:
            raise ValidationError(_("This group has no condition."))
        inside = f"{place}.{join}" if place else join
        read = (
            self.part(part, f"{inside}[{index}]", depth + 1) for index, part in enumerate(parts[: MOST + 1])
        )
        return Group(join, [part for part in read if part is not None])

    def _one(self, part: Any) -> Condition:
        self.count += 1
        if self.count > MOST:
            raise ValidationError(_("At most %(most)d conditions.") % {"most": MOST})
        if not isinstance(part, list) or not 2 <= len(part) <= 3:
            raise ValidationError(_("A condition is a fact, an operator and a value."))
        fact = self.facts.get(part[0]) if isinstance(part[0], str) else None
        if fact is None:
            raise ValidationError(_("There is no such fact to filter by."))
        operator = fact.operator(part[1])
        return Condition(
            fact, operator, fact.clean(operator, part[2] if len(part) == 3 else None, self.reader)
        )


def _refuse(constant: str) -> None:
    raise ValueError(constant)
