"""What stands over a list whose readers keep views: the tabs, which of them is open, and what was changed."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery
from django.http import QueryDict
from django.urls import reverse

from kol_crm.core import display
from kol_crm.core.kept import KeptRows
from kol_crm.core.lists import Listing
from kol_crm.core.models import SavedView, ViewPin


@dataclass
class Bar:
    """``tabs`` of the built-in views and the pinned ones; ``view`` the saved one that is open."""

    of_list: str
    state: str
    tabs: list[dict[str, Any]]
    view: SavedView | None = None
    is_edited: bool = False
    may_change: bool = False
    home: str = ""
    addresses: dict[str, str] = field(default_factory=dict)


def seen(of_list: str, user) -> QuerySet[SavedView]:
    """The views of a list that the user sees, with their place among the user's tabs (None: not there)."""
    place = ViewPin.objects.filter(user=user, view=OuterRef("pk")).values("position")
    views = SavedView.objects.visible_to(user).standing().filter(of_list=of_list)
    return views.annotate(place=Subquery(place)).select_related("owner").order_by("name", "pk")


SEEN = KeptRows(seen)


def address(path: str, view: SavedView) -> str:
    """Where a view opens: its whole state, so that the link shows others the same, and its id."""
    params = view.params
    params["from"] = str(view.pk)
    return f"{path}?{params.urlencode()}"


def bar(listing: Listing, builtin: Sequence[tuple[Any, str]]) -> Bar:
    """One query: the views that the reader sees."""
    spec, params, user = listing.spec, listing.params, listing.filterset.user
    views = {str(view.pk): view for view in SEEN.of(key=(spec.name, *user.sight), given=(spec.name, user))}
    view = views.get(params.get("from", ""))
    asked = display.state_of(params, spec.default_sort)
    tabs = _builtin(listing, builtin, asked, is_open=view is None)
    pinned = [one for one in views.values() if one.place is not None]
    shown = sorted(pinned, key=lambda one: (one.place, one.pk))
    if view is not None and view.place is None:
        shown.append(view)
    changed = view is not None and display.state_of(view.params, spec.default_sort) != asked
    for one in shown:
        is_open = one is view
        tabs.append(
            {
                "id": one.pk,
                "label": one.name,
                "url": address(listing.path, one),
                "active": is_open,
                "dot": is_open and changed,
                "shared": not one.is_private,
            }
        )
    state = display.without(params, *display.ORIGIN, *display.PLACE).urlencode()
    if view is None:
        changed = not any(tab["active"] and not tab["dot"] for tab in tabs)
    return Bar(
        spec.name,
        state,
        tabs,
        view,
        is_edited=changed,
        may_change=view is not None and may_change(view, user),
        home=address(listing.path, view) if view else listing.path,
        addresses=_addresses(spec.name, state, view),
    )


def may_change(view: SavedView, user) -> bool:
    """Of one's own views without asking the database."""
    if view.owner_id == user.pk:
        return True
    return SavedView.objects.visible_to(user, "edit").filter(pk=view.pk).exists()


def _addresses(of_list: str, state: str, view: SavedView | None) -> dict[str, str]:
    """Of the parts that are fetched when they are opened."""
    asked = QueryDict(mutable=True)
    asked["list"], asked["state"] = of_list, state
    if view is not None:
        asked["from"] = str(view.pk)
    query = asked.urlencode()
    return {name: f"{reverse(f'views:{name}')}?{query}" for name in ("menu", "columns", "create")}


def _builtin(listing: Listing, builtin, asked: frozenset, *, is_open: bool) -> list[dict[str, Any]]:
    """Active is the one whose filters all stand in the address; a dot: there is more."""
    default, filters = listing.spec.default_sort, _filters_of(asked)
    views = [(label, query, display.state_of(QueryDict(query), default)) for label, query in builtin]
    fitting = [state for _label, _query, state in views if _filters_of(state) <= filters]
    active = max(fitting, key=lambda state: len(_filters_of(state))) if is_open else None
    return [
        {
            "label": label,
            "url": f"{listing.path}?{query}" if query else listing.path,
            "active": state == active,
            "dot": state == active and _without_sort(state) != _without_sort(asked),
        }
        for label, query, state in views
    ]


def _filters_of(state: frozenset) -> frozenset:
    return frozenset(pair for pair in state if pair[0] not in ("sort", *display.SHAPE))


def _without_sort(state: frozenset) -> frozenset:
    return frozenset(pair for pair in state if pair[0] != "sort")
