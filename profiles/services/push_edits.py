"""Items whose file stands: what differs is written, by the set forms where they can say it."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from kol_crm.core import copying, history
from kol_crm.core.actor import Actor
from kol_crm.core.errors import Refused
from kol_crm.core.models import Change
from kol_crm.core.text import fold
from profiles.models import Account, ContactPoint, ExternalId, Kol, Source
from profiles.models.attribute import PREFIX
from profiles.services import external_id, many, many_parts, push_judging
from profiles.services import kol as verbs
from profiles.services.contact_values import Checked
from profiles.services.many import Edit, Prepared
from profiles.services.push_hanging import Hanging
from profiles.services.push_item import REJECTED, UNCHANGED, UPDATED, Case, Taken


def take_in(
    actor: Actor,
    whose: Source,
    cases: Sequence[Case],
    rows: Mapping[str, ExternalId],
    hanging: Hanging,
    owned: Mapping[str, str],
) -> None:
    """Compare, refuse, write. ``rows``: the ids that stand already; ``owned``: facts of other sources."""
    if not cases:
        return
    push_judging.compare(cases, hanging)
    refused = []
    for case in cases:
        if case.item.errors:
            case.refuse(REJECTED, "invalid", case.item.errors)
        elif why := push_judging.hold_against(case, hanging, owned):
            refused.append((case, why))
    prepared = [one for case in cases if case.taken is None and not case.slow for one in _prepare(case)]
    taken = [case for case in cases if case.taken is None]
    prepared += _agencies(actor, [case for case in taken if not case.slow])
    many.write(actor, prepared)
    for case in taken:
        if case.slow and (case.changed or case.links):
            _one(actor, case)
    _keep_ids(actor, whose, [case for case in taken if case.taken is None], rows)
    _keep_refused(actor, whose, refused)


def _prepare(case: Case) -> list[Prepared]:
    """What the set form writes; refused as a whole where the file cannot be so."""
    item, kol = case.item, case.kol
    facts = {name: value for name, value in item.facts.items() if name in case.changed and name != "agency"}
    attributes = {key: value for key, value in item.attributes.items() if f"{PREFIX}{key}" in case.changed}
    edits = [
        Edit(
            kol,
            facts=facts,
            fields=[one for one, _strength in item.fields or ()] if "fields" in case.changed else None,
            strengths=case.rows.get("strengths", {}),
            contacts=case.rows.get("contacts", ()),
            all_tags=item.tags if "tags" in case.changed else None,
            attributes=attributes,
            raises=case.links,
        )
    ]
    edits += [Edit(kol, account, account_facts=facts) for account, facts in case.rows.get("accounts", ())]
    try:
        return [many.prepare(one) for one in edits]
    except ValidationError as error:
        case.refuse(REJECTED, "invalid", error.message_dict)
        return []


def _agencies(actor: Actor, cases: Sequence[Case]) -> list[Prepared]:
    """Agencies are made once it is known that nothing else is wrong."""
    wanted = [case for case in cases if "agency" in case.changed]
    names = [case.item.facts["agency"] for case in wanted if case.item.facts["agency"]]
    known = many_parts.agencies(actor, names) if names else {}
    found = []
    for case in wanted:
        name = case.item.facts["agency"]
        found.append(many.prepare(Edit(case.kol, facts={"agency": known[fold(name)] if name else None})))
    return found


def _one(actor: Actor, case: Case) -> None:
    """By the single verb, with what a set form cannot say; its refusals stand at their fields."""
    item = case.item
    values = {name: value for name, value in item.facts.items() if name in case.changed}
    values |= {f"{PREFIX}{key}": value for key, value in item.attributes.items()}
    lists: dict[str, Any] = {}
    if "fields" in case.changed:
        strengths = case.rows["strengths"]
        lists["fields"] = [(one, strengths[one.pk]) for one, _strength in item.fields or ()]
    if "tags" in case.changed:
        lists["tags"] = item.tags
    if "contacts" in case.changed:
        lists["contacts"] = _all_contacts(case)
    if "accounts" in case.changed:
        lists["accounts"] = _all_accounts(case)
    try:
        with transaction.atomic():
            saved = verbs.edit(actor, case.kol, values, None, **lists)
            if case.links and saved.version == case.kol.version:
                saved = history.touch_version(saved, None)
    except ValidationError as error:
        case.refuse(REJECTED, "invalid", error.message_dict)
    except Refused as refusal:
        case.refuse(REJECTED, refusal.code, {"item": [str(refusal.message)]})
    else:
        case.kol.version = saved.version


def _all_contacts(case: Case) -> list[dict[str, Any]]:
    """The item's, each with the row that it is, and all others as they stand: nothing is taken off."""
    rows = list(ContactPoint.objects.filter(kol=case.kol))
    entries: list[dict[str, Any]] = []
    named = set()
    for entry in case.item.contacts or ():
        value = entry.get("value")
        digest = value.digest if isinstance(value, Checked) else None
        row = next((one for one in rows if _is(one, entry, digest)), None)
        plain = {name: one for name, one in entry.items() if name not in ("id", "value")}
        if row is None:
            entries.append({**plain, "value": value})
            continue
        named.add(row.pk)
        if digest is not None and digest != row.digest:
            plain["value"] = value.value
        entries.append({**plain, "id": row.pk})
    return [*({"id": row.pk} for row in rows if row.pk not in named), *entries]


def _is(row: ContactPoint, entry: Mapping[str, Any], digest: str | None) -> bool:
    if entry.get("id"):
        return str(row.pk) == str(entry["id"])
    if row.channel != entry["channel"]:
        return False
    return row.digest == digest if digest is not None else row.masked == entry.get("value")


def _all_accounts(case: Case) -> list[dict[str, Any]]:
    plan: Sequence[tuple[Account | None, dict[str, str]]] = case.rows["accounts"]
    changed = {row.pk for row, _facts in plan if row is not None}
    kept = Account.objects.filter(kol=case.kol).exclude(pk__in=changed).values_list("pk", flat=True)
    told = [{**facts, "id": row.pk} if row is not None else dict(facts) for row, facts in plan]
    return [*({"id": pk} for pk in kept), *told]


def _keep_ids(actor: Actor, whose: Source, cases: Sequence[Case], rows: Mapping[str, ExternalId]) -> None:
    """What was heard of each file, so that the same again is known; ids that are new to their files."""
    versions = _versions(cases)
    new, heard = [], []
    for case in cases:
        pk = case.kol.pk
        version = versions.get(pk, case.kol.version)
        case.taken = Taken(UPDATED if case.changed or case.links else UNCHANGED, pk, version)
        row = rows.get(case.sent.external_id)
        if row is None:
            row = ExternalId(kol=case.kol, source=whose, external_id=case.sent.external_id)
            new.append(row)
        elif (row.digest, row.version) != (case.sent.digest, version):
            heard.append(row)
        row.digest, row.version = case.sent.digest, version
    copying.insert(new)
    copying.update(heard, ["digest", "version"])
    history.record_many(actor, external_id.born(new))


def _versions(cases: Sequence[Case]) -> dict[Any, int]:
    """As they stand: a contact that came to be shared raised others."""
    told = [case.kol.pk for case in cases if "contacts" in case.changed]
    return dict(Kol.objects.filter(pk__in=told).values_list("pk", "version")) if told else {}


def _keep_refused(actor: Actor, whose: Source, refused: Sequence[tuple[Case, Mapping[str, str]]]) -> None:
    """The history keeps what lost, once: sent again every night it is not told again."""
    if not refused:
        return
    told = Change.objects.filter(root__in=[case.kol.pk for case, _why in refused], field=history.NOT_TAKEN)
    known = {(row, repr(after)) for row, after in told.values_list("row", "after")}
    entries = []
    for case, why in refused:
        for name, reason in why.items():
            after = {
                "fact": name,
                "value": history.as_json(case.changed[name][1]),
                "why": reason,
                "source": whose.name,
            }
            if (case.kol.pk, repr(after)) not in known:
                entries.append((case.kol.pk, case.kol, {history.NOT_TAKEN: (None, after)}))
    history.record_many(actor, entries)
