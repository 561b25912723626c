"""``/api/v1/absences/``: who is away, from when to when, and who stands in (DOMAIN 2.4).

One reads one's own and those in which one stands in, admins all. One says of oneself that one is away; an
admin of others too, by a token that has ``users:write`` as well.
"""

import django_filters as filters
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.http import Http404
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.response import Response

from kol_crm.core import deputies, rights
from kol_crm.core.api import staff_bodies as bodies
from kol_crm.core.api.base import Resource
from kol_crm.core.api.paged import Paged
from kol_crm.core.api.parameters import parameters_of
from kol_crm.core.api.strict import StrictSerializer
from kol_crm.core.filters import FilterSet, Flag
from kol_crm.core.lists import ListSpec
from kol_crm.core.models import Absence, User
from kol_crm.core.paging import Sort
from kol_crm.core.services import absence as verbs
from kol_crm.core.views.user import in_scope


class AbsenceBody(StrictSerializer):
    user = serializers.CharField(required=False, help_text="Who is away; left out: whose token it is.")
    deputy = serializers.CharField(help_text="A colleague of the team, or a manager above it.")
    starts_on = serializers.DateField(help_text="The first day away.")
    ends_on = serializers.DateField(help_text="The last day away.")


class OneAbsence(bodies.AbsenceAnswer):
    id = serializers.UUIDField()
    user = serializers.CharField(source="user.username")


class AbsencePage(Paged):
    results = OneAbsence(many=True)


class AbsenceFilter(FilterSet):
    user = filters.ModelChoiceFilter(
        queryset=User.objects.all(), to_field_name="username", label=_("Who is away")
    )
    deputy = filters.ModelChoiceFilter(
        queryset=User.objects.all(), to_field_name="username", label=_("Who stands in")
    )
    over = Flag(method="filter_over", label=_("Is it over"))

    def filter_over(self, absences, _name, over):
        past = Q(ends_on__lt=deputies.day())
        return absences.filter(past if over else ~past)


def seen_by(user: User) -> QuerySet[Absence]:
    rows = Absence.objects.all()
    return rows if user.is_admin else rows.filter(Q(user=user) | Q(deputy=user))


ABSENCES = ListSpec(
    name="absences",
    rows=seen_by,
    prepare=lambda rows: rows.select_related("user", "deputy"),
    filterset=AbsenceFilter,
    sorts=(Sort("starts", "starts_on", _("First day away"), descending_first=True),),
    default_sort="-starts",
    template="",
    rows_template="",
)


class AbsenceResource(Resource):
    @extend_schema(parameters=parameters_of(AbsenceFilter, ABSENCES.sorts), responses=AbsencePage)
    def list(self, request):
        """The latest first; ``over=false`` those that hold or are still to come."""
        return self.listed(ABSENCES, lambda rows: OneAbsence(rows, many=True).data)

    @extend_schema(request=AbsenceBody, responses={201: OneAbsence})
    def create(self, request):
        """The queue moves to the deputy on the first day, by itself, and comes back after the last."""
        sent = self.checked(AbsenceBody)
        me = self.actor.person
        person = _named("user", in_scope(me), sent["user"]) if "user" in sent else me
        self._demand(person)
        deputy = _named("deputy", verbs.deputies_for(person), sent["deputy"])
        absence = verbs.begin(self.actor, person, deputy, sent["starts_on"], sent["ends_on"], deputies.day())
        return Response(OneAbsence(absence).data, status.HTTP_201_CREATED)

    @extend_schema(responses={204: None})
    def destroy(self, request, pk: str):
        """Back: it ends yesterday, or never was when it had not begun."""
        absence = seen_by(self.actor.person).select_related("user").filter(pk=pk).first()
        if absence is None:
            raise Http404
        self._demand(absence.user)
        verbs.end(self.actor, absence, deputies.day())
        return Response(status=status.HTTP_204_NO_CONTENT)

    def _demand(self, person: User) -> None:
        """Of oneself with the scope that writes files; of others with that for users as well."""
        self.demand_write_scope()
        if person.pk != self.actor.person.pk:
            rights.demand(self.actor.person, rights.edits_users)
            self.demand_scope("users:write")


def _named(key: str, people: QuerySet[User], username: str) -> User:
    """One of these people. Raises a 400 at ``key``, the same for a name that nobody has."""
    found = people.filter(username=username).first()
    if found is None:
        raise ValidationError({key: _("Choose one of those you work with.")})
    return found
