"""A bulk edit as background work: piece by piece under the rights of the moment, undone as a whole."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Model, Q, QuerySet
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from kol_crm.core import work as works
from kol_crm.core.actor import Actor
from kol_crm.core.errors import Refused
from kol_crm.core.models import Change, User, Work
from kol_crm.core.work import Kind, Run
from profiles.filters import KolFilter
from profiles.models import Field, Kol
from profiles.models.attribute import PREFIX
from profiles.models.querysets import TRASH
from profiles.services import access, attribute, bulk

EDIT, UNDO = "bulk_edit", "bulk_undo"
PIECE = 200
LISTED = 200  # of the files that were left, so many are named


def start(actor: Actor, changes: bulk.Changes, *, ids: Sequence[UUID] = (), query: str | None = None) -> Work:
    """Put a bulk edit in: of these files, or of every one that the list's ``query`` finds while it runs.

    Raises ``ValidationError`` keyed by field.
    """
    bulk.check(actor, changes)
    facts, attributes = attribute.split(changes.facts)
    kept = {f"{PREFIX}{key}": value for key, value in attribute.check(attributes).items()}
    changes = replace(changes, facts=facts | kept)
    params: dict[str, Any] = {"changes": as_params(changes)}
    if query is None:
        params["ids"] = sorted({str(one) for one in ids})
        total = len(params["ids"])
    else:
        params["query"] = query
        total = matching(actor, query).count()
    return works.start(actor, EDIT, params, total=total)


def undo(actor: Actor, work: Work) -> Work:
    """Put the undoing of one's own bulk edit in. Raises ``Refused`` while it runs, and the second time."""
    with transaction.atomic():
        work = Work.objects.select_for_update().get(pk=work.pk)
        if work.is_open or work.kind != EDIT:
            raise Refused("still_running", _("It is still running. Stop it first."))
        if undoing(work) is not None:
            raise Refused("already_undone", _("This was undone already."))
        return works.start(actor, UNDO, {}, total=len(_roots(work)), subject=work.pk)


def undoing(work: Work) -> Work | None:
    """The work that undoes this one."""
    gone = (Work.State.FAILED, Work.State.CANCELLED)
    return Work.objects.filter(kind=UNDO, subject=work.pk).exclude(state__in=gone).first()


def matching(actor: Actor, query: str) -> QuerySet[Kol]:
    """The files that the list at this address shows to the actor; none where it is not understood."""
    params = QueryDict(query)
    return KolFilter(params, Kol.objects.visible_to(actor.user), user=actor.user, now=actor.at).qs.order_by()


def run_edit(run: Run) -> None:
    changes = from_params(run.work.params["changes"])
    bulk.check(run.actor, changes)
    for piece in _pieces(run):
        with transaction.atomic():
            _refresh(run.actor)
            kols = bulk.allowed(run.actor, piece, changes)
            written = bulk.apply(run.actor, kols, changes)
            may = {kol.pk for kol in kols}
            refused = [str(pk) for pk in piece if pk not in may]
            _progress(run, piece, changed=len(written), refused=refused)


def run_undo(run: Run) -> None:
    """Whoever did it may take it back on files still in sight, whoever owns them by now."""
    done = Work.objects.get(pk=UUID(str(run.work.subject)), user=run.actor.user, kind=EDIT)
    roots = _roots(done)
    run.work.total = len(roots)
    for piece in _slices(roots[run.work.done :]):
        with transaction.atomic():
            _refresh(run.actor)
            kols = bulk.locked(_in_sight(run.actor.person, piece, done))
            acts = list(Change.objects.filter(change_set=done.change_set, root__in=[kol.pk for kol in kols]))
            left = bulk.take_back(run.actor, kols, acts)
            may = {kol.pk for kol in kols}
            refused = [str(pk) for pk in piece if pk not in may]
            told = [[str(pk), sorted(names)] for pk, names in left.items()]
            _progress(run, piece, changed=len(kols) - len(left), refused=refused, left=told)


def _roots(work: Work) -> list[UUID]:
    """The files that the work changed, in a fixed order."""
    changes = Change.objects.filter(change_set=work.change_set)
    return list(changes.order_by("root").values_list("root", flat=True).distinct())


def _in_sight(user: User, ids: Sequence[UUID], work: Work) -> QuerySet[Kol]:
    """Files that the user sees, also in the trash, and those that the work itself put there (1.7)."""
    files = Kol.objects.filter(pk__in=ids)
    seen, archived = files.visible_to(user).values("pk"), files.visible_to(user, TRASH).values("pk")
    put_there = Q(archived_at=work.created_at, trash_over=False, team__in=access.teams_for(user))
    return files.filter(Q(pk__in=seen) | Q(pk__in=archived) | put_there).exclude(staff_user=user)


def _refresh(actor: Actor) -> None:
    """Rights are those of the moment, also in the middle of long work."""
    actor.person.refresh_from_db()


def _pieces(run: Run) -> Iterator[list[UUID]]:
    """The files still to do: those named, or by their ids those that the list finds."""
    params, last = run.work.params, run.work.counts.get("last")
    if "ids" in params:
        yield from _slices([UUID(one) for one in params["ids"][run.work.done :]])
        return
    while True:
        found = matching(run.actor, params["query"])
        found = found.filter(pk__gt=last) if last else found
        piece = list(found.order_by("pk").values_list("pk", flat=True)[:PIECE])
        if not piece:
            return
        yield piece
        last = piece[-1]


def _slices(ids: Sequence[UUID]) -> Iterator[list[UUID]]:
    for place in range(0, len(ids), PIECE):
        yield list(ids[place : place + PIECE])


def _progress(run: Run, piece: Sequence[UUID], *, changed: int, refused: list, left: Sequence = ()) -> None:
    counts = run.work.counts
    run.progress(
        run.work.done + len(piece),
        last=str(piece[-1]),
        changed=counts.get("changed", 0) + changed,
        refused=counts.get("refused", 0) + len(refused),
        refused_ids=[*counts.get("refused_ids", []), *refused][:LISTED],
        left=counts.get("left", 0) + len(left),
        left_fields=[*counts.get("left_fields", []), *left][:LISTED],
    )


def as_params(changes: bulk.Changes) -> dict[str, Any]:
    """The changes as the work keeps them: ids and words of lists."""
    return {
        "facts": {name: _plain(value) for name, value in changes.facts.items()},
        "archive": changes.archive,
        "tags_add": list(changes.tags_add),
        "tags_remove": list(changes.tags_remove),
        "fields_add": [[one.slug, strength] for one, strength in changes.fields_add],
        "fields_remove": [one.slug for one in changes.fields_remove],
    }


def _plain(value: Any) -> Any:
    return str(value.pk) if isinstance(value, Model) else value


def from_params(kept: Mapping[str, Any]) -> bulk.Changes:
    """What ``as_params`` wrote. A row that is gone by now raises ``DoesNotExist``: the work fails."""
    facts: dict[str, Any] = {}
    for name, value in kept["facts"].items():
        if name in bulk.LINKED:
            facts[name] = bulk.LINKED[name]._base_manager.get(pk=value) if value else None
        else:
            facts[name] = value
    fields = {one.slug: one for one in Field.objects.all()}
    return bulk.Changes(
        facts=facts,
        archive=kept["archive"],
        tags_add=kept["tags_add"],
        tags_remove=kept["tags_remove"],
        fields_add=[(fields[slug], strength) for slug, strength in kept["fields_add"]],
        fields_remove=[fields[slug] for slug in kept["fields_remove"]],
    )


def words(work: Work) -> str:
    """What came of it."""
    changed, refused, left = (work.counts.get(name, 0) for name in ("changed", "refused", "left"))
    said = [ngettext("%(n)d file changed", "%(n)d files changed", changed) % {"n": changed}]
    if work.kind == UNDO:
        said = [ngettext("%(n)d file put back", "%(n)d files put back", changed) % {"n": changed}]
    if left:
        said.append(
            ngettext("%(n)d changed since and left", "%(n)d changed since and left", left) % {"n": left}
        )
    if refused:
        said.append(ngettext("%(n)d you may not edit", "%(n)d you may not edit", refused) % {"n": refused})
    return ", ".join(said)


def url(work: Work) -> str:
    return reverse("profiles:bulk-result", args=[work.pk])


KINDS = {
    EDIT: Kind(gettext_lazy("Bulk edit"), "pencil", run_edit, words, url),
    UNDO: Kind(gettext_lazy("Undo of a bulk edit"), "undo-2", run_undo, words, url),
}
