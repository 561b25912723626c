"""What every list's filters have in common: nothing misunderstood is ever taken for "all" (HOUSE)."""

from datetime import datetime
from functools import cached_property
from typing import Any

import django_filters
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
        return {
            name: value
            for name, value in self.form.cleaned_data.items()
            if value not in EMPTY_VALUES and (not hasattr(value, "exists") or list(value))
        }
