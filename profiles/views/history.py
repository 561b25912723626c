"""The history of a file, field by field, with restore (DOMAIN 3.12)."""

from dataclasses import replace
from uuid import UUID

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_POST, require_safe

from kol_crm.core import lists
from kol_crm.core.answers import go_on, toast
from kol_crm.core.doors import page_actor
from kol_crm.core.errors import Conflict
from kol_crm.core.filters import FilterSet
from kol_crm.core.lists import ListSpec
from kol_crm.core.models import Change, User
from kol_crm.core.paging import Sort
from profiles import changes
from profiles.models import Kol
from profiles.models.querysets import EDIT
from profiles.services import restoring
from profiles.services.access import kol_or_404
from profiles.views import head


class ChangeFilter(FilterSet):
    """Field, who, door, days, change-set."""

    field = django_filters.CharFilter(
        field_name="field", label=pgettext_lazy("history", "Field"), max_length=60
    )
    who = django_filters.ModelChoiceFilter(
        field_name="change_set__user",
        label=gettext_lazy("Who"),
        queryset=User.objects.all(),
        to_field_name="username",
    )
    door = django_filters.ChoiceFilter(
        field_name="change_set__door", label=gettext_lazy("Through"), choices=list(changes.DOORS.items())
    )
    since = django_filters.DateFilter(
        field_name="at",
        lookup_expr="date__gte",
        label=gettext_lazy("From"),
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    until = django_filters.DateFilter(
        field_name="at",
        lookup_expr="date__lte",
        label=gettext_lazy("Until"),
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    act = django_filters.UUIDFilter(field_name="change_set", label=gettext_lazy("Change-set"))

    class Meta:
        model = Change
        fields: list[str] = []


CHANGES = ListSpec(
    name="changes",
    rows=lambda _user: Change.objects.none(),  # each page puts its own file's here
    prepare=lambda rows: rows.select_related("change_set__user"),
    filterset=ChangeFilter,
    sorts=(Sort("at", "at", gettext_lazy("When"), descending_first=True),),
    default_sort="-at",
    template="profiles/kol/history.html",
    rows_template="profiles/kol/_history.html",
)


@require_safe
def history(request, pk: UUID):
    kol = head.shown(request, pk)
    return _render(request, kol)


@require_POST
def restore(request, pk: UUID, change: UUID):
    """Put one change back: an edit on the version that the page showed."""
    kol = kol_or_404(request.user, pk, EDIT)
    row = changes.of_history(kol).filter(root=kol.pk, pk=change).first()
    if row is None:
        raise Http404
    version, url = request.POST.get("version", ""), _back(request, kol)
    try:
        restoring.restore(page_actor(request), kol, row, int(version) if version.isdecimal() else 0)
    except Conflict:
        words = _("Somebody changed this file meanwhile. Nothing was restored; look again.")
        return _refused(request, kol, words, status=409)
    except ValidationError as error:
        return _refused(request, kol, " ".join(error.messages), status=422)
    return go_on(request, url, _("Restored."))


def _back(request, kol: Kol) -> str:
    name = "profiles:kol-detail" if request.POST.get("to") == "overview" else "profiles:kol-history"
    return reverse(name, args=[kol.pk])


def _refused(request, kol: Kol, words: str, *, status: int):
    if request.htmx:
        return toast(HttpResponse(status=status), words, kind="bad")
    answer = _render(request, head.shown(request, kol.pk), problem=words)
    answer.status_code = status
    return answer


def _render(request, kol: Kol, **extra):
    spec = replace(CHANGES, rows=lambda _user: changes.of_history(kol))
    params = request.GET if request.method == "GET" else request.GET.copy()
    listing = lists.read(
        spec, params, request.user, timezone.now(), path=reverse("profiles:kol-history", args=[kol.pk])
    )
    found = [
        {
            "line": line,
            "door": changes.DOORS.get(line.change.change_set.door, ""),
            "restorable": kol.may_edit and line.change.root == kol.pk and restoring.restorable(line.change),
        }
        for line in changes.lines(listing.rows)
    ]
    context = head.context(request, kol, "history") | {
        "listing": listing,
        "lines": found,
        "fields": _fields(kol),
        "merges": kol.merges.select_related("merged").order_by("-at"),
    }
    context |= {"people": _people(kol), "doors": changes.DOORS.items(), **extra}
    return render(request, "profiles/kol/history.html", context)


def _fields(kol: Kol) -> list[tuple[str, str]]:
    """The fields that were ever changed on this file, in words."""
    known = (
        Change.objects.filter(root__in=changes.roots_of(kol))
        .exclude(field="")
        .values_list("field", "model")
        .distinct()
    )
    return sorted(
        {(name, changes.field_words(model, name)) for name, model in known}, key=lambda pair: pair[1]
    )


def _people(kol: Kol) -> list[User]:
    by = Change.objects.filter(root__in=changes.roots_of(kol)).values("change_set__user")
    return list(User.objects.filter(pk__in=by).order_by("display_name"))
