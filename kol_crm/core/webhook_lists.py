"""The list of what a webhook was told, for page and API."""

import django_filters as filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from kol_crm.core.filters import FilterSet
from kol_crm.core.lists import ListSpec
from kol_crm.core.models import Delivery, Send, Webhook
from kol_crm.core.paging import Sort


class DeliveryFilter(FilterSet):
    state = filters.ChoiceFilter(field_name="send__state", choices=Send.State.choices, label=_("State"))
    event = filters.CharFilter(field_name="event", label=_("Event"))


def with_their_mail(rows: QuerySet[Delivery]) -> QuerySet[Delivery]:
    return rows.select_related("send", "change_set__user")


def deliveries_of(webhook: Webhook) -> ListSpec:
    """Its deliveries, the newest first. Not among the registered lists: it is its user's own."""
    return ListSpec(
        name="deliveries",
        rows=lambda _user: Delivery.objects.filter(webhook=webhook),
        prepare=with_their_mail,
        filterset=DeliveryFilter,
        sorts=(Sort("at", "created_at", _("When"), descending_first=True),),
        default_sort="-at",
        template="core/webhook/deliveries.html",
        rows_template="core/webhook/_deliveries.html",
    )
