"""The small lists of one file, by statements that are written once a process (core/kept.py)."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Q, Value
from django.utils.translation import get_language

from kol_crm.core.kept import Kept, KeptRows, read_by, those_of
from profiles.models import ContactPoint, ExternalId, Kol, KolField, KolTag, Quote

FIELD, TAG = "field", "tag"


@dataclass(frozen=True)
class FieldOnFile:
    """A field of the file with its strength, in the reader's language."""

    field: str
    strength: int

    def __str__(self):
        return f"{self.field} {self.strength}"


@dataclass(frozen=True)
class Words:
    """Fields, the strongest first, and tags."""

    fields: list[FieldOnFile]
    tags: list[str]


def _words(ours: Q):
    fields = KolField.objects.order_by().filter(ours)
    tags = KolTag.objects.order_by().filter(ours)
    columns = ("field__name_en", "field__name_zh", "strength", "position", "pk")
    return fields.values_list(Value(FIELD), *columns).union(
        tags.values_list(Value(TAG), "tag__name", "tag__folded", Value(0), Value(0), "tag__pk"), all=True
    )


_WORDS = Kept("kol", _words)
_CONTACTS = KeptRows(
    lambda kols: ContactPoint.objects.filter(those_of(kols, "kol")).only(
        *("kol", "channel", "masked", "label", "preferred", "verified_on", "dead_since", "shared", "guardian")
    )
)
_QUOTES = KeptRows(
    lambda kols: Quote.objects.filter(those_of(kols, "kol")).only("kol", "what", "amount", "currency", "on")
)


def words(kol: Kol) -> Words:
    """One statement for both, once for each row of a file that a page holds."""
    read = vars(kol)
    if "words_on_file" not in read:
        read["words_on_file"] = _words_of(kol)
    return read["words_on_file"]


def _words_of(kol: Kol) -> Words:
    fields: list[tuple[Any, FieldOnFile]] = []
    tags: list[tuple[Any, str]] = []
    chinese = (get_language() or "").startswith("zh")
    for kind, name, second, strength, position, pk in _WORDS.of([kol.pk]):
        if kind == FIELD:
            shown = FieldOnFile(second if chinese else name, strength)
            fields.append(((-strength, position, pk), shown))
        else:
            tags.append(((second, pk), name))
    return Words(
        [field for _place, field in sorted(fields, key=lambda pair: pair[0])],
        [tag for _place, tag in sorted(tags)],
    )


_EXTERNAL_IDS = KeptRows(
    lambda kols: ExternalId.objects.filter(those_of(kols, "kol")).select_related("source")
)


def contacts_of(kol: Kol) -> list[ContactPoint]:
    """Masked: what is sealed is not read."""
    return read_by(_CONTACTS, [kol.pk])


def quotes_of(kol: Kol) -> list[Quote]:
    return read_by(_QUOTES, [kol.pk])


def external_ids_of(kol: Kol) -> list[ExternalId]:
    """By which ids other systems know the file, each with its source."""
    return read_by(_EXTERNAL_IDS, [kol.pk])
