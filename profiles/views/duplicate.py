"""Duplicates: pairs of files that may be of one person, and what is decided about them (DOMAIN 2.2)."""

from uuid import UUID

import django_filters
from django.http import HttpRequest
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from kol_crm.core import lists
from kol_crm.core.answers import go_on
from kol_crm.core.doors import page_actor
from kol_crm.core.errors import Refused
from kol_crm.core.filters import FilterSet
from kol_crm.core.lists import Column, Listing, ListSpec
from kol_crm.core.paging import Sort
from profiles.models import Duplicate
from profiles.models.querysets import EDIT
from profiles.services import duplicate
from profiles.services.access import row_or_404

State = Duplicate.State
REFUSAL = gettext_lazy("Only who may edit both files decides whether they are one.")
OFFERED = (State.OPEN, State.DISTINCT)  # of a merged pair one file is hidden


class DuplicateFilter(FilterSet):
    state = django_filters.ChoiceFilter(
        label=gettext_lazy("State"), choices=[(state.value, state.label) for state in OFFERED]
    )
    kol = django_filters.UUIDFilter(method="filter_kol", label="KOL")

    class Meta:
        model = Duplicate
        fields: list[str] = []

    def filter_kol(self, pairs, _name, kol):
        return pairs.of([kol])


DUPLICATES = lists.register(
    ListSpec(
        name="duplicates",
        rows=lambda user: Duplicate.objects.visible_to(user),
        prepare=lambda rows: rows.for_list(),
        filterset=DuplicateFilter,
        sorts=(
            Sort("score", "score", gettext_lazy("Score"), descending_first=True),
            Sort("found", "found_at", gettext_lazy("Found"), descending_first=True),
        ),
        default_sort="-score",
        columns=(
            Column("first", gettext_lazy("One file"), css="col-kol"),
            Column("second", gettext_lazy("The other"), css="col-kol"),
            Column("parts", gettext_lazy("What speaks for it"), css="col-parts"),
            Column("score", gettext_lazy("Score"), sort="score", css="col-score", right=True),
            Column("found", gettext_lazy("Found"), sort="found", css="col-touch"),
            Column("decide", "", css="col-decide", right=True),
        ),
        template="profiles/duplicate/list.html",
        rows_template="profiles/duplicate/_rows.html",
    )
)


@require_safe
def duplicate_list(request: HttpRequest):
    """Without filters in the address it opens on what is to look at."""
    if not request.GET and not request.htmx:
        return redirect(f"{request.path}?{urlencode({'state': State.OPEN})}")
    return lists.render_list(request, DUPLICATES, lambda listing: _context(request, listing))


def _context(request, listing: Listing) -> dict:
    ids = [pair.pk for pair in listing.rows]
    may = Duplicate.objects.visible_to(request.user, EDIT).filter(pk__in=ids).values_list("pk", flat=True)
    on = listing.filterset.active
    return {
        "may_decide": set(may),
        "kol": on.get("kol"),
        "all_url": listing.url(kol=None),
        "tabs": [
            {"label": state.label, "url": listing.url(state=state), "active": on.get("state") == state}
            for state in OFFERED
        ],
    }


@require_POST
def put_aside(request: HttpRequest, pk: UUID):
    """These are two people; the toast takes it back."""
    pair = _pair(request, pk)
    undo = reverse("profiles:duplicate-look-again", args=[pair.pk])
    try:
        duplicate.put_aside(page_actor(request), pair)
    except Refused as refused:
        return go_on(request, _back(State.OPEN), refused.message, error=True)
    return go_on(request, _back(State.OPEN), _("Kept apart until their facts change."), undo_url=undo)


@require_POST
def look_again(request: HttpRequest, pk: UUID):
    """Take "not the same" back."""
    pair = _pair(request, pk)
    try:
        duplicate.look_again(page_actor(request), pair)
    except Refused as refused:
        return go_on(request, _back(State.OPEN), refused.message, error=True)
    return go_on(request, _back(State.OPEN), _("The pair is to be looked at again."))


def _pair(request, pk: UUID) -> Duplicate:
    return row_or_404(Duplicate.objects.all(), request.user, pk, EDIT, REFUSAL)


def _back(state: str) -> str:
    return f"{reverse('profiles:duplicate-list')}?{urlencode({'state': state})}"
