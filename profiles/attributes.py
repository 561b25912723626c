"""Attributes as the pages show and ask for them: facts in words, inputs, cells of a table (DOMAIN 1.3).

For whoever reads or writes tables (lists, import, export): ``service.standing()`` says which there are,
``header(attribute)`` what a column is called, ``cell(attribute, value)`` what stands in it, and the verb
``service.put_many`` takes such cells back as they are.
"""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kol_crm.core import wording
from profiles.facts import Fact, FactRow, Shown
from profiles.models import Attribute, AttributeKind, Kol
from profiles.models.attribute import PREFIX
from profiles.rules import attribute as rules
from profiles.services import attribute as service

YES_NO = (("", "–"), ("true", gettext_lazy("Yes")), ("false", gettext_lazy("No")))


def words(attribute: Attribute, value: Any) -> str:
    """A value as a reader knows it; empty where nothing is known."""
    if value is None:
        return ""
    match attribute.kind:
        case AttributeKind.CHOICE:
            return attribute.choice_names().get(value, value)
        case AttributeKind.YES_NO:
            return _("yes") if value else _("no")
        case AttributeKind.DATE:
            return wording.day_words(value, "year", value, wording.babel_locale())
        case AttributeKind.NUMBER:
            return wording.grouped(_short(value), wording.babel_locale())
    return str(value)


def _short(number: Decimal) -> Decimal | int:
    return int(number) if number == number.to_integral_value() else number.normalize()


def kept_words(attribute: Attribute, kept: Any) -> str:
    """A value of the history in words."""
    if kept is None:
        return wording.UNKNOWN
    if attribute.kind == AttributeKind.NUMBER:
        return words(attribute, Decimal(kept))
    if attribute.kind == AttributeKind.DATE:
        return words(attribute, date.fromisoformat(kept))
    return words(attribute, kept)


def header(attribute: Attribute) -> str:
    """What a table calls its column, understood by the import: ``attr_<key>``."""
    return attribute.field


def cell(_attribute: Attribute, value: Any) -> str:
    """The value as text that ``put_many`` understands."""
    return rules.as_text(value)


# Facts of a file


def fact(attribute: Attribute, value_of: Callable[[Kol], Any]) -> Fact:
    """The row of the left column that shows and edits this attribute."""

    def show(kol: Kol, _now: datetime) -> Shown:
        return Shown(words(attribute, value_of(kol)))

    return Fact(attribute.field, str(attribute), (attribute.field,), show, always=True)


def find(name: str) -> Fact | None:
    """The fact that a page calls ``attr_<key>``; it looks its value up whenever it is shown."""
    if not name.startswith(PREFIX):
        return None
    attribute = Attribute.objects.filter(key=name.removeprefix(PREFIX), retired_at=None).first()
    return attribute and fact(attribute, lambda kol: service.values_of([kol.pk])[kol.pk].get(attribute.key))


def rows(kol: Kol, now: datetime, attributes: Sequence[Attribute]) -> dict[str, list[FactRow]]:
    """The attributes of a file by their group, empty ones too: they were added to be asked (one query)."""
    found: dict[str, list[FactRow]] = {group: [] for group in Attribute.Group.values}
    values = service.values_of([kol.pk])[kol.pk] if attributes else {}
    for attribute in attributes:
        one = fact(attribute, lambda _kol, key=attribute.key: values.get(key))
        found[attribute.group].append(FactRow(one, one.show(kol, now)))
    return found


# Inputs


def inputs(attributes: list[Attribute], values: dict[str, Any]) -> dict[str, forms.Field]:
    """A form field for each attribute, by its field's name, starting from the file's values."""
    return {one.field: _input(one, values.get(one.key)) for one in attributes}


def _input(attribute: Attribute, value: Any) -> forms.Field:
    options = {"label": str(attribute), "required": attribute.required, "initial": rules.plain(value)}
    make: dict[str, Callable[..., forms.Field]] = {
        AttributeKind.NUMBER: lambda **more: forms.DecimalField(max_digits=19, decimal_places=4, **more),
        AttributeKind.DATE: lambda **more: forms.DateField(
            widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **more
        ),
        AttributeKind.LINK: lambda **more: forms.URLField(
            max_length=rules.LONGEST, assume_scheme="https", **more
        ),
        AttributeKind.TEXT: lambda **more: forms.CharField(max_length=rules.LONGEST, **more),
    }
    if attribute.kind == AttributeKind.YES_NO:
        options["initial"] = "" if value is None else "true" if value else "false"
        return forms.ChoiceField(choices=YES_NO, **options)
    if attribute.kind == AttributeKind.CHOICE:
        offered = attribute.offered()
        if value is not None and value not in dict(offered):
            offered = [*offered, (value, attribute.choice_names().get(value, value))]
        return forms.ChoiceField(choices=[("", "–"), *offered], **options)
    return make[attribute.kind](**options)
