"""Undo of an import: what still stands as it wrote it is taken back, what changed since is left and listed.

It works from the history: the import's changes share one change-set. Files that it made go into the trash
if nobody has touched them since; the same table taken in again brings them back (``matching``).
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from kol_crm.core import history
from kol_crm.core.actor import Actor
from kol_crm.core.models import Change
from kol_crm.core.text import fold
from kol_crm.core.work import Run
from profiles.models import Account, ContactPoint, Import, ImportRow, Kol, Outcome, Snapshot, Touch
from profiles.models.attribute import PREFIX
from profiles.models.querysets import CLAIM, EDIT
from profiles.services import account as account_verbs
from profiles.services import bulk, figures, many, many_parts, restoring
from profiles.services import contact as contact_verbs
from profiles.services.matching import SOURCE

CHUNK = 200  # files
KOL, ACCOUNT, CONTACT = (model._meta.label_lower for model in (Kol, Account, ContactPoint))
State = Import.State


@dataclass
class _Back:
    """What is taken back of one file, and what is left (names of facts)."""

    kol: Kol
    changes: list[Change] = field(default_factory=list)
    facts: dict[str, Any] = field(default_factory=dict)
    attributes: dict[str, Any] = field(default_factory=dict)
    tags: list[str] | None = None
    fields: list[Any] | None = None
    edits: list[many.Edit] = field(default_factory=list)
    contacts: list[ContactPoint] = field(default_factory=list)
    accounts: list[Account] = field(default_factory=list)
    left: list[str] = field(default_factory=list)


def take_back(run: Run, imported: Import, actor: Actor) -> None:
    """File by file, in chunks that are transactions; what is taken back already is not asked again."""
    done = 0
    for kols in _chunks(imported):
        with transaction.atomic():
            _take_chunk(actor, imported, kols)
            done += len(kols)
            run.progress(done)
    with transaction.atomic():
        run.progress(done, total=done)
        Import.objects.filter(pk=imported.pk, state=State.UNDOING).update(
            state=State.UNDONE, undone_at=actor.at
        )


def _chunks(imported: Import) -> Iterator[list[UUID]]:
    written = imported.rows.filter(written=True, undo="", outcome__in=(Outcome.CREATED, Outcome.UPDATED))
    while True:
        kols = list(
            written.exclude(kol=None).order_by("kol").values_list("kol", flat=True).distinct()[:CHUNK]
        )
        if not kols:
            return
        yield kols


def _take_chunk(actor: Actor, imported: Import, ids: Sequence[UUID]) -> None:
    files = {
        kol.pk: _Back(kol)
        for kol in Kol.objects.select_for_update(of=("self",))
        .filter(pk__in=ids)
        .select_related("owner", "team", "agency", "type")
        .prefetch_related("kol_fields__field", "kol_tags__tag")
        .order_by("pk")
    }
    allowed = _allowed(actor, files)
    for change in Change.objects.filter(change_set=imported.change_set, root__in=files).order_by("id"):
        files[change.root].changes.append(change)
    born = {pk for pk, back in files.items() if any(c.model == KOL and not c.field for c in back.changes)}
    touched = _touched(imported, born)
    standing = _figures(imported, set(files) - born)
    for pk, back in files.items():
        if pk not in allowed:
            back.left.append(_("its file belongs to %(owner)s") % {"owner": back.kol.owner})
        elif pk in born:
            back.left += touched.get(pk, [])
    _archive(actor, [back for pk, back in files.items() if pk in born and not back.left])
    known = [back for pk, back in files.items() if pk not in born and not back.left]
    _put_back(actor, known)
    figures.take_back(actor, [row for back in known for row in standing.get(back.kol.pk, ())])
    _write_down(imported, files.values())


def _allowed(actor: Actor, files: Iterable[UUID]) -> set[UUID]:
    rows = Kol.objects.filter(pk__in=list(files))
    found = (rows.visible_to(actor.user, action).values_list("pk", flat=True) for action in (EDIT, CLAIM))
    return {pk for some in found for pk in some}


def _touched(imported: Import, born: set[UUID]) -> dict[UUID, list[str]]:
    """What happened to files since the import made them: then they stay."""
    found: dict[UUID, list[str]] = {}
    later = Change.objects.filter(root__in=born).exclude(change_set=imported.change_set)
    for root, model, name in later.order_by("id").values_list("root", "model", "field"):
        found.setdefault(root, []).append(name or model.rpartition(".")[2])
    for root in Touch.objects.filter(kol__in=born).values_list("kol", flat=True).distinct():
        found.setdefault(root, []).append("touch")
    return {root: list(dict.fromkeys(names)) for root, names in found.items()}


def _archive(actor: Actor, files: Sequence[_Back]) -> None:
    many.edit(actor, [many.Edit(back.kol, facts={"archived_at": actor.at}) for back in files])


def _put_back(actor: Actor, files: Sequence[_Back]) -> None:
    """The facts, contacts, tags and accounts of files that were on record before."""
    rows = [change.row for back in files for change in back.changes]
    contacts = {row.pk: row for row in ContactPoint.objects.filter(pk__in=rows)}
    accounts = {row.pk: row for row in Account.objects.filter(pk__in=rows)}
    held = bulk.Held([back.kol for back in files], [c for back in files for c in back.changes])
    for back in files:
        for change in back.changes:
            if change.model == KOL:
                _fact(back, change, held)
            elif change.model == CONTACT:
                _contact(back, change, contacts.get(change.row))
            elif change.model == ACCOUNT:
                _account(back, change, accounts.get(change.row))
    many.edit(
        actor, [edit for back in files for edit in [many.Edit(back.kol, facts=back.facts), *back.edits]]
    )
    gone = [contact for back in files for contact in back.contacts]
    history.record_many(actor, many_parts.drop_contacts(gone))
    bulk.write(actor, [bulk.Target(back.kol, {}, back.tags, back.fields, back.attributes) for back in files])
    for back in files:
        for account in back.accounts:
            account_verbs.drop(actor, account)


def _fact(back: _Back, change: Change, held: bulk.Held) -> None:
    kol, name = back.kol, change.field
    if name == "tags":
        _tags(back, change)
    elif name.startswith(PREFIX):
        if held.may_go_back(kol, change):
            back.attributes[name.removeprefix(PREFIX)] = change.before
        else:
            back.left.append(name)
    elif name == "fields":
        present = sorted(kol.kol_fields.all(), key=lambda row: row.position)
        if [{"field": row.field.slug, "strength": row.strength} for row in present] == change.after:
            back.fields = restoring.fields_of(change.before or [])
        else:
            back.left.append(name)
    elif history.as_json(getattr(kol, name)) == change.after:
        back.facts[name] = restoring.value_before(Kol, change)
    else:
        back.left.append(name)


def _tags(back: _Back, change: Change) -> None:
    """The words that the import added go where they still stand; what people tagged since stays."""
    added = {fold(word) for word in change.after or []} - {fold(word) for word in change.before or []}
    standing = back.tags
    if standing is None:
        standing = [row.tag.name for row in back.kol.kol_tags.all()]
    back.tags = [word for word in standing if fold(word) not in added]


def _contact(back: _Back, change: Change, contact: ContactPoint | None) -> None:
    if contact is None or change.field:
        return  # somebody has taken it off already; that it is shared, stays (``sharing``)
    wrote = (change.after or {}).get("value", {})
    if contact_verbs.protected(contact) == wrote:
        back.contacts.append(contact)
    else:
        back.left.append(contact.channel)


def _account(back: _Back, change: Change, account: Account | None) -> None:
    if account is None:
        return
    if not change.field:
        if account.snapshots.exists():
            back.left.append("account")
        else:
            back.accounts.append(account)
    elif getattr(account, change.field) == change.after:
        account.kol = back.kol
        back.edits.append(many.Edit(back.kol, account, account_facts={change.field: change.before or ""}))
    else:
        back.left.append(change.field)


def _figures(imported: Import, kols: set[UUID]) -> dict[UUID, list[Snapshot]]:
    """The import's figures that still stand, by file."""
    if imported.run_at is None:
        return {}
    rows = Snapshot.objects.filter(
        account__kol__in=kols, at=imported.run_at, source=SOURCE, writer=imported.user, standing=True
    )
    found: dict[UUID, list[Snapshot]] = {}
    for row in rows.select_related("account"):
        found.setdefault(row.account.holder_id, []).append(row)
    return found


def _write_down(imported: Import, files: Iterable[_Back]) -> None:
    rows = imported.rows.filter(written=True, undo="")
    for back in files:
        if back.left:
            rows.filter(kol=back.kol.pk).update(undo=ImportRow.Undo.LEFT, left=list(dict.fromkeys(back.left)))
    done = [back.kol.pk for back in files if not back.left]
    rows.filter(kol__in=done).update(undo=ImportRow.Undo.TAKEN_BACK)
