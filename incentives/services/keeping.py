"""Bond and loss risk in the columns of files: by night of all, after a fact of its own (DOMAIN 3.13).

What is written down in the history, a touch, and figures mark their files dirty in their own transaction; the
next tick works these out again. The day itself moves ties and silence on, so each night takes every file.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.db import models, transaction

from incentives import keeping
from incentives.models import IncentivePlan, PlanItem
from kol_crm.core import dirty, installation, policy, sparing
from kol_crm.core.actor import Actor
from kol_crm.core.history import Entry
from kol_crm.core.models import Dirty
from kol_crm.core.outbox import Tally
from lifecycle.models import Community, Conflict, Exclusivity, Member, PlatformRole, Violation
from profiles.models import Kol, Need, Tie, Touch
from profiles.services import kol as kol_verbs

NAME = "keeping"
CHUNK = 500
AT_ONCE = 5000
OF_FILE = (Need, Tie, Exclusivity, PlatformRole, Member, Violation, Conflict, IncentivePlan)
# Facts of the file itself that count; what comes in by an import waits for the night.
COUNTING = frozenset({"", "stage", "touch_interval", "archived_at"})


def mark(_actor: Actor, kol_ids: Iterable[UUID]) -> None:
    """Something that binds these files or puts them at risk changed: the next tick works them out again."""
    dirty.mark(NAME, kol_ids)


def follow(actor: Actor, entries: Sequence[Entry]) -> None:
    """Mark the files that what was written down concerns."""
    mark(actor, {kol for _root, row, diffs in entries for kol in _files_of(actor, row, diffs)})


def _files_of(actor: Actor, row: models.Model, diffs: Any) -> Iterable[UUID]:
    if isinstance(row, Kol):
        return [row.pk] if actor.door != "import" and COUNTING & diffs.keys() else ()
    if isinstance(row, OF_FILE):
        return [row.kol_id]
    if isinstance(row, PlanItem):
        return [row.plan.kol_id]
    if isinstance(row, Community) and "closed_at" in diffs:
        return Member.objects.filter(community=row, left_on=None).values_list("kol_id", flat=True)
    return ()


def touched(actor: Actor, touch: Touch) -> None:
    """Somebody was in touch, or it was taken back."""
    mark(actor, [touch.kol_id])


def refresh(kol_ids: Collection[UUID], day: date, rules: policy.Policy | None = None) -> int:
    """Set bond and risk of these files as of the installation's day; how many changed.

    Files are locked in the order in which all verbs lock them, before anything is read of them, so that no
    fact that comes in meanwhile is overwritten by what was worked out without it.
    """
    with transaction.atomic():
        locked = Kol.objects.filter(pk__in=list(kol_ids)).select_for_update(no_key=True).order_by("pk")
        found = keeping.of(list(locked.values_list("pk", flat=True)), day, rules)
        changed = {
            pk: one.columns
            for pk, one in found.items()
            if (one.file.bond, one.file.risk) != (one.columns["bond"], one.columns["risk"])
        }
        kol_verbs.set_figures_of(changed)
    return len(changed)


def plan(actor: Actor) -> Tally:
    """One tick: the files marked since the last one. A mark that comes in meanwhile waits for the next."""
    waiting = dict(Dirty.objects.filter(planner=NAME).order_by("pk").values_list("pk", "subject")[:AT_ONCE])
    tally, day = Tally(), installation.day(actor.at)
    rules = policy.current() if waiting else None

    def marked(marks: Sequence[tuple[UUID, UUID]]) -> int:
        """The marks go first: a verb that writes meanwhile marks its file anew."""
        Dirty.objects.filter(pk__in=[pk for pk, _kol in marks]).delete()
        return refresh([kol for _pk, kol in marks], day, rules)

    tally.done = sparing.in_chunks(tally, "mark and file", waiting.items(), CHUNK, marked)
    tally.seen = len(waiting)
    return tally


def refresh_all(actor: Actor, told: Callable[[int], Any] = lambda _seen: None) -> Tally:
    """Every file that is not archived, a chunk in each transaction; one that fails leaves the others.

    ``told`` hears after each chunk how many were looked at.
    """
    tally, day, rules = Tally(), installation.day(actor.at), policy.current()
    files = Kol.objects.filter(archived_at=None).order_by("pk")

    def looked_at(chunk: Sequence[UUID]) -> int:
        return refresh(chunk, day, rules)

    ids = list(files.values_list("pk", flat=True))
    for start in range(0, len(ids), CHUNK):
        chunk = ids[start : start + CHUNK]
        tally.done += sparing.one_chunk(tally, "file", chunk, looked_at)
        tally.seen += len(chunk)
        told(tally.seen)
    tally.skipped = tally.seen - tally.done - tally.failed
    return tally
