"""One file becomes two again, each exactly as it was; what was done since stays with the survivor, listed."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.apps import apps
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, models, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from kol_crm.core import history
from kol_crm.core.actor import Actor
from kol_crm.core.errors import Refused
from kol_crm.core.models import Change, Versioned, VersionedRow, uuid7
from profiles.models import Account, AttributeValue, ContactPoint, Duplicate, Kol, Merge, MergedRow
from profiles.models.querysets import EDIT, MERGED
from profiles.services import access, contact, duplicate, links, merge_history, next_due
from profiles.services import kol as files
from profiles.services.links import Kept
from profiles.services.merge import SWAPPING, Picture, follow, picture
from profiles.services.merge_history import Entry, Names

KOL = Kol._meta.label
MOST = 200  # things done since that are listed one by one
# Columns that follow from facts of their own, which stay with the row.
FOLLOWING: dict[str, tuple[str, ...]] = {Account._meta.label: ("followers", "followers_on")}


@dataclass
class _Work:
    """One unmerge: what was recorded, how it stands now, what stays with the survivor."""

    actor: Actor
    merge: Merge
    records: dict[tuple[str, UUID], MergedRow]
    now: Picture
    left: list[dict[str, Any]] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    names: Names = field(default_factory=dict)

    def tell(self, row: models.Model, before: Kept, after: Kept, root: UUID) -> None:
        """An attribute went from the survivor; that it had gone from the merged file was never said."""
        if isinstance(row, AttributeValue):
            root = self.merge.survivor_id
        if said := merge_history.entry(root, row, before, after, self.names):
            self.entries.append(said)

    def stays(self, row: models.Model, why: str) -> None:
        self.left.append({"model": row._meta.label_lower, "row": str(row.pk), "words": str(row), "why": why})


def unmerge(actor: Actor, merge: Merge) -> Merge:
    """Take the merge back. The latest merge of a file is taken back first.

    Raises ``PermissionDenied``, ``Refused`` (``already_undone``, ``merged_since``, ``archived``).
    """
    with transaction.atomic(), next_due.asked_once():
        Kol.objects.lock(merge.survivor_id, merge.merged_id)
        merge = Merge.objects.select_for_update().get(pk=merge.pk)
        _demand(actor, merge)
        records = {(row.model, row.row): row for row in merge.rows.all()}
        work = _Work(actor, merge, records, picture((merge.survivor_id, merge.merged_id)))
        work.names = merge_history.names(merge.survivor_id, merge.merged_id)
        lists = merge_history.lists(merge.survivor_id)
        copies = _edited(work)
        _take_away_born(work)
        _put_back(work)
        _put_files_back(work)
        _copy(work, copies)
        _list_new(work)
        merge.left = [*_changes_since(work), *work.left][:MOST]
        merge.undone_at, merge.undone_by = actor.at, actor.user
        merge.save(update_fields=["left", "undone_at", "undone_by"])
        label = {"id": str(merge.pk), "label": str(merge.merged)}
        history.record(actor, merge.survivor_id, merge, {"": (label, None)})
        history.record(actor, merge.merged_id, merge, {"": (label, None)})
        history.record_many(actor, [*work.entries, merge_history.of_lists(merge.survivor_id, lists)])
        if merge.left:
            follow(actor, merge.survivor_id)
        files.tell(actor, [merge.survivor_id, merge.merged_id])
        first, second = duplicate.pair_of(merge.survivor_id, merge.merged_id)
        Duplicate.objects.filter(first=first, second=second).update(
            state=Duplicate.State.OPEN, decided_at=None, decided_by=None
        )
        duplicate.refresh(actor, [merge.survivor_id, merge.merged_id])
    return merge


def _demand(actor: Actor, merge: Merge) -> None:
    survivor = Kol.objects.get(pk=merge.survivor_id)
    if merge.undone_at is not None:
        raise Refused("already_undone", _("This merge was undone already."))
    later = Merge.objects.standing().filter(pk__gt=merge.pk)
    if survivor.merged_into_id or later.filter(survivor=survivor).exists():
        raise Refused("merged_since", _("The file was merged again since. Undo the later merge first."))
    if survivor.is_archived:
        raise Refused("archived", _("The file is in the trash: restore it first."))
    words = _("Only who may edit both files makes them two again.")
    access.demand(actor.user, survivor, EDIT, words)
    if actor.user is None or merge.user_id == actor.user.pk:
        return
    if not Kol.objects.visible_to(actor.user, MERGED).filter(pk=merge.merged_id).exists():
        raise PermissionDenied(words)


def _edited(work: _Work) -> list[list[models.Model]]:
    """Of the merged file's rows those edited since, each with what hangs on it now: they stay as copies."""
    recorded: dict[UUID, set[tuple[str, UUID]]] = defaultdict(set)
    hanging: dict[UUID, list[tuple[str, UUID]]] = defaultdict(list)
    for key, record in work.records.items():
        if record.parent is not None:
            recorded[record.parent].add(key)
    for key, (one, _kept) in work.now.items():
        if one.parent is not None:
            hanging[one.parent].append(key)
    copies = []
    for key, record in work.records.items():
        if not record.of_merged or record.parent is not None or key[0] == KOL or key not in work.now:
            continue
        one = work.now[key][0]
        if links.is_fact(type(one.row)) or one.kol != work.merge.survivor_id:
            continue
        children = set(hanging[key[1]])
        if (
            _differs(record, work.now[key][1])
            or children != recorded[key[1]]
            or any(_differs(work.records[child], work.now[child][1]) for child in children)
        ):
            copies.append([one.row, *(work.now[child][0].row for child in hanging[key[1]])])
    return copies


def _differs(record: MergedRow, now: Kept) -> bool:
    ignored = {"version", *FOLLOWING.get(record.model, ())}
    after = record.after or {}
    return any(now.get(name) != value for name, value in after.items() if name not in ignored)


def _take_away_born(work: _Work) -> None:
    """Rows that the merge itself made go, unless somebody has worked on them."""
    for key, record in work.records.items():
        if record.before is not None or key not in work.now:
            continue
        one, kept = work.now[key]
        if kept == record.after:
            one.row.delete()
        else:
            work.stays(one.row, "kept")


def _put_back(work: _Work) -> None:
    """Rows as they were. Those that wait for another to leave its place are tried again."""
    pending = [record for key, record in work.records.items() if key[0] != KOL and record.before is not None]
    pending.sort(key=lambda record: (record.parent is not None, str(record.row)))
    own = [record for record in pending if record.model == Account._meta.label and not record.of_merged]
    Account.objects.filter(pk__in=[record.row for record in own]).update(platform=SWAPPING)
    while pending:
        waiting = []
        for record in pending:
            try:
                with transaction.atomic():
                    _put_row_back(work, record)
            except IntegrityError:
                waiting.append(record)
        if len(waiting) == len(pending):
            for record in waiting:
                if known := work.now.get((record.model, record.row)):
                    work.stays(known[0].row, "not_back")
            return
        pending = waiting


def _put_row_back(work: _Work, record: MergedRow) -> None:
    model = apps.get_model(record.model)
    before: Kept = record.before or {}
    known = work.now.get((record.model, record.row))
    root = work.merge.merged_id if record.of_merged else work.merge.survivor_id
    if known is None:
        if record.of_merged and not model._base_manager.filter(pk=record.row).exists():
            row = model(pk=record.row, **links.values(model, before))
            row.save(force_insert=True)
            if not isinstance(row, AttributeValue):  # its history never said that it went
                work.entries.append((root, row, {"": (None, history.snapshot(row))}))
        return  # on a third file by now: there it stays
    one, now = known
    wanted = {
        name: value
        for name, value in before.items()
        if name != "version"
        and now.get(name) != value
        and name not in FOLLOWING.get(record.model, ())
        and (record.of_merged or now.get(name) == (record.after or {}).get(name))
    }
    if record.model == Account._meta.label and not record.of_merged:
        wanted.setdefault("platform", now["platform"])
    if not wanted:
        return
    more: dict[str, Any] = {"version": F("version") + 1} if issubclass(model, VersionedRow) else {}
    model._base_manager.filter(pk=record.row).update(**links.values(model, wanted), **more)
    if not links.is_fact(model):
        work.tell(one.row, now, {**now, **wanted}, root)


def _put_files_back(work: _Work) -> None:
    """The survivor's facts that nobody changed since become what they were; the merged file's all do."""
    for pk, of_merged in ((work.merge.survivor_id, False), (work.merge.merged_id, True)):
        record, now = work.records[KOL, pk], work.now[KOL, pk][1]
        before, after = record.before or {}, record.after or {}
        wanted = {
            name: value
            for name, value in before.items()
            if name != "version" and now[name] != value and (of_merged or now[name] == after.get(name))
        }
        Kol.objects.filter(pk=pk).update(**links.values(Kol, wanted), version=F("version") + 1)
        shown = [name for name in wanted if Kol._meta.get_field(name).editable or name == "merged_into_id"]
        kol = work.now[KOL, pk][0].row
        before_put = {name: history.as_json(getattr(kol, _field(name))) for name in shown}
        after_put = {name: history.as_json(getattr(Kol.objects.get(pk=pk), _field(name))) for name in shown}
        diffs = {_field(name): (before_put[name], after_put[name]) for name in shown}
        work.entries.append((pk, kol, diffs))


def _field(column: str) -> str:
    return next(field.name for field in Kol._meta.concrete_fields if column in (field.attname, field.name))


def _copy(work: _Work, copies: Iterable[list[models.Model]]) -> None:
    """What was edited since stays with the survivor as a row of its own, where there can be two of it."""
    for top, *children in copies:
        original = top.pk
        try:
            with transaction.atomic():
                new_top = _clone(work, top, {})
                for child in children:
                    _keep_child(work, child, original, new_top)
        except IntegrityError:
            work.stays(top, "listed")
        else:
            work.stays(new_top, "copied")


def _clone(work: _Work, row: models.Model, moved: Mapping[UUID, UUID]) -> Any:
    model = type(row)
    columns = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
    copy = model(**{**columns, "id": uuid7()})
    for field_ in row._meta.concrete_fields:
        value = columns[field_.attname]
        if isinstance(field_, models.ForeignKey) and value in moved:
            setattr(copy, field_.attname, moved[value])
    if isinstance(copy, ContactPoint):
        if ContactPoint.objects.filter(kol=copy.kol_id, channel=copy.channel, preferred=True).exists():
            copy.preferred = False
        contact.reseal(copy, row.pk, work.merge.survivor_id, work.merge.survivor_id)
    copy.save(force_insert=True)
    if isinstance(copy, AttributeValue):
        work.tell(copy, {"kol_id": None}, links.kept(copy), copy.kol_id)
        return copy
    root = copy.root if isinstance(copy, Versioned) else work.merge.survivor_id
    work.entries.append((root, copy, {"": (None, merge_history.born(copy))}))
    return copy


def _keep_child(work: _Work, child: models.Model, original: UUID, new_top: models.Model) -> None:
    """A child that was there is copied; one made since goes over to the copy."""
    if (child._meta.label, child.pk) in work.records:
        _clone(work, child, {original: new_top.pk})
        return
    for link in links.below(type(new_top)):
        if link.model is type(child):
            link.model._base_manager.filter(pk=child.pk, **{link.field.attname: original}).update(
                **{link.field.attname: new_top.pk}
            )


def _list_new(work: _Work) -> None:
    """Rows that came onto the survivor since; ids stand in the order of their making."""
    for key, (one, _kept) in work.now.items():
        if key in work.records or one.parent is not None or one.kol != work.merge.survivor_id:
            continue
        if key[1] > work.merge.pk and links.is_fact(type(one.row)):
            work.stays(one.row, "new")


def _changes_since(work: _Work) -> list[dict[str, Any]]:
    """The changes that the history has of both since, by id: their words are made when they are read."""
    roots = {work.merge.survivor_id} | {
        key[1] for key, record in work.records.items() if record.of_merged and record.parent is None
    }
    rows = Change.objects.filter(root__in=roots, at__gte=work.merge.at, pk__gt=work.merge.pk)
    rows = rows.exclude(change_set__in=(work.merge.change_set, work.actor.change_set))
    return [{"change": str(pk)} for pk in rows.order_by("at", "pk").values_list("pk", flat=True)[:MOST]]
