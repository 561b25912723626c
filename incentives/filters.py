"""The filters of the list of plans, shared by its page, its panel on the file, and the API."""

import django_filters as filters
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from incentives.models import IncentivePlan, Kind, PlanItem
from kol_crm.core.filters import AnyOf, Flag
from profiles import search
from profiles.filters import NONE, OfFileFilter, SlugsFilter
from profiles.models import Field, Kol, Level

LEVELS = [*Level.choices, (NONE, _("No level"))]


class PlanFilter(OfFileFilter):
    """Several values of one filter mean any of them, several filters mean all of them."""

    state = AnyOf(choices=IncentivePlan.State, label=_("State"))
    kind = AnyOf(choices=Kind, method="filter_kind", label=_("Kind"))
    level = AnyOf(choices=LEVELS, method="filter_file", label=_("Level"))
    field = SlugsFilter(Field, method="filter_file", label=_("Field"))
    due_from = filters.DateFilter(method="filter_due", label=_("Something due from"))
    due_to = filters.DateFilter(method="filter_due", label=_("Something due until"))
    for_me = Flag(method="filter_for_me", label=_("For me to approve"))
    q = filters.CharFilter(method="filter_q", max_length=100, label=_("Search"))

    def filter_for_me(self, plans, _name, wanted):
        waiting = IncentivePlan.objects.to_approve(self.user).values("pk")
        return plans.filter(pk__in=waiting) if wanted else plans.exclude(pk__in=waiting)

    def filter_kind(self, plans, _name, kinds):
        return plans.filter(Exists(PlanItem.objects.filter(plan=OuterRef("pk"), kind__in=kinds)))

    def filter_due(self, plans, name, _value):
        """One item within the whole window: asked once, for both its ends."""
        start, end = self.form.cleaned_data.get("due_from"), self.form.cleaned_data.get("due_to")
        if name == "due_to" and start:
            return plans
        items = PlanItem.objects.filter(plan=OuterRef("pk"))
        if start:
            items = items.filter(due_on__gte=start)
        if end:
            items = items.filter(due_on__lte=end)
        return plans.filter(Exists(items))

    def filter_q(self, plans, _name, term):
        """In the title, or a KOL's name in any script."""
        named = search.matching(Kol.objects.filter(incentive_plans__in=plans), term)
        return plans.filter(Q(title__icontains=term.strip()) | Q(kol__in=named.values("pk")))
