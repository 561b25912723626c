"""How a list is looked at: its columns, layout and grouping, and the saved view that it was opened from.

All of it stands in the address beside filters and order. ``view=<id>`` asks for a view as it was saved, what
stands beside it replacing the view's own; ``from=<id>`` only says which view the present state, whole in the
address, began from: what differs from the view is temporary until it is saved.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext as _

from kol_crm.core.columns import Column, Columns
from kol_crm.core.models import SavedView

SHAPE = ("columns", "layout", "group")
ORIGIN = ("view", "from")
PLACE = ("cursor", "limit", "inside")
COMPACT = SavedView.Layout.COMPACT


@dataclass
class Display:
    """One reading of it: ``params`` is the whole state, as every address on the page carries it on.

    ``inside`` is the one group whose rows are asked for; None: of no group.
    """

    params: QueryDict
    columns: tuple[Column, ...] = ()
    layout: str = SavedView.Layout.TABLE
    group: str = ""
    inside: str | None = None
    problems: dict[str, list[str]] = field(default_factory=dict)

    @property
    def filters(self) -> QueryDict:
        """What is left for the filter set."""
        return without(self.params, *SHAPE, *ORIGIN, "inside")

    @property
    def is_compact(self) -> bool:
        return self.layout == COMPACT

    @property
    def is_folded(self) -> bool:
        """Grouped, and no group is open: there are heads and no rows."""
        return bool(self.group) and self.inside is None

    @property
    def origin(self) -> str:
        """The id of the view that this began from."""
        return self.params.get("from", "")


def read(params: QueryDict, name: str, offered: Columns, groups: Mapping[str, Any], user) -> Display:
    """How the list ``name`` is asked to be shown. What is not understood stands in ``problems``."""
    problems: dict[str, list[str]] = {}
    params = params.copy()
    if token := params.get("view"):
        try:
            params = _applied(params, name, token, user, offered)
        except ValidationError as error:
            problems |= error.message_dict
    keys = _columns(params)
    columns = offered.chosen(())
    try:
        columns = offered.chosen(keys)
        _set(params, "columns", "" if columns == offered.chosen(()) else ",".join(c.key for c in columns))
    except ValidationError as error:
        problems |= error.message_dict
    layout, group = params.get("layout", SavedView.Layout.TABLE), params.get("group", "")
    if layout not in SavedView.Layout.values:
        problems["layout"] = [_("There is no such layout.")]
    elif layout == SavedView.Layout.TABLE:
        _set(params, "layout", "")
    if group and group not in groups:
        problems["group"] = [_("This list cannot be grouped so.")]
    return Display(params, columns, layout, group, params.get("inside") if group else None, problems)


def _applied(params: QueryDict, name: str, token: str, user, offered: Columns) -> QueryDict:
    """The state of the view with what is asked beside it. Columns that are no more are left out."""
    view = find(name, token, user)
    if view is None:
        raise ValidationError({"view": _("This view is not there, or not for you.")})
    whole = view.params
    keys = _columns(whole)
    if keys and (known := offered.known_of(keys)) != keys:
        _set(whole, "columns", ",".join(known))
    whole["from"] = str(view.pk)
    for key, values in params.lists():
        if key != "view":
            whole.setlist(key, values)
    return whole


def find(name: str, token: str, user) -> SavedView | None:
    try:
        pk = UUID(token)
    except ValueError:
        return None
    return SavedView.objects.visible_to(user).standing().filter(of_list=name, pk=pk).first()


def without(params: QueryDict, *names: str) -> QueryDict:
    left = params.copy()
    for name in names:
        left.pop(name, None)
    return left


def state_of(params: QueryDict, default_sort: str) -> frozenset[tuple[str, str]]:
    """What two addresses must have in common to show the same in the same way."""
    return frozenset(
        (name, value)
        for name, values in without(params, *ORIGIN, *PLACE).lists()
        for value in values
        if value and (name, value) not in (("sort", default_sort), ("layout", SavedView.Layout.TABLE))
    )


def _columns(params: QueryDict) -> list[str]:
    return [key for part in params.getlist("columns") for key in part.split(",") if key]


def _set(params: QueryDict, name: str, value: str) -> None:
    """Each thing is said in one way, so that states can be compared."""
    params.pop(name, None)
    if value:
        params[name] = value
