"""Tasks: set, changed, given to a colleague, done and, where they repeat, due again (DOMAIN 8.1)."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from kol_crm.core import history, installation, notices
from kol_crm.core.actor import Actor
from kol_crm.core.errors import Refused
from kol_crm.core.models import User
from lifecycle.models import Task
from profiles.models import Kol
from profiles.services import access, next_due, note

NOTICE = "task"
FACTS = frozenset({"what", "note", "due_on", "assignee", "repeat_days"})


def assignees(user: User, kol: Kol | None) -> QuerySet[User]:
    """Who may be given a task: whoever sees its file; of one about nobody oneself and the team's people."""
    if kol is not None:
        return access.readers_of(kol)
    people = access.owners_for(user) | User.objects.filter(pk=user.pk)
    return people.distinct().order_by("display_name", "username")


def demand_files(user: User | None) -> None:
    """Raise ``PermissionDenied`` for finance, whose work is no files and who has no Today."""
    if user is not None and user.role == User.Role.FINANCE:
        raise PermissionDenied(_("Tasks stand on Today, which finance does not have."))


def add(
    actor: Actor, values: Mapping[str, Any], kol: Kol | None = None, *, follows: Task | None = None
) -> Task:
    """Set a task; without an ``assignee`` it is one's own. Raises ``ValidationError`` keyed by field."""
    history.only_facts(values, FACTS)
    demand_files(actor.user)
    row = Task(kol=kol, author=actor.user, created_at=actor.at, follows=follows, **values)
    row.assignee = values.get("assignee") or actor.person
    with transaction.atomic():
        _demand_assignee(actor, row)
        history.create(actor, row, root=row.root)
        _settle(row)
        _tell(actor, row)
    return row


def edit(actor: Actor, task: Task, changes: Mapping[str, Any], version: int | None = None) -> Task:
    """Raises ``Conflict``, ``Refused`` (``already_settled``), ``ValidationError`` keyed by field."""
    history.only_facts(changes, FACTS)
    with transaction.atomic():
        current = _locked(task, version)
        before = current.assignee_id
        saved = history.save(actor, current, changes, None)
        _demand_assignee(actor, saved)
        _settle(saved)
        if saved.assignee_id != before:
            _tell(actor, saved)
    return saved


def hand(actor: Actor, task: Task, receiver: User, word: str = "", version: int | None = None) -> Task:
    """Give it to a colleague, who is told. Raises as ``edit``, keyed ``assignee``."""
    changes: dict[str, Any] = {"assignee": receiver}
    if word.strip():
        changes["note"] = "\n".join(filter(None, (task.note, f"{actor.person}: {word.strip()}")))
    return edit(actor, task, changes, version)


def finish(
    actor: Actor, task: Task, outcome: str = "", next_on: date | None = None, version: int | None = None
) -> Task:
    """It is done. ``next_on``: when the next one is due; else one that repeats follows by itself.

    Raises ``Conflict``, ``Refused`` (``already_settled``), ``ValidationError`` at ``next_on``.
    """
    day = installation.day(actor.at)
    if next_on is not None and next_on <= day:
        raise ValidationError({"next_on": _("Choose a day after today.")})
    with transaction.atomic():
        current = _locked(task, version)
        changes = {"outcome": outcome.strip(), "done_at": actor.at, "done_by": actor.user}
        saved = history.save(actor, current, changes, None)
        next_on = next_on or usual_next(saved, day)
        if next_on is not None:
            _follow(actor, saved, next_on)
        _settle(saved)
    return saved


def reopen(actor: Actor, task: Task, version: int | None = None) -> Task:
    """Take its end back, and the one that follows unless that is done. Raises ``Conflict``, ``Refused``."""
    with transaction.atomic():
        current = _locked(task, version, is_open=False)
        following = Task.objects.filter(follows=current).first()
        if following is not None and not following.is_open:
            raise Refused("done_again", _("The one that follows is done already: that one comes first."))
        if following is not None:
            history.remove(actor, following, root=following.root)
        changes = {"outcome": "", "done_at": None, "done_by": None}
        saved = history.save(actor, current, changes, None)
        _settle(saved)
    return saved


def usual_next(task: Task, day: date) -> date | None:
    """When a task that repeats is due again, done on ``day``; None for one that does not."""
    return day + timedelta(days=task.repeat_days) if task.repeat_days else None


def due_dates(files: QuerySet) -> QuerySet:
    return note.dates(Task.objects.open(), "due_on", files)


def _follow(actor: Actor, task: Task, next_on: date) -> Task:
    facts = {name: getattr(task, name) for name in ("what", "note", "assignee", "repeat_days")}
    row = Task(kol=task.kol, author=task.author, created_at=actor.at, follows=task, due_on=next_on, **facts)
    return history.create(actor, row, root=row.root)


def _locked(task: Task, version: int | None, *, is_open: bool = True) -> Any:
    """The file, then the task; version and state are checked."""
    if task.kol_id is not None:
        Kol.objects.lock(task.kol_id)
    current = history.locked(task, version)
    note.demand_open(current, is_open=is_open)
    return current


def _demand_assignee(actor: Actor, task: Task) -> None:
    if actor.user is None or task.assignee == actor.user:
        return
    if not assignees(actor.user, task.kol).filter(pk=task.assignee_id).exists():
        raise ValidationError({"assignee": _("Choose a colleague who may see this.")})


def _settle(task: Task) -> None:
    if task.kol_id is not None:
        next_due.refresh([task.kol_id])


def _tell(actor: Actor, task: Task) -> None:
    notices.notify(actor, [task.assignee], NOTICE, subject=task.pk)
