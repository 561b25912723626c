"""Shapes of policy values: which inputs a value is edited in, and what is wrong with one.

A shape is a leaf (one input), a ``Table`` of named shapes, or ``Rows`` that whoever edits adds and removes; a
value is what JSON holds. A problem is keyed by the path inside the value, ``""`` being the value itself.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import time
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.utils.translation import gettext as _

Problems = dict[str, str]
Choices = Callable[[], list[tuple[str, Any]]]


@dataclass(frozen=True)
class Number:
    """A whole number between two bounds."""

    low: int
    high: int

    def problems(self, value: Any) -> Problems:
        if type(value) is int and self.low <= value <= self.high:
            return {}
        return {"": _("Give a whole number from %(low)s to %(high)s.") % vars(self)}

    def field(self) -> forms.Field:
        return forms.IntegerField(min_value=self.low, max_value=self.high)

    def shown(self, value: Any) -> Any:
        return value

    def taken(self, cleaned: Any) -> Any:
        return cleaned

    def words(self, value: Any) -> str:
        return str(value)


@dataclass(frozen=True)
class Share:
    """A part of the whole, kept as decimal text ("0.05"), edited in per cent."""

    low: Decimal = Decimal(0)
    high: Decimal = Decimal(1)

    def problems(self, value: Any) -> Problems:
        try:
            share = Decimal(value) if isinstance(value, str) else Decimal("NaN")
        except InvalidOperation:
            share = Decimal("NaN")
        if share.is_finite() and self.low <= share <= self.high:
            return {}
        bounds = {"low": self.words(str(self.low)), "high": self.words(str(self.high))}
        return {"": _("Give a share from %(low)s to %(high)s.") % bounds}

    def field(self) -> forms.Field:
        return forms.DecimalField(min_value=self.low * 100, max_value=self.high * 100, decimal_places=3)

    def shown(self, value: Any) -> Any:
        return f"{(Decimal(value) * 100).normalize():f}"

    def taken(self, cleaned: Any) -> Any:
        return f"{(cleaned / 100).normalize():f}"

    def words(self, value: Any) -> str:
        return f"{self.shown(value)} %"


@dataclass(frozen=True)
class Text:
    """Words; several lines where ``rows`` says so. ``check`` says what else is wrong."""

    longest: int
    rows: int = 1
    required: bool = True
    check: Callable[[str], str] = lambda _text: ""

    def problems(self, value: Any) -> Problems:
        if not isinstance(value, str) or len(value) > self.longest:
            return {"": _("Give at most %(longest)s characters.") % {"longest": self.longest}}
        if self.required and not value.strip():
            return {"": _("This field is required.")}
        problem = self.check(value)
        return {"": problem} if problem else {}

    def field(self) -> forms.Field:
        widget = forms.Textarea(attrs={"rows": self.rows}) if self.rows > 1 else forms.TextInput()
        return forms.CharField(max_length=self.longest, required=self.required, widget=widget)

    def shown(self, value: Any) -> Any:
        return value

    def taken(self, cleaned: Any) -> Any:
        return cleaned.replace("\r\n", "\n")

    def words(self, value: Any) -> str:
        return str(value) or "–"


@dataclass(frozen=True)
class Choice:
    """One of some words."""

    choices: Choices
    searched: bool = False

    def problems(self, value: Any) -> Problems:
        return {} if value in dict(self.choices()) else {"": _("This is not one of the choices.")}

    def field(self) -> forms.Field:
        attrs = {"data-tom": True} if self.searched else {}
        return forms.ChoiceField(
            choices=self.choices, required="" not in dict(self.choices()), widget=forms.Select(attrs=attrs)
        )

    def shown(self, value: Any) -> Any:
        return value

    def taken(self, cleaned: Any) -> Any:
        return cleaned

    def words(self, value: Any) -> str:
        return str(dict(self.choices()).get(value, value))


@dataclass(frozen=True)
class Switch:
    """Yes or no."""

    def problems(self, value: Any) -> Problems:
        return {} if isinstance(value, bool) else {"": _("Say yes or no.")}

    def field(self) -> forms.Field:
        return forms.BooleanField(required=False)

    def shown(self, value: Any) -> Any:
        return value

    def taken(self, cleaned: Any) -> Any:
        return cleaned

    def words(self, value: Any) -> str:
        return _("yes") if value else _("no")


@dataclass(frozen=True)
class Hour:
    """HH:MM."""

    def problems(self, value: Any) -> Problems:
        try:
            time.fromisoformat(value)
        except (TypeError, ValueError):
            return {"": _("Give the time as HH:MM.")}
        return {}

    def field(self) -> forms.Field:
        return forms.TimeField(widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))

    def shown(self, value: Any) -> Any:
        return value

    def taken(self, cleaned: Any) -> Any:
        return cleaned.strftime("%H:%M")

    def words(self, value: Any) -> str:
        return str(value)


@dataclass(frozen=True)
class Numbers:
    """Some whole numbers, each once, written with commas between them."""

    low: int
    high: int
    most: int

    def problems(self, value: Any) -> Problems:
        good = (
            isinstance(value, list)
            and 0 < len(value) <= self.most
            and len(set(map(str, value))) == len(value)
            and all(type(one) is int and self.low <= one <= self.high for one in value)
        )
        words = _(
            "Give up to %(most)s different whole numbers from %(low)s to %(high)s, with commas between."
        )
        return {} if good else {"": words % vars(self)}

    def field(self) -> forms.Field:
        return forms.CharField(max_length=100)

    def shown(self, value: Any) -> Any:
        return ", ".join(map(str, value)) if isinstance(value, list) else value

    def taken(self, cleaned: Any) -> Any:
        parts = [part.strip() for part in cleaned.replace("，", ",").split(",") if part.strip()]
        return [int(part) if part.isdecimal() else part for part in parts]

    def words(self, value: Any) -> str:
        return self.shown(value)


Leaf = Number | Share | Text | Choice | Switch | Hour | Numbers


@dataclass(frozen=True)
class Table:
    """Named parts, each with its label and shape; ``check`` says what they must say together."""

    rows: Mapping[str, tuple[Any, "Shape"]]
    check: Callable[[Any], Problems] = lambda _value: {}

    def problems(self, value: Any) -> Problems:
        if not isinstance(value, dict) or set(value) != set(self.rows):
            return {"": _("Give a value for each of: %(names)s.") % {"names": ", ".join(self.rows)}}
        found = {
            f"{key}.{path}".rstrip("."): words
            for key, (_label, shape) in self.rows.items()
            for path, words in shape.problems(value[key]).items()
        }
        return found or self.check(value)


KEY = re.compile(r"[a-z0-9_-]{1,20}")


@dataclass(frozen=True)
class Rows:
    """Rows of one shape under keys of their own, one to ``most`` of them, in the order of their ``place``.

    ``blank`` is a new row before anything is said; ``title`` names a row; ``check`` is what they must say
    together.
    """

    row: Table
    blank: Mapping[str, Any]
    title: Callable[[Mapping[str, Any]], Any]
    most: int
    check: Callable[[Any], Problems] = lambda _value: {}

    def problems(self, value: Any) -> Problems:
        if not isinstance(value, dict) or not all(KEY.fullmatch(str(key)) for key in value):
            return {"": _("Name each row by a short key of small letters and digits.")}
        if not 0 < len(value) <= self.most:
            return {"": _("Give 1 to %(most)d rows.") % {"most": self.most}}
        found = {
            f"{key}.{path}".rstrip("."): words
            for key, row in value.items()
            for path, words in self.row.problems(row).items()
        }
        return found or self.check(value)

    def keys(self, value: Mapping[str, Any]) -> list[str]:
        """In the order in which they are read: JSON keeps none on PostgreSQL."""
        return sorted(value, key=lambda key: (value[key].get("place") or 0, key))


Shape = Leaf | Table | Rows


def leaves(
    shape: Shape, value: Any = None, path: str = "", labels: tuple = ()
) -> Iterator[tuple[str, tuple, Leaf]]:
    """(path, labels from the outside in, leaf) of each input of a ``value``."""
    match shape:
        case Table():
            for key, (label, inner) in shape.rows.items():
                part = value[key] if isinstance(value, Mapping) and key in value else None
                yield from leaves(inner, part, f"{path}.{key}".lstrip("."), (*labels, label))
        case Rows():
            for key in shape.keys(value):
                yield from leaves(
                    shape.row, value[key], f"{path}.{key}".lstrip("."), (*labels, shape.title(value[key]))
                )
        case _:
            yield path, labels, shape


def at(value: Any, path: str) -> Any:
    """The part of a value that stands at a path."""
    for key in path.split(".") if path else ():
        value = value[key]
    return value


def put_together(parts: Mapping[str, Any]) -> Any:
    """The value whose parts stand at these paths."""
    if "" in parts:
        return parts[""]
    value: dict[str, Any] = {}
    for path, part in parts.items():
        *outer, last = path.split(".")
        place = value
        for key in outer:
            place = place.setdefault(key, {})
        place[last] = part
    return value


def like(default: Any) -> Shape:
    """The shape that a value seems to have, for settings declared without one."""
    match default:
        case dict():
            return Table({str(key): (str(key), like(part)) for key, part in default.items()})
        case list():
            return Numbers(0, 3650, 10)
        case bool():
            return Switch()
        case int():
            return Number(0, 1_000_000_000)
    return Text(2000, rows=1 if len(str(default)) < 80 else 4, required=bool(default))
