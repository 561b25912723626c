"""The lists of campaigns and of who takes part: pages, the panel of a file, resources of the API."""

import django_filters as filters
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from incentives.models import Campaign, Participant
from kol_crm.core import lists
from kol_crm.core.filters import AnyOf, FilterSet, Flag
from kol_crm.core.lists import Column, ListSpec
from kol_crm.core.models import Team, User
from kol_crm.core.paging import Sort
from profiles import search
from profiles.filters import KolFilter, OfFileFilter, OwnerFilter, SlugsFilter
from profiles.models import Field, Kol


class CampaignFilter(FilterSet):
    """Several values of one filter mean any of them, several filters mean all of them."""

    state = AnyOf(choices=Campaign.State, label=_("State"))
    type = AnyOf(choices=Campaign.Type, label=_("Type"))
    monetising = Flag(method="filter_monetising", label=_("Monetising"))
    field = SlugsFilter(Field, method="filter_field", label=_("Field"))
    owner = OwnerFilter(
        method="filter_owner", label=_("Owner"), queryset=User.objects.all(), to_field_name="username"
    )
    team = filters.ModelChoiceFilter(queryset=Team.objects.all(), method="filter_team", label=_("Team"))
    kol = filters.UUIDFilter(method="filter_kol", label="KOL")
    q = filters.CharFilter(method="filter_q", max_length=100, label=_("Search"))

    def filter_monetising(self, rows, _name, is_monetising):
        return rows.filter(monetising=is_monetising)

    def filter_field(self, rows, _name, fields):
        return rows.filter(field__in=fields)

    def filter_owner(self, rows, name, owners):
        return KolFilter.filter_owner(self, rows, name, owners)

    def filter_team(self, rows, _name, team):
        """The team and the teams below it."""
        return rows.filter(team__in=Team.objects.tree_of(team))

    def filter_kol(self, rows, _name, kol):
        return rows.filter(Exists(Participant.objects.filter(campaign=OuterRef("pk"), kol=kol)))

    def filter_q(self, rows, _name, term):
        return rows.filter(name__icontains=term.strip())


CAMPAIGNS = lists.register(
    ListSpec(
        name="campaigns",
        rows=Campaign.objects.visible_to,
        prepare=lambda rows: rows.for_list(),
        filterset=CampaignFilter,
        sorts=(
            Sort("starts", "starts_on", _("Begins"), descending_first=True),
            Sort("ends", "ends_on", _("Ends"), descending_first=True),
            Sort("created", "created_at", _("Created"), descending_first=True),
            Sort("name", "name", _("Name")),
        ),
        default_sort="-starts",
        columns=(
            Column("name", _("Campaign"), sort="name"),
            Column("state", _("State"), css="col-owner"),
            Column("type", _("Type"), css="col-attempt"),
            Column("period", _("Period"), sort="starts", css="col-attempt"),
            Column("participants", _("Participants"), css="col-owner"),
            Column("field", _("Field"), css="col-owner"),
            Column("owner", _("Owner"), css="col-owner"),
        ),
        template="incentives/campaign/list.html",
        rows_template="incentives/campaign/_rows.html",
    )
)


class ParticipantFilter(OfFileFilter):
    campaign = filters.UUIDFilter(field_name="campaign", label=_("Campaign"))
    left = Flag(method="filter_left", label=_("Take part no longer"))
    passed = Flag(method="filter_passed", label=_("Past the guard by a manager"))
    q = filters.CharFilter(method="filter_q", max_length=100, label=_("Search"))

    def filter_left(self, rows, _name, has_left):
        return rows.filter(left_on__isnull=not has_left)

    def filter_passed(self, rows, _name, was_passed):
        return rows.filter(passed_by__isnull=not was_passed)

    def filter_q(self, rows, _name, term):
        named = search.matching(Kol.objects.filter(participations__in=rows), term)
        return rows.filter(kol__in=named.values("pk"))


PARTICIPANTS = lists.register(
    ListSpec(
        name="participants",
        rows=Participant.objects.visible_to,
        prepare=lambda rows: rows.for_list(),
        filterset=ParticipantFilter,
        sorts=(Sort("created", "created_at", _("Joined"), descending_first=True),),
        default_sort="-created",
        columns=(
            Column("kol", "KOL", css="col-kol"),
            Column("campaign", _("Campaign")),
            Column("guard", _("Rhythm guard"), css="col-owner"),
            Column("joined", _("Joined"), sort="created", css="col-touch"),
        ),
        template="incentives/participant/list.html",
        rows_template="incentives/participant/_rows.html",
    )
)
