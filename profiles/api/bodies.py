"""From a validated body to what the verbs take: names to rows, and whose names may be used."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from kol_crm.core.actor import Actor
from profiles.api.representation import READ_ONLY
from profiles.models import Kol
from profiles.models.attribute import PREFIX
from profiles.services import access

LISTS = ("contacts", "accounts", "fields", "tags")
READ = {"id", "version", "team", "main_field", "external_ids"} | (
    set(READ_ONLY) - {"stage", "quiet_cause", "archived_at"}
)
VERBS = {"stage": "move", "quiet_cause": "quiet", "archived_at": "DELETE and restore"}


def writable(data: Any, kol: Kol) -> Any:
    """The body of a PUT or PATCH without what was only read: figures are passed over, the rest must agree.

    Raises ``ValidationError`` keyed by field when the body tries to change what only a verb changes.
    """
    if not isinstance(data, Mapping):
        return data
    wrong = {
        name: _("This is changed by %(verb)s.") % {"verb": verb}
        for name, verb in VERBS.items()
        if name in data and (data[name] or None) != (getattr(kol, name) or None)
    }
    if wrong:
        raise ValidationError(wrong)
    return {name: value for name, value in data.items() if name not in READ and name not in VERBS}


def values_of(actor: Actor, checked: Mapping[str, Any]) -> dict[str, Any]:
    """Facts as the verbs take them. Raises ``ValidationError`` keyed ``owner``."""
    values = {name: value for name, value in checked.items() if name not in (*LISTS, "attributes")}
    values |= {f"{PREFIX}{key}": value for key, value in checked.get("attributes", {}).items()}
    if "owner" in values:
        values["owner"] = _owner(actor, values["owner"])
    if "agency" in values:
        values["agency"] = values["agency"] or None  # the verb makes a new one, in its transaction
    return values


def lists_of(checked: Mapping[str, Any]) -> dict[str, Any]:
    """The lists that the body holds, as the verbs take them."""
    lists = {name: checked[name] for name in LISTS if name in checked}
    if "fields" in lists:
        lists["fields"] = [(entry["field"], entry["strength"]) for entry in lists["fields"]]
    for name in ("contacts", "accounts"):
        if name in lists:
            lists[name] = [
                {
                    key: value
                    for key, value in entry.items()
                    if key not in ("masked", "followers", "followers_on")
                }
                for entry in lists[name]
            ]
    return lists


def keep_unseen(lists: dict[str, Any], kol: Kol) -> dict[str, Any]:
    """A client that cannot see contacts in clear deletes none by leaving them out (DOMAIN 2.3)."""
    if "contacts" in lists:
        named = {str(entry["id"]) for entry in lists["contacts"] if entry.get("id")}
        unseen = [{"id": key} for key in kol.contacts.values_list("pk", flat=True) if str(key) not in named]
        lists["contacts"] = [*lists["contacts"], *unseen]
    return lists


def blank(name: str) -> Any:
    """What a PUT that leaves the fact out makes of it."""
    return Kol._meta.get_field(name).get_default()


def _owner(actor: Actor, username: str | None):
    if not username:
        raise ValidationError({"owner": _("A file that has an owner keeps one.")})
    owner = access.owners_for(actor.user).filter(username=username).first()
    if owner is None:
        raise ValidationError({"owner": _("There is no such user whom you may give a file to.")})
    return owner
