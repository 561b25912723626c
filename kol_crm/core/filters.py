"""What every list's filters have in common: nothing misunderstood is ever taken for "all" (HOUSE)."""

import copy
from collections.abc import Iterable
from datetime import datetime
from functools import cached_property
from typing import Any

import django_filters
from django import forms
from django.core.validators import EMPTY_VALUES
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kol_crm.core.conditions import Reader

RESERVED = frozenset({"sort", "cursor", "limit"})


class FilterSet(django_filters.FilterSet):
    """Filters of one list, shared by its page, its API and its export.

    A value that is not understood, or a parameter that the list does not know, is a problem at its name and
    leaves no row. ``user`` is the reader (for ``me``), ``now`` the moment, ``day`` the reader's date then.
    """

    def __init__(self, data, queryset, *, user, now: datetime):
        # The library's own copies all filters at once, asked or not: a third of a short answer's time.
        self.is_bound = data is not None
        self.data = data or QueryDict()
        self.queryset = queryset
        self.request = self.form_prefix = None
        self.user = user
        self.now = now
        self.day = timezone.localdate(now)

    @cached_property
    def filters(self) -> dict[str, Any]:
        """This reading's own copies of the declared filters, made when somebody asks for them."""
        return {name: self._own(one) for name, one in self.base_filters.items()}

    def _own(self, declared: Any) -> Any:
        """A copy that asks this set; what it was declared with is only read, so that both share it."""
        own = copy.copy(declared)
        vars(own).pop("_field", None)
        own.method = own.method  # binds it to the copy
        own.model, own.parent = self.queryset.model, self
        return own

    def get_form_class(self):
        """What is not asked needs no field: to make them all takes longer than to understand the few."""
        return self._form_of(name for name in self.filters if name in self.data)

    def _form_of(self, names: Iterable[str]) -> type[forms.Form]:
        return type("Asked", (self._meta.form,), {name: self.filters[name].field for name in names})

    def inputs(self, names: Iterable[str]) -> list[forms.BoundField]:
        """The fields of these filters, asked or not, to be drawn."""
        form = self._form_of(names)(self.data)
        return [form[name] for name in form.fields]

    @cached_property
    def asks_nothing(self) -> bool:
        """Whether no parameter but place and order is given: then there is nothing to understand or filter.

        A set with a ``filter_queryset`` of its own filters always.
        """
        return type(self).filter_queryset is FilterSet.filter_queryset and set(self.data) <= RESERVED

    @property
    def reader(self) -> Reader:
        return Reader(self.user, self.day)

    @cached_property
    def problems(self) -> dict[str, list[str]]:
        """Messages keyed by parameter; empty when all was understood."""
        if self.asks_nothing:
            return {}
        unknown = sorted(set(self.data) - set(self.filters) - RESERVED)
        found = {name: [str(message) for message in messages] for name, messages in self.form.errors.items()}
        return (
            self._too_long() | found | {name: [str(_("This list has no such filter."))] for name in unknown}
        )

    def _too_long(self) -> dict[str, list[str]]:
        """Texts count as they were sent, as the API's document has it; what is trimmed off counts too."""
        longest = {name: getattr(field, "max_length", None) for name, field in self.form.fields.items()}
        return {
            name: [str(_("At most %(most)d characters.") % {"most": most})]
            for name, most in longest.items()
            if most and any(len(value) > most for value in self.data.getlist(name))
        }

    @property
    def qs(self):
        if self.problems:
            return self.queryset.none()
        return self.queryset.all() if self.asks_nothing else super().qs

    def walking(self) -> QuerySet | None:
        """The same rows asked past the indexes that find them, for a walk along the list (``page_of_many``).

        None where the database foresees by itself how many rows there are.
        """
        return None

    @cached_property
    def active(self) -> dict[str, Any]:
        """The filters in use with their cleaned values."""
        if self.asks_nothing or not self.form.is_valid():
            return {}
        return {name: value for name, value in self.form.cleaned_data.items() if value not in EMPTY_VALUES}


class Flag(django_filters.TypedChoiceFilter):
    """``true`` or ``false``; Django's own boolean filter takes anything else for "not asked"."""

    def __init__(self, **options):
        words = (("true", _("Yes")), ("false", _("No")))
        super().__init__(
            choices=words, coerce=lambda word: word == "true" if word else None, empty_value=None, **options
        )


class Conditions(django_filters.CharFilter):
    """Nested conditions as one text (``nested.py``)."""


class AnyOf(django_filters.MultipleChoiceFilter):
    """Any of the given choices, as one ``IN``: the library's own filter sorts out doubles with DISTINCT."""

    def filter(self, qs, value):
        return qs.filter(**{f"{self.field_name}__in": value}) if value else qs


class _WordsField(forms.CharField):
    """Every value given under the name, blank ones left out."""

    widget = forms.MultipleHiddenInput

    def to_python(self, value):
        return [word for word in (super(_WordsField, self).to_python(word) for word in value or ()) if word]

    def run_validators(self, value):
        for word in value:
            super().run_validators(word)


class Words(django_filters.Filter):
    """Free words, several times the same parameter."""

    field_class = _WordsField
