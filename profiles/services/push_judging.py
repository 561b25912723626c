"""What an item changes on the file it means, and what stands against it (RELIABILITY 2, conflicts)."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from kol_crm.core import history
from kol_crm.core.text import fold
from profiles.services import account as account_verbs
from profiles.services import attribute, many_fields
from profiles.services import contact as contact_verbs
from profiles.services.contact_values import Checked
from profiles.services.many import STRENGTH
from profiles.services.many_parts import LONGEST_TAG
from profiles.services.push_hanging import Hanging, Point, key_of
from profiles.services.push_item import CONFLICT, REJECTED, Case


def compare(cases: Sequence[Case], hanging: Hanging) -> None:
    """Set ``changed`` of cases whose file stands; what cannot be right goes to the item's errors."""
    given = [(case.file, case.item.attributes) for case in cases]
    judged = attribute.judge(given) if any(values for _kol, values in given) else [None] * len(cases)
    for case, attributes in zip(cases, judged, strict=True):
        case.changed = {
            name: (before, after)
            for name, value in case.item.facts.items()
            if (before := _kept(case, name)) != (after := _as_kept(name, value))
        }
        if attributes is not None:
            case.item.errors |= attributes.errors
            case.changed |= attributes.changed
        _compare_fields(case)
        _compare_tags(case, hanging)
        _compare_contacts(case, hanging)
        _compare_accounts(case, hanging)
        if "owner" in case.changed:
            case.slow = True  # who may give it to whom is the single verb's rule


def _kept(case: Case, name: str) -> Any:
    value = getattr(case.file, name)
    return fold(value.name) if name == "agency" and value else history.as_json(value)


def _as_kept(name: str, value: Any) -> Any:
    return fold(" ".join(value.split())) if name == "agency" and value else history.as_json(value)


def _compare_fields(case: Case) -> None:
    if case.item.fields is None:
        return
    if len({one.pk for one, _strength in case.item.fields}) < len(case.item.fields):
        case.item.errors["fields"] = [_("A field is named twice.")]
        return
    rows = many_fields.in_order(case.file)
    held = {row.field_id: row.strength for row in rows}
    wanted = [(one, said or held.get(one.pk, STRENGTH)) for one, said in case.item.fields]
    for place, (_one, strength) in enumerate(wanted):
        if words := many_fields.wrong_with(strength):
            case.item.errors[f"fields.{place}.strength"] = words
    case.rows["strengths"] = {one.pk: strength for one, strength in wanted}
    case.changed |= many_fields.fields_diff(case.file, wanted)


def _compare_tags(case: Case, hanging: Hanging) -> None:
    if case.item.tags is None:
        return
    wanted = {fold(word): word.strip()[:LONGEST_TAG] for word in case.item.tags if word.strip()}
    held = hanging.tags[case.file.pk]
    if wanted.keys() != held.keys():
        case.changed["tags"] = (sorted(held.values()), sorted(wanted.values()))


def _compare_contacts(case: Case, hanging: Hanging) -> None:
    """A value that is on the file is that row, a mask is the row it stands for; any other is one more."""
    rows, new, told = hanging.contacts[case.file.pk], [], []
    by_id = {str(row.pk): row for row in rows}
    by_digest = {(row.channel, row.digest): row for row in rows}
    named: set[Any] = set()
    for place, entry in enumerate(case.item.contacts or ()):
        at, row = f"contacts.{place}", None
        value: Any = entry.get("value")
        if entry.get("id"):
            row = by_id.get(str(entry["id"]))
            if row is None:
                case.item.errors[f"{at}.id"] = [_("There is no such row on this file.")]
                continue
        elif isinstance(value, Checked):
            row = by_digest.get((entry["channel"], value.digest))
        else:
            row = next((one for one in rows if (one.channel, one.masked) == (entry["channel"], value)), None)
            if row is None:
                words = _("This is a mask, not a value: type the whole value.")
                case.item.errors[f"{at}.value"] = [words]
                continue
        key = row.pk if row is not None else (entry["channel"], value.digest)
        if key in named:
            case.item.errors[f"{at}.value"] = [_("This contact is on the file already.")]
        named.add(key)
        if row is None:
            new.append(entry)
            told.append({"channel": entry["channel"], "value": {"masked": value.mask}})
            case.slow |= bool(entry.get("preferred"))
        elif _differs(row, entry):
            case.slow = True
            told.append({"channel": row.channel, "value": {"masked": row.masked}})
    case.rows["contacts"] = new
    if told:
        case.changed["contacts"] = (None, told)


def _differs(row: Point, entry: Mapping[str, Any]) -> bool:
    value = entry.get("value")
    if isinstance(value, Checked) and value.digest != row.digest:
        return True
    return any(name in entry and getattr(row, name) != entry[name] for name in contact_verbs.KEPT)


def _compare_accounts(case: Case, hanging: Hanging) -> None:
    """An account that is on the file is that row; any other is one more, if no other file has it."""
    mine, plan, told = hanging.accounts[case.file.pk], [], []
    for place, entry in enumerate(case.item.accounts or ()):
        row = _account_of(mine, entry)
        if entry.get("id") and row is None:
            case.item.errors[f"accounts.{place}.id"] = [_("There is no such row on this file.")]
            continue
        wanted = {
            name: (value or "").strip() for name, value in entry.items() if name in account_verbs.EDITABLE
        }
        if "handle" in wanted:
            wanted["handle"] = wanted["handle"].removeprefix("@")
        if row is not None:
            facts = {name: value for name, value in wanted.items() if getattr(row, name) != value}
            if not facts:
                continue
        else:
            facts = wanted
            case.slow |= wanted.get("platform") == "own" and any(one.platform == "own" for one in mine)
        find_holder(case, place, entry, row, hanging)
        plan.append((row, facts))
        told.append(facts)
    case.rows["accounts"] = plan
    if told:
        case.changed["accounts"] = (None, told)


def _account_of(mine: Sequence[Any], entry: Mapping[str, Any]) -> Any:
    if entry.get("id"):
        return next((row for row in mine if str(row.pk) == str(entry["id"])), None)
    platform, external_id, handle = key_of(dict(entry))
    for row in mine:
        if row.platform == platform and external_id and row.external_id == external_id:
            return row
    for row in mine:
        same = row.platform == platform and handle and row.handle_folded == handle
        if same and not (external_id and row.external_id):
            return row
    return None


def find_holder(case: Case, place: int, entry: Mapping[str, Any], own: Any, hanging: Hanging) -> None:
    """An account stands on one file alone; one that nobody holds is taken up by the single verb."""
    platform, external_id, handle = key_of(dict(entry))
    for name, key in (
        ("external_id", (platform, external_id, "")),
        ("handle", (platform, "", handle)),
    ):
        row = hanging.holders.get(key) if key[1] or key[2] else None
        if row is None or (own is not None and row.pk == own.pk):
            continue
        if row.kol_id is None:
            case.slow = True
        else:
            case.item.errors[f"accounts.{place}.{name}"] = [_("This account is on a file already.")]
            return


def hold_against(case: Case, hanging: Hanging, owned: Mapping[str, str]) -> dict[str, str]:
    """Refuse a case whose facts are another's: ``rejected`` where another source owns one, ``conflict`` where
    a person changed one lately and the client does not say that it saw that (``version``). Which, by reason.
    """
    theirs = {name: owned[name] for name in case.changed if name in owned}
    if theirs:
        words = {
            name: [_("%(source)s has the last word on this.") % {"source": who}]
            for name, who in theirs.items()
        }
        case.refuse(REJECTED, "owned", words)
        return dict.fromkeys(theirs, "owned")
    if case.sent.version is not None:
        return {}
    fresh = [name for name in case.changed if name in hanging.by_people[case.file.pk]]
    for entry in (case.changed.get("contacts") or (None, []))[1]:
        if f"{entry['channel']}:{entry['value']['masked']}" in hanging.taken_off[case.file.pk]:
            fresh.append("contacts")
            break
    if fresh:
        words = {name: [_("A person changed this lately.")] for name in fresh}
        case.refuse(CONFLICT, "changed_by_person", words)
    return dict.fromkeys(fresh, "changed_by_person")
