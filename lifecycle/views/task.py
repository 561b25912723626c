"""Tasks: the list and panel, one of them, set, changed, done and opened again (DOMAIN 8.1)."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kol_crm.core import installation, lists, wording
from kol_crm.core.answers import toast
from kol_crm.core.doors import page_actor
from kol_crm.core.errors import Refused
from lifecycle.forms.task import DoneForm, TaskForm
from lifecycle.models import Task
from lifecycle.services import task as verbs
from lifecycle.task_lists import DUE, TASKS
from lifecycle.views import beside
from profiles.models.querysets import EDIT, VIEW
from profiles.services.access import kol_or_404, row_or_404
from profiles.views import side

REFUSAL = gettext_lazy("You may see this task but not change it.")
METHODS = ["GET", "HEAD", "POST"]


@require_safe
def task_list(request):
    return lists.render_list(request, TASKS, _list_context)


def _list_context(listing) -> dict:
    chosen, due, whose = (listing.params.get(name, "") for name in ("state", "due", "assignee"))

    def chips(name: str, choices, now: str) -> list[dict[str, Any]]:
        return [
            {
                "label": label,
                "url": listing.url(**{name: None if value == now else value}),
                "on": value == now,
            }
            for value, label in choices
        ]

    return {
        "day": listing.filterset.day,
        "states": chips("state", Task.State.choices, chosen),
        "spans": chips("due", DUE, due),
        "whose": chips("assignee", [("me", _("Mine"))], whose),
    }


@require_http_methods(METHODS)
def task_create(request, pk: UUID | None = None):
    """Set one on the file ``pk``, or about nobody."""
    kol = kol_or_404(request.user, pk) if pk else None
    verbs.demand_files(request.user)
    day = timezone.localdate()
    data = request.POST if request.method == "POST" else None
    form = TaskForm(data, kol=kol, user=request.user, day=day)
    return side.answer(
        request,
        kol,
        form,
        lambda _values: verbs.add(page_actor(request), form.facts(), kol),
        title=_("New task"),
        note=_("It stands on Today of whoever does it until it is done."),
        done=_("The task is set."),
        back=reverse("profiles:kol-detail", args=[kol.pk]) if kol else reverse("today"),
        stays=_on_today(request),
    )


@require_http_methods(METHODS)
def task_edit(request, pk: UUID):
    row = _found(request, pk, EDIT)
    data = request.POST if request.method == "POST" else None
    form = TaskForm(data, kol=row.kol, user=request.user, day=timezone.localdate(), task=row)
    return side.answer(
        request,
        row.kol,
        form,
        lambda values: verbs.edit(page_actor(request), row, form.facts(), values["version"] or 0),
        title=_("Edit the task"),
        done=_("Saved."),
        back=_url(row),
    )


@require_safe
def task_detail(request, pk: UUID):
    return _detail(request, _found(request, pk))


@require_POST
def task_done(request, pk: UUID):
    """Done, with what came of it and the day of the next one where they are given."""
    row = _found(request, pk, EDIT)
    form = DoneForm(request.POST)
    undo = reverse("lifecycle:task-reopen", args=[pk])
    if request.htmx and not request.POST:  # the button of a row of Today: nothing is left to decide
        try:
            done = verbs.finish(page_actor(request), row)
        except Refused as refused:
            return toast(HttpResponse(status=409), refused.message, kind="bad")
        return toast(HttpResponse(status=204), _words(done), undo_url=undo, kol_changed={})
    return beside.step(
        request,
        form,
        lambda **values: verbs.finish(page_actor(request), row, **values),
        lambda **context: _detail(request, _found(request, pk), **context),
        _url(row),
        _("The task is done."),
        undo,
    )


@require_POST
def task_reopen(request, pk: UUID):
    row = _found(request, pk, EDIT)
    try:
        verbs.reopen(page_actor(request), row)
    except Refused as refused:
        if request.htmx:
            return toast(HttpResponse(status=409), refused.message, kind="bad")
        return _detail(request, _found(request, pk), problem=refused.message, status=409)
    return beside.settled(request, _url(row), _("It is open again."))


@require_POST
def task_take(request, pk: UUID):
    """One does it oneself: undo of handing it over."""
    row = _found(request, pk, EDIT)
    try:
        verbs.hand(page_actor(request), row, request.user)
    except Refused as refused:
        return toast(HttpResponse(status=409), refused.message, kind="bad")
    return beside.settled(request, _url(row), _("It is your task again."))


def _on_today(request) -> bool:
    """Whether it is asked from Today, which shows the new row by itself."""
    path = (request.htmx.current_url_abs_path or "") if request.htmx else ""
    return path.partition("?")[0] in (reverse("today"), "/today/")


def _words(task: Task) -> str:
    following = Task.objects.filter(follows=task).first()
    if following is None:
        return _("The task is done.")
    day = wording.day_words(following.due_on, "plain", timezone.localdate(), wording.babel_locale())
    return _("The task is done. It is due again %(day)s.") % {"day": day}


def _found(request, pk: UUID, action: str = VIEW) -> Task:
    rows = Task.objects.select_related("kol__owner", "kol__main_field", "kol__team", "author", "assignee")
    return row_or_404(rows, request.user, pk, action, REFUSAL)


def _url(row: Task) -> str:
    return reverse("lifecycle:task-detail", args=[row.pk])


def _detail(request, row: Task, *, form=None, problem="", status=200):
    usual = verbs.usual_next(row, installation.day(timezone.now()))
    context = {
        "row": row,
        "kol": row.kol,
        "may_edit": Task.objects.visible_to(request.user, EDIT).filter(pk=row.pk).exists(),
        "finishing": form or DoneForm(initial={"version": row.version, "next_on": usual}),
        "problem": problem,
        "today": timezone.localdate(),
        "following": Task.objects.filter(follows=row).first(),
    }
    part = "lifecycle/task/_detail.html" if request.htmx else "lifecycle/task/detail.html"
    return render(request, part, context, status=status)
