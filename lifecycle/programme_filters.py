"""The filters of the lists of programmes and candidates: page, panel and API ask with the same words."""

import django_filters as filters
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from kol_crm.core.filters import AnyOf, FilterSet, Flag
from kol_crm.core.models import Team, User
from lifecycle.models import Candidate, Programme, ProgrammeField, Step
from profiles import search
from profiles.filters import KolFilter, OwnerFilter, SlugsFilter
from profiles.models import Field, Kol


class ProgrammeFilter(FilterSet):
    """Several values of one filter mean any of them, several filters mean all of them."""

    state = AnyOf(choices=Programme.State, label=_("State"))
    purpose = AnyOf(choices=Programme.Purpose, label=_("Purpose"))
    field = SlugsFilter(Field, method="filter_field", label=_("Field"))
    owner = OwnerFilter(
        method="filter_owner", label=_("Owner"), queryset=User.objects.all(), to_field_name="username"
    )
    team = filters.ModelChoiceFilter(queryset=Team.objects.all(), method="filter_team", label=_("Team"))
    kol = filters.UUIDFilter(method="filter_kol", label="KOL")
    q = filters.CharFilter(method="filter_q", max_length=100, label=_("Search"))

    def filter_field(self, programmes, _name, fields):
        return programmes.filter(
            Exists(ProgrammeField.objects.filter(programme=OuterRef("pk"), field__in=fields))
        )

    def filter_owner(self, programmes, name, owners):
        return KolFilter.filter_owner(self, programmes, name, owners)

    def filter_team(self, programmes, _name, team):
        """The team and the teams below it."""
        return programmes.filter(team__in=Team.objects.tree_of(team))

    def filter_kol(self, programmes, _name, kol):
        return programmes.filter(Exists(Candidate.objects.filter(programme=OuterRef("pk"), kol=kol)))

    def filter_q(self, programmes, _name, term):
        return programmes.filter(name__icontains=term.strip())


class CandidateFilter(FilterSet):
    kol = filters.UUIDFilter(field_name="kol", label="KOL")
    programme = filters.UUIDFilter(field_name="programme", label=_("Programme"))
    step = AnyOf(choices=Step, label=_("Step"))
    source = AnyOf(choices=Candidate.Source, label=_("Source"))
    outcome = AnyOf(method="filter_outcome", choices=Candidate.Outcome, label=_("Outcome"))
    open = Flag(method="filter_open", label=_("Without an outcome"))
    reviewed = Flag(method="filter_reviewed", label=_("Reviewed"))
    owner = OwnerFilter(
        method="filter_file", label=_("Owner"), queryset=User.objects.all(), to_field_name="username"
    )
    team = filters.ModelChoiceFilter(queryset=Team.objects.all(), method="filter_file", label=_("Team"))
    field = SlugsFilter(Field, method="filter_file", label=_("Field"))
    q = filters.CharFilter(method="filter_q", max_length=100, label=_("Search"))

    def filter_outcome(self, candidates, _name, outcomes):
        return candidates.filter(outcome__in=outcomes) if outcomes else candidates

    def filter_open(self, candidates, _name, is_open):
        return candidates.open() if is_open else candidates.exclude(outcome="")

    def filter_reviewed(self, candidates, _name, is_reviewed):
        return candidates.filter(reviewed_at__isnull=not is_reviewed)

    def filter_file(self, candidates, name, value):
        """As the KOL list filters files by it."""
        ask = getattr(KolFilter, f"filter_{name}")
        return candidates.filter(kol__in=ask(self, Kol.objects.all(), name, value))

    def filter_q(self, candidates, _name, term):
        named = search.matching(Kol.objects.filter(candidacies__in=candidates), term)
        return candidates.filter(kol__in=named.values("pk"))
