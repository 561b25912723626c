"""Two files become one (DOMAIN 3.12): every link moves, and what it was is kept for ``unmerge``.

The merged file stays, hidden, with what had no place on the other; its address leads to the survivor.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from kol_crm.core import history, installation
from kol_crm.core.actor import Actor
from kol_crm.core.errors import Conflict, Refused
from kol_crm.core.extension import ExtensionPoint
from profiles.models import (
    Account,
    AttributeValue,
    ContactPoint,
    Duplicate,
    Kol,
    KolField,
    Merge,
    MergedRow,
)
from profiles.services import (
    birthday,
    contact,
    duplicate,
    links,
    merge_history,
    merge_plan,
    naming,
    next_due,
    standing,
    touch,
)
from profiles.services import kol as files
from profiles.services.links import Hanging, Kept
from profiles.services.merge_history import Entry
from profiles.services.merge_plan import Plan

# What an app above puts right once the rows have moved, in the same transaction: (actor, survivor, merged).
settled: ExtensionPoint[Callable[[Actor, Kol, Kol], None]] = ExtensionPoint("merged")
SWAPPING = "~"  # no platform: for the moment in which two own accounts change places
VALUES = ("text", "number", "day", "flag")  # of an attribute


class Pair(NamedTuple):
    """The two files, locked."""

    survivor: Kol
    merged: Kol


def locked(actor: Actor, survivor: UUID, merged: UUID, versions: Mapping[UUID, int]) -> Pair:
    """Both files locked in the order of their ids; the right and the versions are checked under the lock.

    Raises ``PermissionDenied``, ``Conflict``, ``Refused``.
    """
    rows = {row.pk: row for row in Kol.objects.lock(survivor, merged)}
    if len(rows) < 2:
        raise Refused("same_file", _("These are not two files."))
    if any(row.is_archived for row in rows.values()):
        raise Refused("archived", _("One of the files is in the trash, or was merged already."))
    duplicate.demand_both(actor, survivor, merged)
    for pk, version in versions.items():
        if pk in rows and rows[pk].version != version:
            raise Conflict(rows[pk])
    return Pair(rows[survivor], rows[merged])


def merge(
    actor: Actor,
    survivor: UUID,
    merged: UUID,
    choices: Mapping[str, str],
    versions: Mapping[UUID, int] | None = None,
) -> Merge:
    """Make ``merged`` a part of ``survivor``; ``choices`` answer where both have a fact (``merge_plan``).

    Raises ``ValidationError`` keyed by the question, ``PermissionDenied``, ``Conflict``, ``Refused``; nothing
    is written then.
    """
    with transaction.atomic(), next_due.asked_once():
        pair = locked(actor, survivor, merged, versions or {})
        made = merge_plan.plan(pair.survivor, pair.merged, choices)
        if made.unanswered:
            raise ValidationError({name: _("Choose one of the two.") for name in made.unanswered})
        both = (pair.survivor.pk, pair.merged.pk)
        before, lists, owner = picture(both), merge_history.lists(survivor), pair.survivor.owner_id
        _move(made)
        _write_facts(actor, made)
        if "owner" in made.columns:
            files.tell_given(actor, [files.Given(pair.survivor, owner)])
        _settle(actor, *pair)
        row = Merge.objects.create(
            survivor=pair.survivor,
            merged=pair.merged,
            at=actor.at,
            user=actor.user,
            change_set=actor.change_set,
            choices=dict(choices),
        )
        _keep(row, before, picture(both))
        _record(actor, row, before, lists)
        first, second = duplicate.pair_of(survivor, merged)
        Duplicate.objects.filter(first=first, second=second).update(
            state=Duplicate.State.MERGED, decided_at=actor.at, decided_by=actor.user
        )
        duplicate.refresh(actor, [survivor])
    return row


Picture = dict[tuple[str, UUID], tuple[Hanging, Kept]]


def picture(both: Sequence[UUID]) -> Picture:
    """Both files and all that hangs on them, as it stands."""
    rows = links.hanging_on(both)
    for kol in Kol.objects.filter(pk__in=both):
        rows["profiles.Kol", kol.pk] = Hanging(kol, kol.pk)
    return {key: (one, links.kept(one.row)) for key, one in rows.items()}


def _move(made: Plan) -> None:
    survivor, merged = made.survivor, made.merged
    if "staff_user" in made.columns:
        Kol.objects.filter(pk=merged.pk).update(staff_user=None)
    _unprefer(made)
    _swap(made)
    KolField.objects.filter(pk__in=made.moving(KolField)).update(
        position=F("position") + survivor.kol_fields.count()
    )
    for pk, strength in made.strengths.items():
        KolField.objects.filter(pk=pk).update(strength=strength)
    for pk, chosen in made.values.items():
        AttributeValue.objects.filter(pk=pk).update(**{name: getattr(chosen, name) for name in VALUES})
    _reseal(made)
    for link, pks in made.moves:
        link.model._base_manager.filter(pk__in=pks).update(**{link.field.attname: survivor.pk})


def _unprefer(made: Plan) -> None:
    """One preferred contact of a channel: the survivor's."""
    taken = made.survivor.contacts.filter(preferred=True).values_list("channel", flat=True)
    moving = ContactPoint.objects.filter(pk__in=made.moving(ContactPoint), preferred=True)
    moving.filter(channel__in=list(taken)).update(preferred=False)


def _reseal(made: Plan) -> None:
    """A value is sealed for its row and the person: on another file it is sealed anew (RELIABILITY 5)."""
    rows = list(ContactPoint.objects.filter(pk__in=made.moving(ContactPoint)).select_related("kol"))
    for row in rows:
        contact.reseal(row, row.pk, made.merged.pk, made.survivor.pk)
    ContactPoint.objects.bulk_update(rows, ["sealed"])


def _swap(made: Plan) -> None:
    """The chosen account on the own platform comes, the other goes; each keeps its figures and holders."""
    if made.swap is None:
        return
    coming, going = made.swap
    Account.objects.filter(pk=coming.pk).update(platform=SWAPPING, kol=made.survivor)
    Account.objects.filter(pk=going.pk).update(kol=made.merged)
    Account.objects.filter(pk=coming.pk).update(platform=coming.platform)
    for link, pks in made.goes:
        link.model._base_manager.filter(pk__in=pks).update(**{link.field.attname: made.merged.pk})


def _write_facts(actor: Actor, made: Plan) -> None:
    """The chosen facts, recorded on the survivor; the merged file becomes a part of it."""
    kol, merged = made.survivor, made.merged
    diffs = history.put(kol, made.columns)
    Kol.objects.filter(pk=kol.pk).update(**made.columns, version=F("version") + 1)
    history.record(actor, kol.pk, kol, diffs)
    fate = history.put(merged, {"merged_into": kol, "archived_at": actor.at})
    Kol.objects.filter(pk=merged.pk).update(merged_into=kol, archived_at=actor.at, version=F("version") + 1)
    history.record(actor, merged.pk, merged, {"merged_into": fate["merged_into"]})


def _settle(actor: Actor, survivor: Kol, merged: Kol) -> None:
    """What follows from the united rows: names, figures, dates, and what the apps above make of it."""
    follow(actor, survivor.pk)
    for put_right in settled:
        put_right(actor, survivor, merged)
    files.tell(actor, [survivor.pk, merged.pk])


def follow(actor: Actor, pk: UUID) -> None:
    """The columns that follow from a file's rows: main field, names, birthday, figures, touch dates."""
    kol = Kol.objects.get(pk=pk)
    main = min(kol.kol_fields.all(), key=lambda row: (-row.strength, row.position), default=None)
    files.set_figures(
        pk,
        main_field=main and main.field_id,
        **naming.columns(kol, naming.handles_of(kol)),
        **birthday.columns(kol, actor.at),
    )
    standing.refresh([pk], installation.day(actor.at), actor.at)
    touch.redate(actor, Kol.objects.get(pk=pk))


def _keep(row: Merge, before: Picture, after: Picture) -> None:
    """Every row that the merge changed or made, and whatever of the merged file may be edited from now on."""
    kept = []
    for key in before.keys() | after.keys():
        was, is_now = before.get(key), after.get(key)
        hanging = (was or is_now or (None,))[0]
        if hanging is None:
            continue
        of_merged = was is not None and was[0].kol == row.merged_id
        if was is not None and is_now is not None and was[1] == is_now[1] and not of_merged:
            continue
        kept.append(
            MergedRow(
                merge=row,
                model=key[0],
                row=key[1],
                parent=hanging.parent,
                of_merged=of_merged,
                before=was and was[1],
                after=is_now and is_now[1],
            )
        )
    MergedRow.objects.bulk_create(kept, batch_size=500)


def _record(actor: Actor, row: Merge, before: Picture, lists: Mapping[str, list[Any]]) -> None:
    """Both histories say it; of each row that may be edited, what differs."""
    survivor = row.survivor_id
    label = {"id": str(row.pk), "label": str(row.merged)}
    entries: list[Entry | None] = [
        (survivor, row, {"": (None, label)}),
        merge_history.of_lists(survivor, lists),
    ]
    known = merge_history.names(survivor, row.merged_id)
    for kept in row.rows.exclude(model="profiles.Kol").exclude(before=None).exclude(after=None):
        hanging = before[kept.model, kept.row][0]
        if hanging.parent is None and not links.is_fact(type(hanging.row)) and kept.before != kept.after:
            entries.append(
                merge_history.entry(survivor, hanging.row, kept.before or {}, kept.after or {}, known)
            )
    history.record_many(actor, filter(None, entries))
