"""The filters of the imports and of their rows."""

import django_filters as filters
from django.utils.translation import gettext_lazy as _

from kol_crm.core.filters import AnyOf, FilterSet
from profiles.models import Import, ImportRow, Outcome


class ImportFilter(FilterSet):
    state = AnyOf(choices=Import.State, label=_("State"))


class ImportRowFilter(FilterSet):
    imported = filters.UUIDFilter(field_name="imported_id", label=_("Import"))
    result = AnyOf(choices=Outcome, method="filter_result", label=_("What becomes of it"))
    undo = AnyOf(choices=ImportRow.Undo, label=_("Undo"))

    def filter_result(self, rows, _name, outcomes):
        return rows.filter(outcome__in=outcomes)
