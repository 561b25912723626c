"""A plan that two people edit: what one typed, on top of what the other saved (RELIABILITY 3)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from incentives.models import IncentivePlan, PlanItem
from kol_crm.core import history
from kol_crm.core.models import Change
from kol_crm.core.versioned import Clash, rebase

if TYPE_CHECKING:
    from incentives.forms.plan import ItemForm, PlanEditor

UNSAID = "\ufffd"  # stands where a page did not say what it started from: whatever was typed counts as meant


@dataclass
class Merged:
    data: QueryDict
    clashes: list[Clash] = field(default_factory=list)
    notes: dict[str, str] = field(default_factory=dict)  # by the item's index
    asks: bool = False


def on_top_of(
    editor: "PlanEditor", current: IncentivePlan, fresh: Callable[[PlanItem], dict[str, Any]]
) -> Merged:
    """The facts field by field; the items row by row, by their ids.

    An item that they removed goes, unless it was changed here; one that was removed here goes, unless they
    changed it. Both are asked.
    """
    merged = Merged(editor.form.data.copy())
    data = merged.data
    others = history.changes_since(current, editor.base_version)
    form = editor.form
    standing = type(form)(initial={name: getattr(current, name) for name in form.tracked})
    merged.clashes += rebase(_with_bases(form, data), standing, data, _told(others, str(current.pk)))
    data["version"] = str(current.version)
    _items(editor, merged, {str(item.pk): fresh(item) for item in current.items.all()}, others)
    merged.clashes = [
        clash._replace(base="", base_words="") if clash.base == UNSAID else clash for clash in merged.clashes
    ]
    return merged


def _items(
    editor: "PlanEditor", merged: Merged, now: dict[str, dict[str, Any]], others: Sequence[Change]
) -> None:
    data, base = merged.data, set(filter(None, editor.base.split(",")))
    touched = {str(change.row) for change in others}
    places, kept = [], set()
    for row in editor.item_forms:
        key = data.get(row.add_prefix("id"), "")
        kept.add(key)
        if key in now:
            standing = type(row)(index=row.index, initial=now[key])
            merged.clashes += rebase(_with_bases(row, data), standing, data, _told(others, key))
        elif key and not set(_with_bases(row, data).changed_data) - {"id"}:
            continue
        elif key:
            data[row.add_prefix("id")] = ""
            merged.notes[row.index] = _("Was removed meanwhile. Saving adds it again.")
            merged.asks = True
        places.append(row.index)
    for key in (key for key in now if key not in kept):
        if key in base and key not in touched:
            continue  # removed here, and nobody else minds
        index = f"m{key[-8:]}"
        _send(data, type(editor.blank)(index=index, initial=now[key]))
        places.append(index)
        if key in base:
            merged.notes[index] = _("Was changed meanwhile. Remove it again if you mean it.")
            merged.asks = True
        else:
            merged.notes[index] = _("Was added meanwhile.")
    data.setlist("items", places)
    data["items-base"] = ",".join(now)


def _with_bases(form: Any, data: QueryDict) -> Any:
    """The form as it was sent; what it does not say that it started from, it typed."""
    missing = [name for name in form.tracked if form.add_initial_prefix(name) not in data]
    if not missing:
        return form
    for name in missing:
        data[form.add_initial_prefix(name)] = UNSAID
    place = {"index": form.index} if hasattr(form, "index") else {}
    return type(form)(data, **place)


def _send(data: QueryDict, row: "ItemForm") -> None:
    """An item of theirs, as if the page had shown it."""
    for name, item in row.fields.items():
        value = row[name].value()
        sent = "" if value is None else str(item.prepare_value(value))
        data[row.add_prefix(name)] = sent
        if name in row.tracked:
            data[row.add_initial_prefix(name)] = sent


def _told(others: Sequence[Change], row: str) -> dict[str, dict[str, Any]]:
    """By field, who saved it last and when."""
    return {
        change.field: {"who": str(change.change_set.user or _("The system")), "when": change.at}
        for change in reversed(others)
        if str(change.row) == row
    }
