"""The fields of many files at once, with their strengths, and what the history says of them."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError

from kol_crm.core import copying
from profiles.models import Field, Kol, KolField

Diffs = dict[str, tuple[Any, Any]]


def in_words(strengths: Iterable[tuple[Field, int]]) -> list[dict[str, Any]]:
    return [{"field": one.slug, "strength": strength} for one, strength in strengths]


def wrong_with(strength: int) -> list[str]:
    """What its column says of a strength."""
    try:
        KolField._meta.get_field("strength").run_validators(strength)
    except ValidationError as error:
        return list(error.messages)
    return []


def ranked(kol: Kol, strengths: Iterable[tuple[Field, int]]) -> list[KolField]:
    """Rows to be written, in this order."""
    return [
        KolField(kol=kol, field=one, strength=strength, position=place)
        for place, (one, strength) in enumerate(strengths)
    ]


def in_order(kol: Kol) -> list[KolField]:
    """The fields of a file as they were listed."""
    return sorted(kol.kol_fields.all(), key=lambda row: row.position)


def fields_diff(kol: Kol, wanted: Iterable[tuple[Field, int]]) -> Diffs:
    """What differs when these become the file's fields."""
    before = in_words((row.field, row.strength) for row in in_order(kol))
    after = in_words(wanted)
    return {"fields": (before, after)} if before != after else {}


def replace_fields(wanted: Iterable[tuple[Kol, Iterable[tuple[Field, int]]]]) -> None:
    """Make these the fields of their files; the strongest, the first on ties, is the main one."""
    rows, kols = [], []
    for kol, strengths in wanted:
        rank = ranked(kol, strengths)
        main = min(rank, key=lambda row: (-row.strength, row.position), default=None)
        kol.main_field = main.field if main else None
        rows += rank
        kols.append(kol.pk)
    KolField.objects.filter(kol__in=kols).delete()
    copying.insert(rows)
