"""Months in filters: written as 2026-11, read as their first day."""

import re
from datetime import date
from typing import Any

import django_filters as filters
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from kol_crm.core import day_range

WRITTEN = re.compile(r"(\d{4})-(0[1-9]|1[0-2])", re.ASCII)


class MonthField(forms.CharField):
    default_validators = [day_range.within]

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        if not text:
            return None
        found = WRITTEN.fullmatch(text)
        if found is None:
            raise ValidationError(_("Give the month as 2026-11."))
        return date(int(found[1]) or 1, int(found[2]), 1)


class MonthFilter(filters.Filter):
    field_class = MonthField
    shape = "month"


def following(month: date) -> date:
    """The first day of the next month."""
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)
