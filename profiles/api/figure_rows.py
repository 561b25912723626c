"""Rows of figures as ``POST /api/v1/snapshots/bulk/`` gets them: read plainly, as thousands come at once.

A serializer for each row would take longer than to write it (PERFORMANCE); what is wrong stands at its field.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from types import MappingProxyType
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from kol_crm.core.api.strict import DECIMAL, OneByOne, StrictSerializer
from kol_crm.core.text import can_be_kept
from profiles.api import figure_files
from profiles.api.figure_files import FileName
from profiles.models import Account, Platform
from profiles.rules import metric
from profiles.services.figure_intake import CHANGED, NEW, UNCHANGED, Given

MOST_ROWS = 5_000
NOBODYS = UUID(int=0)
DECIMALS, LARGEST = -4, Decimal(10) ** 16
LONGEST_SOURCE = 40
NAMED = frozenset({"platform", "external_id"})  # in place of the account's id
BY_FILE = frozenset({"platform", "file"})  # so too
FIELDS = frozenset({"start", "end", "source", "figures"})
Named = tuple[str, str]
Errors = dict[str, list[str]]


@extend_schema_field({"type": ["string", "number"], "pattern": r"^-?[0-9]{1,16}(\.[0-9]{0,4})?$"})
class Figure(serializers.Field):
    """A decimal string, or a number."""


class FigureRow(StrictSerializer):
    """The figures of an account in the same days. Of stocks ``start`` may be left out."""

    class Meta:
        list_serializer_class = OneByOne

    account = serializers.UUIDField(
        required=False, help_text="Or platform and external_id, or file and platform."
    )
    file = FileName(
        required=False, help_text="As a source knows it; with platform, where it has one account."
    )
    platform = serializers.ChoiceField(Platform.choices, required=False)
    external_id = serializers.CharField(max_length=120, required=False, help_text="The account's id there.")
    start = serializers.DateField(required=False, allow_null=True)
    end = serializers.DateField()
    source = serializers.CharField(max_length=LONGEST_SOURCE, default="api")
    figures = serializers.DictField(child=Figure(), help_text="By metric.")


class FigureRows(StrictSerializer):
    rows = FigureRow(many=True, allow_empty=False, max_length=MOST_ROWS, help_text=f"At most {MOST_ROWS}.")


class RowsBody(StrictSerializer):
    """As ``FigureRows``; what is in a row is looked at row by row."""

    rows = serializers.ListField(
        child=serializers.JSONField(allow_null=True), allow_empty=False, max_length=MOST_ROWS
    )


class FigureOutcome(serializers.Serializer):
    """``figures``: what became of each, by metric. With ``errors`` nothing of the row is in."""

    row = serializers.IntegerField(help_text="Its place in what was sent, from 0.")
    figures = serializers.DictField(child=serializers.ChoiceField([NEW, CHANGED, UNCHANGED]))
    errors = serializers.DictField(child=serializers.ListField(child=serializers.CharField()))


class FigureCounts(serializers.Serializer):
    """Figures, and rows that were refused."""

    new = serializers.IntegerField()
    changed = serializers.IntegerField()
    unchanged = serializers.IntegerField()
    refused = serializers.IntegerField()


class FiguresAnswer(serializers.Serializer):
    counts = FigureCounts()
    results = FigureOutcome(many=True)


def accounts_of(rows: Sequence[Any]) -> dict[Named, UUID]:
    """The accounts that rows name by platform and id there (one query); who may see them is asked later."""
    asked: dict[str, set[str]] = defaultdict(set)
    for raw in rows:
        if isinstance(raw, Mapping) and "account" not in raw and (named := _named(raw)):
            asked[named[0]].add(named[1])
    if not asked:
        return {}
    wanted = Q()
    for platform, ids in asked.items():
        wanted |= Q(platform=platform, external_id__in=ids)
    found = Account.objects.filter(wanted).order_by().values_list("platform", "external_id", "pk")
    return {(platform, external_id): pk for platform, external_id, pk in found}


def _named(raw: Mapping[str, Any]) -> Named | None:
    platform, external_id = raw.get("platform"), raw.get("external_id")
    known = isinstance(platform, str) and platform in Platform.values
    if not known or not isinstance(external_id, str) or not external_id or not can_be_kept(external_id):
        return None
    return platform, external_id


def read(
    raw: Any,
    accounts: Mapping[Named, UUID] = MappingProxyType({}),
    of_files: Mapping[figure_files.Named, UUID | Errors] = MappingProxyType({}),
) -> tuple[Given | None, Errors]:
    """The row, or what is wrong with it by field.

    ``accounts``: those that rows name by platform and id; ``of_files``: by file and platform.
    """
    if not isinstance(raw, Mapping):
        return None, {"row": [_("A row is an object.")]}
    errors: Errors = {str(name): ["There is no such field."] for name in raw.keys() - _known(raw)}
    end = _day(raw.get("end"))
    account = _account_of(raw, accounts, of_files, errors)
    start = end if raw.get("start") is None else _day(raw["start"])
    source = raw.get("source", "api")
    if end is None:
        errors["end"] = [_("This is not a day.")]
    elif start is None:
        errors["start"] = [_("This is not a day.")]
    if not _is_source(source):
        errors["source"] = [
            _("Say where they come from in at most %(n)d characters.") % {"n": LONGEST_SOURCE}
        ]
    values = _values(raw.get("figures"), errors)
    if errors or account is None or start is None or end is None:
        return None, errors
    return Given(account, start, end, source.strip(), values), {}


def _known(raw: Mapping[str, Any]) -> frozenset[str]:
    """The fields of a row, by how it names the account."""
    if "account" in raw:
        return FIELDS | {"account"}
    return FIELDS | (BY_FILE if "file" in raw else NAMED)


def _account_of(raw, accounts, of_files, errors: Errors) -> UUID | None:
    """The account that the row names; why there is none among the errors."""
    if "file" in raw and "account" not in raw:
        named = figure_files.named(raw)
        found = of_files.get(named, NOBODYS) if isinstance(named, tuple) else named
        if isinstance(found, UUID):
            return found
        errors |= found
        return None
    if "account" not in raw and (there := _named(raw)):
        return accounts.get(there, NOBODYS)  # the same answer as for an account out of sight
    account = _account(raw.get("account"))
    if account is None:
        errors["account"] = [_("This is not an id.")]
    return account


def _is_source(raw: Any) -> bool:
    return isinstance(raw, str) and len(raw.strip()) > 0 and len(raw) <= LONGEST_SOURCE and can_be_kept(raw)


def _values(raw: Any, errors: Errors) -> dict[str, Decimal]:
    if not isinstance(raw, Mapping) or not raw:
        errors["figures"] = [_("Give at least one figure, by its metric.")]
        return {}
    values = {}
    for name, figure in raw.items():
        value = _value(figure)
        if name not in metric.KINDS:
            errors[f"figures.{name}"] = [_("There is no metric %(metric)s.") % {"metric": name}]
        elif value is None:
            errors[f"figures.{name}"] = [_("This is not a number with at most four decimals.")]
        else:
            values[name] = value
    return values


def _value(raw: Any) -> Decimal | None:
    if isinstance(raw, bool) or not isinstance(raw, str | int | float):
        return None
    if isinstance(raw, str) and not DECIMAL.fullmatch(raw):  # Decimal reads 1_000 and 1e5 too
        return None
    try:
        value = Decimal(str(raw))
    except InvalidOperation:
        return None
    if not value.is_finite() or abs(value) >= LARGEST:
        return None
    places = value.normalize().as_tuple().exponent
    return value if isinstance(places, int) and places >= DECIMALS else None


def _account(raw: Any) -> UUID | None:
    try:
        return UUID(raw) if isinstance(raw, str) else None
    except ValueError:
        return None


def _day(raw: Any) -> date | None:
    try:
        return date.fromisoformat(raw) if isinstance(raw, str) and len(raw) == 10 else None
    except ValueError:
        return None
