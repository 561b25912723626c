"""The filters that attributes bring to lists of files: ``attr_<key>``, for page and API alike.

Text and links are asked by a part of them, numbers and days by ``_min`` and ``_max``, choices by any of their
keys, yes and no by ``true`` and ``false``; ``none`` asks for files of which it is not known.
"""

from collections.abc import Iterable

import django_filters as filters
from django import forms
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from kol_crm.core.filters import AnyOf
from profiles.models import Attribute, AttributeKind, AttributeValue
from profiles.models.attribute import PREFIX
from profiles.services import attribute as service

NONE = "none"
UNKNOWN = (NONE, _("not known"))


def asked_for(names: Iterable[str]) -> dict[str, filters.Filter]:
    """The filters of all standing attributes where one of these parameters is one's; else none, unasked."""
    return of(service.standing()) if any(name.startswith(PREFIX) for name in names) else {}


def of(attributes: Iterable[Attribute]) -> dict[str, filters.Filter]:
    """The filters of these attributes by their parameter."""
    return {name: found for one in attributes for name, found in _filters(one)}


def _filters(attribute: Attribute) -> Iterable[tuple[str, filters.Filter]]:
    name, label = attribute.field, str(attribute)
    match attribute.kind:
        case AttributeKind.CHOICE:
            choices = [*attribute.choice_names().items(), UNKNOWN]
            yield name, AnyOf(choices=choices, method=_any_of(attribute), label=label)
        case AttributeKind.YES_NO:
            choices = [("true", _("Yes")), ("false", _("No")), UNKNOWN]
            yield name, AnyOf(choices=choices, method=_any_of(attribute), label=label)
        case AttributeKind.NUMBER:
            for end, lookup, words in _ENDS:
                yield (
                    f"{name}_{end}",
                    filters.NumberFilter(
                        method=_compared(attribute, f"number__{lookup}"), label=words % {"what": label}
                    ),
                )
        case AttributeKind.DATE:
            for end, lookup, words in _ENDS:
                yield (
                    f"{name}_{end}",
                    filters.DateFilter(
                        method=_compared(attribute, f"day__{lookup}"),
                        label=words % {"what": label},
                        widget=forms.DateInput(attrs={"type": "date"}),
                    ),
                )
        case _:
            yield (
                name,
                filters.CharFilter(
                    method=_compared(attribute, "text__icontains"), label=label, max_length=100
                ),
            )


_ENDS = (("min", "gte", _("%(what)s from")), ("max", "lte", _("%(what)s to")))


def _values(attribute: Attribute) -> QuerySet:
    return AttributeValue.objects.filter(attribute=attribute, kol=OuterRef("pk"))


def _compared(attribute: Attribute, lookup: str):
    def compare(kols: QuerySet, _name: str, value) -> QuerySet:
        return kols.filter(Exists(_values(attribute).filter(**{lookup: value})))

    return compare


def _any_of(attribute: Attribute):
    def choose(kols: QuerySet, _name: str, chosen: list[str]) -> QuerySet:
        given = [word for word in chosen if word != NONE]
        if attribute.kind == AttributeKind.YES_NO:
            given = [word == "true" for word in given]
        wanted = Q(Exists(_values(attribute).filter(**{f"{attribute.column}__in": given})))
        return kols.filter(wanted | ~Q(Exists(_values(attribute))) if NONE in chosen else wanted)

    return choose
