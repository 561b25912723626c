"""Changes of users, teams and what else Settings hold, as people read them."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kol_crm.core import history
from kol_crm.core.models import Change, Team, User
from kol_crm.core.models.base import Versioned

WORDS = {
    "": gettext_lazy("made or removed"),
    "password": gettext_lazy("password set"),
    "invited": gettext_lazy("invited again"),
    "token": gettext_lazy("API token"),
    "tokens": gettext_lazy("API tokens"),
    "is_active": gettext_lazy("active"),
    "parent": gettext_lazy("below"),
    "released_at": gettext_lazy("sending goes on"),
    "held_sent": gettext_lazy("held mail goes after all"),
    "held_counted": gettext_lazy("held mail went out before"),
}


class Told(NamedTuple):
    """One change: when, by whom, about whom, what, before and after."""

    at: Any
    by: Any
    about: str
    what: Any
    before: str
    after: str


def of(row: Versioned, most: int = 30) -> list[Told]:
    """The history of one row, newest first: what the page that edits it shows below the form."""
    changes = Change.objects.filter(root=history.identity(row.pk)).select_related("change_set__user")
    return in_words(list(changes.order_by("-at", "-id")[:most]))


def in_words(changes: Sequence[Change]) -> list[Told]:
    """In two queries, however many changes; their change-sets and users are loaded already."""
    names = {history.identity(person.pk): str(person) for person in _users(changes)}
    names |= {team.pk: team.name for team in Team.objects.filter(pk__in=[row.root for row in changes])}
    return [
        Told(
            change.at,
            change.change_set.user or _("the software"),
            names.get(change.root, ""),
            _what(change),
            _fact(change.before),
            _fact(change.after),
        )
        for change in changes
    ]


def newest(
    changes: QuerySet[Change],
    most: int,
    names: Mapping[UUID, Any],
    what: Callable[[Change], Any],
    value: Callable[[Change, Any], str],
) -> list[Told]:
    """The last of the changes of one subject, with its own words for what changed and for what it was.

    ``names``: by root, what each change is about.
    """
    return [
        Told(
            change.at,
            change.change_set.user or _("System"),
            str(names.get(change.root, "")),
            what(change),
            value(change, change.before),
            value(change, change.after),
        )
        for change in changes.select_related("change_set__user").order_by("-at", "-pk")[:most]
    ]


def plain(model: type[Model] | None, field: str, value: Any) -> str:
    """A kept value that is neither a row nor a list: choices by their words, nothing as nothing."""
    if model is not None and field:
        choices = dict(getattr(model._meta.get_field(field), "flatchoices", ()))
        if value in choices:
            return str(choices[value])
    return _fact(value)


def _users(changes: Sequence[Change]):
    keys = [row.root.int for row in changes if row.root.int < 2**63]
    return User.objects.filter(pk__in=keys)


def _what(change: Change) -> Any:
    if change.field in WORDS:
        return _("absence") if change.model == "core.absence" and not change.field else WORDS[change.field]
    try:
        model = apps.get_model(change.model)
        return getattr(model._meta.get_field(change.field), "verbose_name", change.field)
    except (FieldDoesNotExist, LookupError):
        return change.field


def _fact(value: Any) -> str:
    """A value of the history: linked rows by their name, lists and whole rows by their parts."""
    match value:
        case None:
            return ""
        case bool():
            return _("yes") if value else _("no")
        case {"label": label}:
            return str(label)
        case dict():
            return _(", ").join(_fact(part) for part in value.values())
        case list():
            return _(", ").join(_fact(part) for part in value)
    return str(value)
