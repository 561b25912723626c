"""The lists of entries and of payouts: pages, the panel of a file, resources of the API (DOMAIN 6.3)."""

import django_filters as filters
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from incentives import payouts
from incentives.models import Entry, Kind
from kol_crm.core import lists
from kol_crm.core.filters import AnyOf
from kol_crm.core.lists import Column, ListSpec
from kol_crm.core.months import MonthFilter, following
from kol_crm.core.paging import Sort
from profiles import search
from profiles.filters import OfFileFilter
from profiles.models import Kol

CONVERTED = (("yes", _("Converted")), ("no", _("Without a rate")))
PAYOUTS = (*payouts.STATES, (payouts.HELD, _("Held by a stop")))


class EntryFilter(OfFileFilter):
    """Several values of one filter mean any of them, several filters mean all of them."""

    month = MonthFilter(method="filter_month", label=pgettext_lazy("heading", "Month"))
    since = filters.DateFilter(field_name="given_on", lookup_expr="gte", label=_("Given from"))
    until = filters.DateFilter(field_name="given_on", lookup_expr="lte", label=_("Given until"))
    kind = AnyOf(choices=Kind, label=_("Kind"))
    form = AnyOf(choices=Entry.Form, label=_("Form"))
    currency = filters.CharFilter(field_name="currency", max_length=3, label=_("Currency"))
    rate = filters.ChoiceFilter(choices=CONVERTED, method="filter_rate", label=_("Converted"))
    item = filters.UUIDFilter(field_name="item", label=_("Plan item"))
    plan = filters.UUIDFilter(field_name="item__plan", label=_("Plan"))
    payout = filters.MultipleChoiceFilter(choices=PAYOUTS, method="filter_payout", label=_("Payout"))
    batch = filters.NumberFilter(method="filter_batch", label=_("Batch"))
    q = filters.CharFilter(method="filter_q", max_length=100, label=_("Search"))

    def filter_month(self, rows, _name, month):
        return rows.filter(given_on__gte=month, given_on__lt=following(month))

    def filter_rate(self, rows, _name, word):
        return rows.filter(converted__isnull=word == "no")

    def filter_payout(self, rows, _name, states):
        if not states:
            return rows
        asked = Q(pk__in=[])
        for state in states:
            asked |= payouts.CONDITIONS[state]
        return rows.money().with_payout().filter(asked)

    def filter_batch(self, rows, _name, number):
        return rows.filter(payouts__batch__number=number, payouts__state="due")

    def filter_q(self, rows, _name, term):
        """In what was given, or a KOL's name in any script."""
        named = search.matching(Kol._base_manager.filter(ledger__in=rows), term)
        return rows.filter(Q(what__icontains=term.strip()) | Q(kol__in=named.values("pk")))


SORTS = (
    Sort("given", "given_on", _("Given on"), descending_first=True),
    Sort("created", "created_at", _("Entered"), descending_first=True),
)
KOL, WHAT = Column("kol", "KOL", css="col-kol"), Column("what", _("What"))
DAY = Column("given", _("Given on"), sort="given", css="col-plan-due")
AMOUNT = Column("amount", _("Amount"), css="col-plan-amount", right=True)
RUNNING = Column("running", _("Running total"), css="col-plan-amount", right=True)
WORTH = Column("converted", _("Converted"), css="col-plan-amount", right=True)
PAYOUT = Column("payout", _("Payout"), css="col-payout")
ENTRIES = lists.register(
    ListSpec(
        name="entries",
        rows=Entry.objects.visible_to,
        prepare=lambda rows: rows.for_list().with_payout(),
        filterset=EntryFilter,
        sorts=SORTS,
        default_sort="-given",
        columns=(
            KOL,
            WHAT,
            Column("kind", _("Kind"), css="col-plan-kinds"),
            DAY,
            AMOUNT,
            RUNNING,
            WORTH,
            PAYOUT,
            Column("by", _("Entered by"), css="col-owner"),
        ),
        template="incentives/ledger/list.html",
        rows_template="incentives/ledger/_rows.html",
        panel_template="incentives/ledger/_panel.html",
    )
)
MONEY = lists.register(
    ListSpec(
        name="payouts",
        rows=lambda user: Entry.objects.visible_to(user).money(),
        prepare=lambda rows: rows.for_list().with_payout(),
        filterset=EntryFilter,
        sorts=SORTS,
        default_sort="given",
        columns=(
            KOL,
            WHAT,
            DAY,
            AMOUNT,
            WORTH,
            PAYOUT,
            Column("reference", _("Reference"), css="col-owner"),
            Column("action", "", css="col-owner", right=True),
        ),
        template="incentives/payout/list.html",
        rows_template="incentives/payout/_rows.html",
    )
)
