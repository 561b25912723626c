"""Handovers: the list, the pack of a file, a whole portfolio; promises, notes, confirming (DOMAIN 5.9)."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST, require_safe

from kol_crm.core import lists
from kol_crm.core.answers import go_on
from kol_crm.core.doors import page_actor
from kol_crm.core.errors import Refused
from kol_crm.core.models import User
from lifecycle import handover_pack
from lifecycle.forms.handover import AssignForm, NoteForm
from lifecycle.handover_lists import HANDOVERS
from lifecycle.models import HandedFile, Handover
from lifecycle.services import handover as verbs
from lifecycle.views import beside, chips
from profiles.models.querysets import EDIT, VIEW
from profiles.services import access
from profiles.services.access import may, row_or_404

REFUSAL = gettext_lazy("You may see this file but not do this.")
MOST_SHOWN = 300


@require_safe
def handover_list(request):
    return lists.render_list(request, HANDOVERS, lambda listing: _list_context(request, listing))


def _list_context(request, listing) -> dict:
    me = request.user.username
    return {
        "day": timezone.localdate(),
        "states": chips.single(listing, "state", HandedFile.State.choices),
        "people": [
            *chips.single(listing, "receiver", [(me, _("To me"))]),
            *chips.single(listing, "giver", [(me, _("From me"))]),
        ],
        "ready": HandedFile.objects.pending().complete().filter(handover__receiver=request.user).count(),
    }


@require_safe
def detail(request, pk: UUID):
    """One file with its pack."""
    return _detail(request, _found(request, pk))


@require_safe
def portfolio(request, pk: UUID):
    """All files of one act, as far as one sees them."""
    act = Handover.objects.filter(pk=pk).select_related("giver", "receiver").first()
    files = HandedFile.objects.visible_to(request.user).filter(handover=pk, ended_at=None)
    rows = list(
        files.for_list()
        .select_related("kol__owner")
        .order_by("confirmed_at", "-handed_at", "pk")[:MOST_SHOWN]
    )
    if act is None or not rows:
        raise Http404
    pending = [row for row in rows if row.is_pending]
    context = {
        "act": act,
        "pending": sorted(pending, key=lambda row: (row.unowned, row.kol.sort_name)),
        "confirmed": [row for row in rows if not row.is_pending],
        "ready": sum(not row.unowned for row in pending),
        "is_receiver": request.user == act.receiver,
        "more": len(rows) == MOST_SHOWN,
        "day": timezone.localdate(),
    }
    part = "_portfolio.html" if request.htmx else "portfolio.html"
    return render(request, f"lifecycle/handover/{part}", context)


@require_POST
def assign(request, pk: UUID):
    """Who answers for one open promise; without one named the receiver takes all that nobody has."""
    row = _found(request, pk, EDIT)
    if "promise" not in request.POST:
        return _written(request, row, lambda: verbs.take(page_actor(request), row))
    form = AssignForm(request.POST, kol=row.kol)
    if not form.is_valid():
        words = " ".join(error for errors in form.errors.values() for error in errors)
        return _detail(request, row, problem=words, status=422)
    values = form.cleaned_data
    return _written(
        request, row, lambda: verbs.assign(page_actor(request), row, values["promise"], values["user"])
    )


@require_POST
def note(request, pk: UUID):
    row = _found(request, pk)
    verbs.demand_note(request.user, row)
    form = NoteForm(request.POST)
    if not form.is_valid():
        return _detail(request, row, form=form, status=422)
    return _written(request, row, lambda: verbs.add_note(page_actor(request), row, form.cleaned_data["text"]))


@require_POST
def confirm(request, pk: UUID):
    row = _found(request, pk, EDIT)
    try:
        verbs.confirm(page_actor(request), row)
    except Refused as refused:
        return _detail(request, _found(request, pk), problem=refused.message, status=409)
    return beside.settled(request, _url(row), _("The handover is confirmed."))


@require_POST
def confirm_complete(request):
    """All that were handed to me and whose promises have owners; of one act where ``handover`` names it."""
    act = None
    if key := request.POST.get("handover"):
        act = Handover.objects.filter(pk=_uuid(key), receiver=request.user).first()
        if act is None:
            raise Http404
    n = verbs.confirm_complete(page_actor(request), act)
    words = ngettext("%(n)d handover is confirmed.", "%(n)d handovers are confirmed.", n) % {"n": n}
    page = (
        reverse("lifecycle:handover-portfolio", args=[act.pk]) if act else reverse("lifecycle:handover-list")
    )
    return beside.settled(request, page, words) if act else go_on(request, page, words)


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise Http404 from error


def _written(request, row: HandedFile, act: Callable[[], Any]):
    """The pack as it now stands, or with what was refused."""
    try:
        act()
    except ValidationError as error:
        return _detail(request, row, problem=" ".join(error.messages), status=422)
    except Refused as refused:
        return _detail(request, _found(request, row.pk), problem=refused.message, status=409)
    return _detail(request, row) if request.htmx else go_on(request, _url(row), _("Saved."))


def _found(request, pk: UUID, action: str = VIEW) -> HandedFile:
    rows = HandedFile.objects.select_related(
        *("handover__giver", "handover__receiver"),
        *("kol__owner", "kol__main_field", "kol__team"),
    )
    return row_or_404(rows, request.user, pk, action, REFUSAL)


def _url(row: HandedFile) -> str:
    return reverse("lifecycle:handover-detail", args=[row.pk])


def _detail(request, row: HandedFile, *, form=None, problem="", status=200):
    day = timezone.localdate()
    promises = handover_pack.promises(row.kol)
    may_edit = may(request.user, row.kol, EDIT)
    people: list[User] = list(access.readers_of(row.kol)) if may_edit and row.is_pending else []
    context = {
        "row": row,
        "act": row.handover,
        "kol": row.kol,
        "promises": promises,
        "unowned": sum(owner is None for _promise, owner in promises),
        "sections": handover_pack.of(row.kol, day),
        "notes": list(row.notes.select_related("user")),
        "people": people,
        "may_edit": may_edit,
        "may_note": may_edit or request.user == row.handover.giver,
        "is_receiver": request.user == row.handover.receiver,
        "form": form or NoteForm(),
        "problem": problem,
        "today": day,
    }
    part = "_detail.html" if request.htmx else "detail.html"
    return render(request, f"lifecycle/handover/{part}", context, status=status)
