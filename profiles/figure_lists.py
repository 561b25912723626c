"""What is to be refreshed, as two lists under one address: figures that have grown too old, and accounts
whose followers nobody entered yet (DOMAIN 3.5, 3.7). Page, panel on Today, API.
"""

import django_filters as filters
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kol_crm.core import lists, paging, policy
from kol_crm.core.filters import AnyOf, FilterSet
from kol_crm.core.list_address import without_blanks
from kol_crm.core.lists import Column, ListSpec
from kol_crm.core.models import Team, User
from kol_crm.core.paging import Count, Sort
from profiles import platforms
from profiles.filters import DaysFilter, KolFilter, OwnerFilter
from profiles.models import Account, Kol, Snapshot
from profiles.rules import metric as m
from profiles.services import figure_policy

STALE, UNENTERED = "stale", "unentered"
STATES = ((STALE, _("Stale")), (UNENTERED, pgettext_lazy("figure", "Not entered yet")))
KINDS = (
    (m.STOCK, _("Stocks (followers)")),
    (m.FLOW, _("Flows (posts, interactions)")),
    (m.AVERAGE, _("Averages per post")),
    (m.ESTIMATE, _("Estimates")),
)
SHARED = ("kol", "account", "owner", "team", "platform")  # filters that both lists know


class _FileFilter(FilterSet):
    """Whose account it is, as the KOL list filters files by it."""

    file = "kol"
    owner = OwnerFilter(
        method="filter_file", label=_("Owner"), queryset=User.objects.all(), to_field_name="username"
    )
    team = filters.ModelChoiceFilter(queryset=Team.objects.all(), method="filter_file", label=_("Team"))
    state = filters.ChoiceFilter(choices=STATES, method="filter_state", label=_("State"))

    def filter_file(self, rows, name, value):
        ask = getattr(KolFilter, f"filter_{name}")
        return rows.filter(**{f"{self.file}__in": ask(self, Kol.objects.all(), name, value)})

    def filter_state(self, rows, _name, _state):
        return rows  # it chooses the list


class RefreshFilter(_FileFilter):
    """Of the newest figures those that are stale on the reader's day, or will be ``within`` so many days."""

    file = "account__kol"
    kol = filters.UUIDFilter(field_name="account__kol", label="KOL")
    account = filters.UUIDFilter(field_name="account", label=_("Account"))
    platform = AnyOf(field_name="account__platform", choices=platforms.choices, label=_("Platform"))
    metric = AnyOf(choices=list(m.LABELS.items()), label=pgettext_lazy("figure", "What"))
    kind = AnyOf(choices=KINDS, method="filter_kind", label=_("Kind"))
    within = DaysFilter(method="filter_within", label=_("Stale within (days)"))

    def filter_queryset(self, queryset):
        days = int(self.form.cleaned_data.get("within") or 0)
        limits = figure_policy.limits(policy.current())
        ahead = {name: limit - days for name, limit in limits.items()}
        return super().filter_queryset(queryset).stale_on(self.day, ahead)

    def filter_kind(self, figures, _name, kinds):
        return figures.filter(metric__in=[name for name, kind in m.KINDS.items() if kind in kinds])

    def filter_within(self, figures, _name, _days):
        return figures  # it moves the limit


class UnenteredFilter(_FileFilter):
    kol = filters.UUIDFilter(field_name="kol", label="KOL")
    account = filters.UUIDFilter(field_name="pk", label=_("Account"))
    platform = AnyOf(choices=platforms.choices, label=_("Platform"))


_SAME = (
    Column("kol", "KOL", css="col-kol"),
    Column("account", _("Account"), css="col-account"),
    Column("metric", pgettext_lazy("figure", "What"), css="col-metric"),
    Column("value", pgettext_lazy("figure", "Value"), css="col-touch", right=True),
)
TO_REFRESH = lists.register(
    ListSpec(
        name="figures",
        rows=lambda user: Snapshot.objects.filter(newest=True, account__kol__in=Kol.objects.visible_to(user)),
        prepare=lambda figures: figures.select_related("account__kol__owner"),
        filterset=RefreshFilter,
        sorts=(Sort("end", "end", _("As of")),),
        default_sort="end",
        columns=(
            *_SAME,
            Column("end", _("As of"), sort="end", css="col-due"),
            Column("new", _("New figure")),
        ),
        template="profiles/figures/list.html",
        rows_template="profiles/figures/_rows.html",
        panel_template="profiles/figures/_panel.html",
    )
)
NOT_ENTERED = lists.register(
    ListSpec(
        name="accounts-without-figures",
        rows=lambda user: Account.objects.unentered().filter(kol__in=Kol.objects.visible_to(user)),
        prepare=lambda accounts: accounts.select_related("kol__owner"),
        filterset=UnenteredFilter,
        sorts=(Sort("account", "id", _("Added")),),  # ids tell in what order accounts came in
        default_sort="account",
        columns=(*_SAME, Column("end", _("As of"), css="col-stage"), Column("new", _("First figure"))),
        template="profiles/figures/list.html",
        rows_template="profiles/figures/_rows.html",
        panel_template="profiles/figures/_panel.html",
    )
)
LISTS = {STALE: TO_REFRESH, UNENTERED: NOT_ENTERED}


def state_of(params: QueryDict) -> str:
    """Which of the two lists an address asks for."""
    return UNENTERED if params.get("state") == UNENTERED else STALE


def counts(params: QueryDict, user) -> dict[str, Count]:
    """How many rows each of the two lists has under the filters that both know, counted to the cap."""
    found = {}
    for state, spec in LISTS.items():
        asked = QueryDict(mutable=True)
        known = spec.filterset.base_filters if state == state_of(params) else SHARED
        for name, values in without_blanks(params).lists():
            if name in known:
                asked.setlist(name, values)
        matching = spec.filterset(asked, spec.rows(user), user=user, now=timezone.now()).qs
        found[state] = paging.capped_count(matching, spec.cap)
    return found


def first_figure(account: Account) -> Snapshot:
    """The figure that an account lacks, as a row of the list: without value and days, and never saved."""
    return Snapshot(pk=None, account=account, metric=m.FOLLOWERS)
