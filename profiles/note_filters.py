"""The filters of the lists of notes: page, panel and API ask with the same words."""

from datetime import timedelta

import django_filters as filters
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kol_crm.core.filters import AnyOf, FilterSet, Flag
from kol_crm.core.models import User
from kol_crm.core.text import fold
from profiles.filterable import ME, NONE, SOON_DAYS
from profiles.filters import OfFileFilter, OwnerFilter
from profiles.models import Need, Promise, Tie

SPANS = (("overdue", _("Overdue")), ("week", _("Next 7 days")), ("later", _("Later")))
ANSWERS = (("open", pgettext_lazy("note", "Open")), ("answered", _("Answered")))


class DueFilter(OfFileFilter):
    """Of what is due: open ones by the span in which they fall."""

    due = AnyOf(choices=SPANS, method="filter_due", label=_("Due"))

    def filter_due(self, notes, _name, spans):
        soon = self.day + timedelta(days=SOON_DAYS)
        conditions = {
            "overdue": Q(due_on__lt=self.day),
            "week": Q(due_on__range=(self.day, soon)),
            "later": Q(due_on__gt=soon),
        }
        wanted = Q()
        for span in spans:
            wanted |= conditions[span]
        return notes.open().filter(wanted)


class NeedFilter(DueFilter):
    state = AnyOf(choices=Need.State, label=_("State"))
    kind = AnyOf(choices=Need.Kind, label=_("Kind"))


class PromiseFilter(DueFilter):
    state = AnyOf(choices=Promise.State, label=_("State"))
    by = AnyOf(choices=Promise.By, label=_("Who promised"))


class RequestFilter(DueFilter):
    state = filters.ChoiceFilter(choices=ANSWERS, method="filter_state", label=_("State"))
    taker = OwnerFilter(
        method="filter_taker", label=_("Who takes it"), queryset=User.objects.all(), to_field_name="username"
    )
    satisfied = Flag(field_name="satisfied", label=_("Satisfied"))

    def filter_state(self, requests, _name, state):
        return requests.open() if state == "open" else requests.exclude(answered_at=None)

    def filter_taker(self, requests, _name, takers):
        """As owners are chosen: user names, ``me``, ``none``; what nobody took is the file owner's."""
        users = [self.user.pk if one == ME else one.pk for one in takers if one != NONE]
        wanted = Q(taker__in=users) | Q(taker=None, kol__owner__in=users)
        return requests.filter(wanted | Q(taker=None)) if NONE in takers else requests.filter(wanted)


class DateFilter(OfFileFilter):
    since = filters.DateFilter(field_name="next_on", lookup_expr="gte", label=_("From"))
    until = filters.DateFilter(field_name="next_on", lookup_expr="lte", label=_("Until"))


class EventFilter(DateFilter):
    open = Flag(field_name="closed_at", lookup_expr="isnull", label=pgettext_lazy("note", "Open"))


class TieFilter(OfFileFilter):
    kind = AnyOf(choices=Tie.Kind, label=_("Kind"))


class AgencyFilter(FilterSet):
    q = filters.CharFilter(method="filter_q", max_length=100, label=_("Search"))
    city = filters.CharFilter(field_name="city", max_length=80, label=_("City"))

    def filter_q(self, agencies, _name, term):
        """In the name in any spelling, or in the contact person."""
        return agencies.filter(Q(folded__contains=fold(term)) | Q(contact_person__icontains=term.strip()))
