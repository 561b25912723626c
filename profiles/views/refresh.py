"""“To refresh”: figures that are too old or not entered yet, each with an entry (DOMAIN 3.5, 3.7)."""

from collections.abc import Iterable
from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from kol_crm.core import lists, policy
from kol_crm.core.doors import page_actor
from kol_crm.core.lists import Listing
from kol_crm.core.paging import Count
from profiles.figure_lists import (
    KINDS,
    LISTS,
    NOT_ENTERED,
    SHARED,
    STALE,
    STATES,
    TO_REFRESH,
    counts,
    first_figure,
    state_of,
)
from profiles.forms.figures import SOURCE, RefreshForm
from profiles.models import Account, Kol, Platform, Snapshot
from profiles.models.querysets import EDIT
from profiles.rules import metric as m
from profiles.services import figure_policy
from profiles.services import figures as verbs
from profiles.services.access import kol_or_404
from profiles.services.figures import NewFigure
from profiles.views.facets import FACETS, Facet, opened

OWN_FACETS = (
    Facet("platform", gettext_lazy("Platform"), lambda _user: Platform.choices),
    Facet("metric", gettext_lazy("Figure"), lambda _user: list(m.LABELS.items())),
)


@require_safe
def to_refresh(request):
    """Without filters in the address it opens on one's own files, for a manager on the team's."""
    if not request.GET and not request.htmx:
        is_operator = request.user.role == request.user.Role.OPERATOR
        usual = {"owner": "me"} if is_operator else {"state": STALE}
        return redirect(f"{request.path}?{urlencode(usual)}")
    return lists.render_list(request, LISTS[state_of(request.GET)], _context)


@require_http_methods(["GET", "HEAD", "POST"])
def refresh(request, snapshot: UUID):
    """One row; POST takes in the new figure and shows it. What was typed stays where it is not understood."""
    return _entry(request, _figure_or_404(request.user, snapshot))


@require_http_methods(["GET", "HEAD", "POST"])
def first(request, account: UUID):
    """The same for an account of which nothing was entered yet."""
    return _entry(request, first_figure(_account_or_404(request.user, account)))


def _entry(request, figure: Snapshot):
    if request.method != "POST":
        return _row(request, figure, RefreshForm(figure, None, today=timezone.localdate()))
    form = RefreshForm(figure, request.POST, today=timezone.localdate())
    if not form.is_valid():
        return _row(request, figure, form, status=422)
    values = form.cleaned_data
    new = NewFigure(figure.account_id, figure.metric, values["value"], values["start"], values["end"], SOURCE)
    try:
        verbs.validate(new)
        verbs.record(page_actor(request), [new])
    except ValidationError as error:
        form.add_error(None, error)
        return _row(request, figure, form, status=422)
    newest = Snapshot.objects.select_related("account__kol__owner").get(
        account=figure.account_id, metric=figure.metric, newest=True
    )
    if request.htmx:
        return _row(request, newest, RefreshForm(newest, None, today=timezone.localdate()), done=True)
    return redirect(reverse("profiles:figures-to-refresh"))


def _figure_or_404(user, pk: UUID) -> Snapshot:
    """A figure of an account on a file that ``user`` may edit: 404 unless visible, else 403."""
    rows = Snapshot.objects.filter(standing=True, account__kol__in=Kol.objects.visible_to(user))
    figure = rows.filter(pk=pk).select_related("account__kol__owner").first()
    if figure is None:
        raise Http404
    kol_or_404(user, figure.account.kol_id, EDIT)
    return figure


def _account_or_404(user, pk: UUID) -> Account:
    """As ``_figure_or_404``."""
    rows = Account.objects.filter(kol__in=Kol.objects.visible_to(user), pk=pk)
    account = rows.select_related("kol__owner").first()
    if account is None:
        raise Http404
    kol_or_404(user, account.kol_id, EDIT)
    return account


def _row(request, figure: Snapshot, form: RefreshForm, *, status: int = 200, done: bool = False):
    _tell(figure, form, may_edit=True, limits=_limits())
    context = {
        "figure": figure,
        "day": timezone.localdate(),
        "done": done,
        "hide_kol": "in_file" in request.POST,
    }
    answer = render(request, "profiles/figures/_row.html", context, status=status)
    if done:
        answer["HX-Trigger"] = "kol-changed"
    return answer


def _tell(figure: Snapshot, form: RefreshForm, *, may_edit: bool, limits: dict[str, int]) -> None:
    """What the row shows beside the figure."""
    figure.form, figure.may_edit, figure.limit = form, may_edit, limits[figure.metric]
    figure.is_first = figure.end is None
    name, key = ("first", figure.account_id) if figure.is_first else ("refresh", figure.pk)
    figure.entry_url = reverse(f"profiles:figure-{name}", args=[key])


def _limits() -> dict[str, int]:
    return figure_policy.limits(policy.current())


def _context(listing: Listing) -> dict:
    user, is_stale = listing.filterset.user, listing.spec is TO_REFRESH
    kol = _only_kol(listing)
    figures = _shown(listing.rows if is_stale else map(first_figure, listing.rows), user)
    counted = counts(listing.params, user)
    return {
        "day": listing.filterset.day,
        "figures": figures,
        "first_ones": _first_ones_of(kol, user) if kol and is_stale else [],
        "states": [_state(listing, state, label, counted[state]) for state, label in STATES],
        "kinds": _kinds(listing) if is_stale else [],
        "facets": [
            opened(facet, listing.filterset, listing.params, listing.path)
            | {"clear_url": listing.url(**{facet.key: None})}
            for facet in (FACETS["owner"], *(OWN_FACETS if is_stale else OWN_FACETS[:1]))
        ],
        "kol": kol,
        "is_stale": is_stale,
        "empty": _("All figures are fresh.") if is_stale else _("The followers of every account are known."),
    }


def _shown(figures: Iterable[Snapshot], user) -> list[Snapshot]:
    """The rows with their entries: two queries for all of them."""
    figures = list(figures)
    if not figures:
        return figures
    mine, day, limits = Kol.objects.visible_to(user, EDIT), timezone.localdate(), _limits()
    holders = {figure.account.kol_id for figure in figures}
    editable = set(mine.filter(pk__in=holders).values_list("pk", flat=True))
    for figure in figures:
        may_edit = figure.account.kol_id in editable
        _tell(figure, RefreshForm(figure, None, today=day), may_edit=may_edit, limits=limits)
    return figures


def _first_ones_of(kol: Kol, user) -> list[Snapshot]:
    """What one file's panel shows below its stale figures."""
    accounts = NOT_ENTERED.prepare(NOT_ENTERED.rows(user)).filter(kol=kol)[: NOT_ENTERED.page_size]
    return _shown(map(first_figure, accounts), user)


def _state(listing: Listing, state: str, label, count: Count) -> dict:
    """A tab over the two lists; the filters that the other one knows too go along."""
    is_on = state == state_of(listing.params)
    changes: dict = {name: None for name in listing.params if name not in SHARED}
    return {
        "label": label,
        "url": listing.url(**{**changes, "state": state}),
        "active": is_on,
        "count": count.value + count.more,
    }


def _kinds(listing: Listing) -> list[dict]:
    kinds = listing.filterset.active.get("kind") or []
    return [
        {
            "label": label,
            "on": kind in kinds,
            "url": listing.url(
                kind=[one for one in kinds if one != kind] if kind in kinds else [*kinds, kind]
            ),
        }
        for kind, label in KINDS
    ]


def _only_kol(listing: Listing) -> Kol | None:
    """The one file that the list is about, as on Today."""
    pk = listing.filterset.active.get("kol")
    files = Kol.objects.visible_to(listing.filterset.user).select_related("owner", "main_field")
    return files.filter(pk=pk).first() if pk else None
