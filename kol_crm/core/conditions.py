"""Conditions on one fact of a row: the kinds of facts, their operators and what each asks of the database.

A list's filterable facts are ``Fact``s; ``nested.py`` joins conditions on them by AND, OR and NOT. All dates
are the reader's: "more than 30 days ago" counts whole days of their calendar.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.dateparse import parse_date
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kol_crm.core import day_range, wording
from kol_crm.core.same_record import Records

LONGEST_TEXT = 100
SHORT = 4  # four digits in a sentence are a year as often as the end of a phone
MOST_VALUES = 50
Options = Iterable[tuple[str, Any]]


@dataclass(frozen=True)
class Reader:
    """Who asks, and their date then."""

    user: Any
    day: date


@dataclass(frozen=True)
class Operator:
    """``takes``: what is asked for beside it: "" nothing, days, day, values, number, text."""

    key: str
    label: Any
    takes: str = ""
    denies: bool = False  # true of what has no such record, so that it speaks of none


EMPTY = Operator("empty", pgettext_lazy("condition", "is unknown"), denies=True)
KNOWN = Operator("known", pgettext_lazy("condition", "is known"))


@dataclass(frozen=True)
class Fact:
    """Something of a row that can be asked for. ``name`` is its word in addresses.

    ``of``: the kind of linked record that it is a fact of; what it asks then is asked of the record, ``also``
    with it always, and ``fixed`` are the names (below) that all its conditions have.
    """

    name: str
    label: Any
    group: Any = ""
    of: Records | None = None
    also: Q = field(default_factory=Q)
    fixed: frozenset[str] = frozenset()

    def operators(self) -> tuple[Operator, ...]:
        raise NotImplementedError

    def operator(self, key: Any) -> Operator:
        """Raises ``ValidationError`` for one that this fact does not know."""
        for operator in self.operators():
            if operator.key == key:
                return operator
        raise ValidationError(_("“%(label)s” cannot be asked so.") % {"label": self.label})

    def clean(self, operator: Operator, value: Any, _reader: Reader) -> Any:
        """The value as ``q`` takes it. Raises ``ValidationError``."""
        if not operator.takes and value not in (None, "", []):
            raise ValidationError(_("Nothing stands beside this."))
        return None

    def q(self, operator: Operator, value: Any, reader: Reader) -> Q:
        raise NotImplementedError

    def row(self, operator: Operator, value: Any, reader: Reader) -> Q:
        """Of a fact of a linked record, what is asked of that record. Not for operators that deny."""
        raise NotImplementedError

    def names(self, _value: Any) -> frozenset[str]:
        """Values, in any condition on this kind of record, of which a record can have only one."""
        return self.fixed

    def _has(self, condition: Q) -> Q:
        """The rows of which it is true, or which have such a linked record."""
        return self.of.has(self.also & condition) if self.of else condition

    def words(self, _operator: Operator, value: Any, _reader: Reader) -> str:
        """Of the value, as the reader calls it."""
        return "" if value is None else str(value)


@dataclass(frozen=True)
class ChoiceFact(Fact):
    """One of a closed set. ``ask(values, reader)`` are the rows that have any of them."""

    options: Callable[[Reader], Options] = lambda _reader: ()
    ask: Callable[[list[str], Reader], Q] = lambda _values, _reader: Q()
    many: bool = True

    IS = (
        Operator("is", pgettext_lazy("condition", "is"), "values"),
        Operator("is_not", pgettext_lazy("condition", "is not"), "values", denies=True),
    )

    def operators(self):
        return self.IS

    def clean(self, _operator, value, reader):
        values = value if isinstance(value, list) else [value]
        values = [one for one in values if one not in (None, "")]
        if not values:
            raise ValidationError(_("Choose at least one."))
        if len(values) > MOST_VALUES:
            raise ValidationError(_("At most %(most)d.") % {"most": MOST_VALUES})
        known = {key for key, _label in self.options(reader)}
        for one in values:
            if not isinstance(one, str) or one not in known:
                raise ValidationError(_("“%(value)s” is no choice here.") % {"value": str(one)[:40]})
        return values

    def q(self, operator, value, reader):
        has = self._has(self.ask(value, reader))
        return has if operator.key == "is" else ~has

    def row(self, _operator, value, reader):
        return self.also & self.ask(value, reader)

    def names(self, value):
        return self.fixed or frozenset(value)

    def words(self, _operator, value, reader):
        labels = {key: str(label) for key, label in self.options(reader)}
        return wording.listed(labels[one] for one in value)


@dataclass(frozen=True)
class FlagFact(Fact):
    """Yes or no. ``ask(reader)`` are the rows of which it is true."""

    ask: Callable[[Reader], Q] = lambda _reader: Q()

    YES_NO = (
        Operator("yes", pgettext_lazy("condition", "yes")),
        Operator("no", pgettext_lazy("condition", "no"), denies=True),
    )

    def operators(self):
        return self.YES_NO

    def q(self, operator, _value, reader):
        has = self._has(self.ask(reader))
        return has if operator.key == "yes" else ~has

    def row(self, _operator, _value, reader):
        return self.also & self.ask(reader)


@dataclass(frozen=True)
class NumberFact(Fact):
    """A figure as people write it; ``read`` understands it or raises ``ValidationError``."""

    column: str = ""
    read: Callable[[str], Any] = lambda text: whole(text, 10**15)
    within: Callable[[Q], Q] | None = None
    nullable: bool = True

    SIGNS = (
        Operator("gte", "≥", "number"),
        Operator("lte", "≤", "number"),
        Operator("eq", "=", "number"),
    )

    def operators(self):
        return self.SIGNS + ((KNOWN, EMPTY) if self.nullable else ())

    def clean(self, operator, value, reader):
        if operator.takes != "number":
            return super().clean(operator, value, reader)
        if isinstance(value, bool) or not isinstance(value, str | int | float) or value == "":
            raise ValidationError(_("This is not a figure."))
        return self.read(str(value))

    def q(self, operator, value, _reader):
        if operator in (EMPTY, KNOWN):
            known = self._asked(Q(**{f"{self.column}__isnull": False}))
            return known if operator == KNOWN else ~known
        lookup = {"gte": "gte", "lte": "lte", "eq": "exact"}[operator.key]
        return self._asked(Q(**{f"{self.column}__{lookup}": value}))

    def _asked(self, condition: Q) -> Q:
        return self.within(condition) if self.within else condition

    def words(self, _operator, value, _reader):
        return "" if value is None else wording.compact(value, wording.babel_locale())


@dataclass(frozen=True)
class RatedFact(Fact):
    """A choice and at least how much of it: a field with its strength, a platform with its followers.

    The value is ``[choice, number]``; ``ask(choice, lookup, number, reader)`` with lookup ``gte`` or ``lte``.
    """

    options: Callable[[Reader], Options] = lambda _reader: ()
    ask: Callable[[str, str, Any, Reader], Q] = lambda *_given: Q()
    read: Callable[[str], Any] = lambda text: whole(text, 10**15)

    def operators(self):
        return (Operator("gte", "≥", "rated"), Operator("lte", "≤", "rated"))

    def clean(self, _operator, value, reader):
        if not isinstance(value, list) or len(value) != 2:
            raise ValidationError(_("Choose one, and say how much."))
        choice, number = value
        if not isinstance(choice, str) or choice not in {key for key, _label in self.options(reader)}:
            raise ValidationError(_("“%(value)s” is no choice here.") % {"value": str(choice)[:40]})
        if isinstance(number, bool) or not isinstance(number, str | int | float) or number == "":
            raise ValidationError(_("This is not a figure."))
        return [choice, self.read(str(number))]

    def q(self, operator, value, reader):
        choice, number = value
        return self._has(self.ask(choice, operator.key, number, reader))

    def row(self, operator, value, reader):
        choice, number = value
        return self.also & self.ask(choice, operator.key, number, reader)

    def names(self, value):
        return self.fixed or frozenset(value[:1])

    def words(self, operator, value, reader):
        labels = {key: str(label) for key, label in self.options(reader)}
        return f"{labels[value[0]]} {operator.label} {wording.compact(value[1], wording.babel_locale())}"


@dataclass(frozen=True)
class TextFact(Fact):
    """Words. What reads as contact data is refused: these terms stand in addresses (DOMAIN 2.3)."""

    ask: Callable[[str, Reader], Q] = lambda _text, _reader: Q()
    refuse: Callable[[str], bool] = lambda _text: False

    def operators(self):
        return (
            Operator("contains", _("contains"), "text"),
            Operator("contains_not", _("does not contain"), "text", denies=True),
        )

    def clean(self, _operator, value, _reader):
        if not isinstance(value, str) or not value.strip():
            raise ValidationError(_("Say what to look for."))
        if len(value) > LONGEST_TEXT or "\x00" in value:
            raise ValidationError(_("At most %(most)d characters.") % {"most": LONGEST_TEXT})
        if self.refuse(value) or any(len(word) > SHORT and self.refuse(word) for word in value.split()):
            raise ValidationError(
                _("This reads as contact data. Use the search box, which keeps it out of addresses.")
            )
        return value.strip()

    def q(self, operator, value, reader):
        has = self._has(self.ask(value, reader))
        return has if operator.key == "contains" else ~has

    def row(self, _operator, value, reader):
        return self.also & self.ask(value, reader)

    def words(self, _operator, value, _reader):
        return f"“{value}”"


def whole(value: Any, most: int) -> int:
    """A whole number from 0 to ``most``. Raises ``ValidationError``."""
    text = str(value).strip() if isinstance(value, int | str) and not isinstance(value, bool) else ""
    if not (text.isascii() and text.isdecimal()) or int(text) > most:
        raise ValidationError(_("A whole number from 0 to %(most)d.") % {"most": most})
    return int(text)


def day(value: Any) -> date:
    """A date as YYYY-MM-DD. Raises ``ValidationError``."""
    try:
        found = parse_date(value) if isinstance(value, str) else None
    except ValueError:
        found = None
    if found is None or not day_range.holds(found):
        raise ValidationError(_("A date as YYYY-MM-DD."))
    return found
