"""The verbs of saved views: keep, change, put away and back, copy, pin, order (docs/views.md)."""

import re
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import django_filters
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import QueryDict
from django.utils.translation import gettext as _

from kol_crm.core import display, history, lists
from kol_crm.core.actor import Actor
from kol_crm.core.filters import Conditions, Words
from kol_crm.core.models import SavedView, ViewPin
from kol_crm.core.models.saved_view import EDIT

EDITABLE = ("name", "sharing", "query", "columns", "layout", "grouping")
MOST_PINS = 20
A_WORD = re.compile(r"[^\s,;()\"'{}\[\]]+")
SHORT = 4  # four digits are a year as often as the end of a phone, so in a sentence they may stand


def spec_of(name: str) -> lists.ListSpec:
    """The list of that name, if views of it can be kept. Raises ``ValidationError`` keyed ``list``."""
    spec = next((one for one in lists.registered() if one.name == name), None)
    if spec is None or spec.choice is None:
        raise ValidationError({"list": _("There are no views of such a list.")})
    return spec


def state(spec: lists.ListSpec, params: QueryDict) -> dict[str, Any]:
    """What a view keeps of an address: ``query``, ``columns``, ``layout``, ``grouping``."""
    shown = display.without(params, *display.ORIGIN, *display.PLACE)
    if shown.get("sort") == spec.default_sort:
        shown = display.without(shown, "sort")
    return {
        "query": display.without(shown, *display.SHAPE).urlencode(),
        "columns": [key for part in shown.getlist("columns") for key in part.split(",") if key],
        "layout": shown.get("layout", SavedView.Layout.TABLE),
        "grouping": shown.get("group", ""),
    }


def create(actor: Actor, of_list: str, values: dict[str, Any], *, pinned: bool = True) -> SavedView:
    """A new view of the actor's own, as the last of their tabs. Raises ``ValidationError`` keyed by field."""
    view = SavedView(of_list=of_list, owner=actor.person, **values)
    _share(view, values)
    _demand_kept(actor, spec_of(of_list), view)
    with transaction.atomic():
        history.create(actor, view)
        if pinned:
            pin(actor, view)
    return view


def change(actor: Actor, view: SavedView, values: dict[str, Any], version: int | None) -> SavedView:
    """Another name, sharing or state. Raises ``PermissionDenied``, ``Conflict``, ``ValidationError``."""
    history.only_facts(values, EDITABLE)
    demand(actor, view)
    with transaction.atomic():
        current = history.locked(view, version)
        draft = SavedView(of_list=current.of_list, owner=current.owner, team=current.team)
        for name in EDITABLE:
            setattr(draft, name, values.get(name, getattr(current, name)))
        _share(draft, values)
        _demand_kept(actor, spec_of(current.of_list), draft)
        return history.save(actor, current, values | {"team": draft.team}, None)


def delete(actor: Actor, view: SavedView, version: int | None = None) -> SavedView:
    """Put away; ``restore`` brings it back among the same tabs. Raises ``PermissionDenied``, ``Conflict``."""
    demand(actor, view)
    return history.save(actor, view, {"deleted_at": actor.at}, version)


def restore(actor: Actor, view: SavedView) -> SavedView:
    """Undo ``delete``. Raises ``PermissionDenied``."""
    demand(actor, view)
    return history.save(actor, view, {"deleted_at": None}, None)


def duplicate(actor: Actor, view: SavedView) -> SavedView:
    """A private copy of a view that one sees."""
    values = {name: getattr(view, name) for name in EDITABLE if name not in ("name", "sharing")}
    name = _("%(name)s (copy)") % {"name": view.name[:45]}
    return create(actor, view.of_list, values | {"name": name})


def pin(actor: Actor, view: SavedView) -> ViewPin:
    """Among the actor's tabs, last. Raises ``ValidationError`` keyed ``pinned`` when there are too many."""
    with transaction.atomic():
        present = list(_pins(actor, view.of_list))
        for row in present:
            if row.view_id == view.pk:
                return row
        if len(present) >= MOST_PINS:
            words = {"most": MOST_PINS}
            raise ValidationError({"pinned": _("At most %(most)s views stand among the tabs.") % words})
        place = present[-1].position + 1 if present else 0
        return history.create(actor, ViewPin(user=actor.person, view=view, position=place), root=view.pk)


def unpin(actor: Actor, view: SavedView) -> bool:
    """Out of the actor's tabs; the view stays. Whether it stood there."""
    with transaction.atomic():
        row = _pins(actor, view.of_list).filter(view=view).first()
        if row is not None:
            history.remove(actor, row, root=view.pk)
    return row is not None


def order(actor: Actor, of_list: str, wanted: Sequence[UUID]) -> None:
    """The actor's tabs in this order; those not named follow as they stood."""
    with transaction.atomic():
        rows = list(_pins(actor, of_list))
        places = {pk: place for place, pk in enumerate(wanted)}
        rows.sort(key=lambda row: places.get(row.view_id, len(places)))
        for place, row in enumerate(rows):
            history.save_child(actor, row, {"position": place}, root=row.view_id)


def shift(actor: Actor, view: SavedView, by: int) -> None:
    """One tab to the left (-1) or to the right (1)."""
    wanted = list(_pins(actor, view.of_list).values_list("view", flat=True))
    if view.pk not in wanted:
        return
    at = wanted.index(view.pk)
    wanted.insert(max(0, min(at + by, len(wanted) - 1)), wanted.pop(at))
    order(actor, view.of_list, wanted)


def _pins(actor: Actor, of_list: str):
    pins = ViewPin.objects.select_for_update().filter(user=actor.user, view__of_list=of_list)
    return pins.order_by("position", "id")


def demand(actor: Actor, view: SavedView) -> None:
    """Raise ``PermissionDenied`` unless the actor may change the view."""
    if not SavedView.objects.visible_to(actor.user, EDIT).filter(pk=view.pk).exists():
        raise PermissionDenied(_("Only its owner or a manager can change this view."))


def _share(view: SavedView, values: dict[str, Any]) -> None:
    """The team whose members see it, and whose managers may change it, is its owner's."""
    view.team = None if view.is_private else view.owner.team
    if "sharing" in values and view.sharing == SavedView.Sharing.TEAM and view.team is None:
        raise ValidationError({"sharing": _("Its owner stands in no team.")})


def _demand_kept(actor: Actor, spec: lists.ListSpec, view: SavedView) -> None:
    """What is kept must be understood, and hold no contact data (DOMAIN 2.3)."""
    view.clean_fields(exclude=["owner", "team"])
    listing = lists.read(spec, view.params, actor.person, actor.at)
    if listing.problems:
        words = {"what": " ".join(message for found in listing.problems.values() for message in found)}
        raise ValidationError({"query": _("This state of the list cannot be kept. %(what)s") % words})
    problems = {}
    if any(spec.withheld(word) for word in A_WORD.findall(view.name) if len(word) > SHORT):
        problems["name"] = _("This reads as a phone number or an address. A view does not keep those.")
    if any(_is_withheld(spec, value) for value in _free_words(spec, view.params)):
        problems["query"] = _("The search reads as a phone number or an address. A view does not keep those.")
    if problems:
        raise ValidationError(problems)


def _is_withheld(spec: lists.ListSpec, value: str) -> bool:
    words = (word for word in A_WORD.findall(value) if len(word) > SHORT)
    return spec.withheld(value) or any(spec.withheld(word) for word in words)


def _free_words(spec: lists.ListSpec, params: QueryDict) -> list[str]:
    """What was typed freely, not chosen or counted. Conditions refuse contact data themselves, fact by fact:
    a date or a number of followers in them is no phone number.
    """
    free = (django_filters.CharFilter, Words)
    known = {
        name: one for name, one in spec.filterset.base_filters.items() if not isinstance(one, Conditions)
    }
    return [value for name, values in params.lists() if isinstance(known.get(name), free) for value in values]
