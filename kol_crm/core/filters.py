"""What every list's filters have in common: nothing misunderstood is ever taken for "all" (HOUSE)."""

from datetime import datetime
from functools import cached_property
from typing import Any

import django_filters
from django import forms
from django.core.validators import EMPTY_VALUES
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

RESERVED = frozenset({"sort", "cursor", "limit"})


class FilterSet(django_filters.FilterSet):
    """Filters of one list, shared by its page, its API and its export.

    A value that is not understood, or a parameter that the list does not know, is a problem at its name and
    leaves no row. ``user`` is the reader (for ``me``), ``now`` the moment, ``day`` the reader's date then.
    """

    def __init__(self, data, queryset, *, user, now: datetime):
        super().__init__(data, queryset)
        self.user = user
        self.now = now
        self.day = timezone.localdate(now)

    @cached_property
    def problems(self) -> dict[str, list[str]]:
        """Messages keyed by parameter; empty when all was understood."""
        unknown = sorted(set(self.data) - set(self.filters) - RESERVED)
        found = {name: [str(message) for message in messages] for name, messages in self.form.errors.items()}
        return found | {name: [str(_("This list has no such filter."))] for name in unknown}

    @property
    def qs(self):
        if self.problems:
            return self.queryset.none()
        return super().qs

    @cached_property
    def active(self) -> dict[str, Any]:
        """The filters in use with their cleaned values."""
        if not self.form.is_valid():
            return {}
        return {name: value for name, value in self.form.cleaned_data.items() if value not in EMPTY_VALUES}


class Flag(django_filters.TypedChoiceFilter):
    """``true`` or ``false``; Django's own boolean filter takes anything else for "not asked"."""

    def __init__(self, **options):
        words = (("true", _("Yes")), ("false", _("No")))
        super().__init__(
            choices=words, coerce=lambda word: word == "true" if word else None, empty_value=None, **options
        )


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
