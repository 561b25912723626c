"""The lists of slots and of bookings: pages, the panel of a file, resources of the API (DOMAIN 5.5)."""

import django_filters as filters
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kol_crm.core import lists
from kol_crm.core.filters import AnyOf, FilterSet
from kol_crm.core.lists import Column, ListSpec
from kol_crm.core.models import Team, User
from kol_crm.core.months import MonthFilter, following
from kol_crm.core.paging import Sort
from lifecycle.days import installation_day
from lifecycle.models import Booking, ResourceKind, Slot
from profiles.filters import KolFilter, OwnerFilter
from profiles.models import Kol, Stage

FREE, BOOKED, USED, LAPSED, WITHDRAWN = "free", "booked", "used", "lapsed", "withdrawn"
STATES = (
    (FREE, pgettext_lazy("slot", "Free")),
    (BOOKED, pgettext_lazy("slot", "Booked")),
    (USED, pgettext_lazy("slot", "Used")),
    (LAPSED, _("Went by unused")),
    (WITHDRAWN, pgettext_lazy("slot", "Withdrawn")),
)
DUE = (("unused", _("Past and not marked used")), ("soon", _("Still to come")))


class SlotFilter(FilterSet):
    month = MonthFilter(method="filter_month", label=_("Month"))
    kind = AnyOf(choices=ResourceKind, label=_("Kind"))
    state = filters.ChoiceFilter(choices=STATES, method="filter_state", label=_("State"))
    team = filters.ModelChoiceFilter(queryset=Team.objects.all(), label=_("Team"))

    def filter_month(self, rows, _name, month):
        return rows.filter(starts_on__gte=month, starts_on__lt=following(month))

    def filter_state(self, rows, _name, state):
        day = installation_day(self.now)
        match state:
            case "free":
                return rows.free(day)
            case "lapsed":
                return rows.lapsed(day)
            case "withdrawn":
                return rows.exclude(withdrawn_at=None)
        return getattr(rows, state)()


class BookingFilter(FilterSet):
    kol = filters.UUIDFilter(field_name="kol", label="KOL")
    month = MonthFilter(field_name="month", label=_("Month"))
    budget = filters.UUIDFilter(field_name="budget", label=_("Budget"))
    state = AnyOf(choices=Booking.State, label=_("State"))
    stage = AnyOf(choices=Stage, label=_("Stage when booked"))
    kind = AnyOf(choices=ResourceKind, field_name="slot__kind", label=_("Kind"))
    due = filters.ChoiceFilter(choices=DUE, method="filter_due", label=_("Due"))
    owner = OwnerFilter(
        method="filter_file", label=_("Owner"), queryset=User.objects.all(), to_field_name="username"
    )

    def filter_due(self, rows, _name, due):
        day = installation_day(self.now)
        rows = rows.open()
        return rows.filter(slot__ends_on__lt=day) if due == "unused" else rows.filter(slot__ends_on__gte=day)

    def filter_file(self, rows, name, value):
        """As the KOL list filters files by it."""
        ask = getattr(KolFilter, f"filter_{name}")
        return rows.filter(kol__in=ask(self, Kol.objects.all(), name, value))


SLOTS = lists.register(
    ListSpec(
        name="slots",
        rows=Slot.objects.visible_to,
        prepare=lambda rows: rows.for_list(),
        filterset=SlotFilter,
        sorts=(Sort("on", "starts_on", _("Day")), Sort("value", "value", _("List value"))),
        default_sort="on",
        columns=(
            Column("on", _("Day"), sort="on", css="col-slot-day"),
            Column("name", pgettext_lazy("resource", "Slot")),
            Column("kind", _("Kind"), css="col-penalty"),
            Column("value", _("List value"), sort="value", css="col-plan-due", right=True),
            Column("state", _("State"), css="col-slot-state"),
            Column("kol", "KOL", css="col-kol"),
            Column("team", _("Team"), css="col-owner"),
            Column("action", "", css="col-owner", right=True),
        ),
        template="lifecycle/resource/list.html",
        rows_template="lifecycle/resource/_rows.html",
        page_size=100,
    )
)
BOOKINGS = lists.register(
    ListSpec(
        name="bookings",
        rows=Booking.objects.visible_to,
        prepare=lambda rows: rows.for_list(),
        filterset=BookingFilter,
        sorts=(
            Sort("created", "created_at", pgettext_lazy("slot", "Booked"), descending_first=True),
            Sort("due", "due_on", _("To be used"), nullable=True),
        ),
        default_sort="-created",
        columns=(
            Column("kol", "KOL", css="col-kol"),
            Column("slot", pgettext_lazy("resource", "Slot")),
            Column("on", _("Day"), sort="due", css="col-slot-day"),
            Column("value", _("List value"), css="col-plan-due", right=True),
            Column("stage", _("Stage when booked"), css="col-stage"),
            Column("state", _("State"), css="col-slot-state"),
            Column("effect", _("Effect"), css="col-slot-effect"),
            Column(
                "created", pgettext_lazy("slot", "Booked"), sort="created", css="col-plan-due", right=True
            ),
        ),
        template="lifecycle/booking/list.html",
        rows_template="lifecycle/booking/_rows.html",
        panel_template="lifecycle/booking/_panel.html",
    )
)
