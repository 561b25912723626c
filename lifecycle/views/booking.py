"""Bookings: list and panel, made from file or inventory, then used or cancelled (DOMAIN 5.5)."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kol_crm.core import lists
from kol_crm.core.doors import page_actor
from lifecycle.days import installation_day
from lifecycle.effects import effects_of
from lifecycle.forms.resource import BookForm, CancelForm, OfferForm, UseForm
from lifecycle.models import Booking, Slot
from lifecycle.resource_lists import BOOKINGS, DUE
from lifecycle.services import booking as verbs
from lifecycle.views import beside, slot
from profiles.models import Kol
from profiles.models.querysets import EDIT, VIEW
from profiles.services.access import kol_or_404, may, row_or_404
from profiles.views import side

REFUSAL = gettext_lazy("You may see this booking but not change it.")
METHODS = ["GET", "HEAD", "POST"]


@require_safe
def booking_list(request):
    return lists.render_list(request, BOOKINGS, _list_context)


def _list_context(listing) -> dict:
    day = installation_day(timezone.now())
    effects = effects_of(listing.rows, day)
    for row in listing.rows:
        row.effect = effects.get(row.pk)
    states, due = listing.params.getlist("state"), listing.params.get("due", "")
    return {
        "day": day,
        "states": [
            {
                "label": label,
                "url": listing.url(state=None if value in states else value),
                "on": value in states,
            }
            for value, label in Booking.State.choices
        ],
        "spans": [
            {"label": label, "url": listing.url(due=None if value == due else value), "on": value == due}
            for value, label in DUE
        ],
    }


@require_http_methods(METHODS)
def booking_create(request, pk: UUID):
    """The file ``pk`` gets a free slot."""
    kol = kol_or_404(request.user, pk, EDIT)
    data = request.POST if request.method == "POST" else None
    form = OfferForm(data, user=request.user, day=installation_day(timezone.now()))
    return side.answer(
        request,
        kol,
        form,
        lambda values: book(request, form, values["slot"], kol),
        title=_("Book a slot"),
        save=_("Book"),
        done=_("The slot is booked."),
        back=reverse("profiles:kol-cooperation", args=[kol.pk]),
    )


@require_http_methods(METHODS)
def slot_book(request, pk: UUID):
    """Somebody gets it; where initial would get too little, that is to be confirmed."""
    row = slot.found(request, pk)
    form = BookForm(request.POST if request.method == "POST" else None, user=request.user)

    def act(values):
        kol = kol_or_404(request.user, values["kol"].pk, EDIT)
        return book(request, form, row, kol)

    return side.answer(
        request,
        None,
        form,
        act,
        title=_("Book the slot"),
        note=f"{row.name} · {row.starts_on:%Y-%m-%d}",
        save=_("Book"),
        done=_("The slot is booked."),
        back=slot.url_of(row),
    )


def book(request, form, row: Slot, kol: Kol) -> Booking:
    """Through the verb; a warning opens the box that confirms it."""
    values = form.cleaned_data
    try:
        return verbs.book(page_actor(request), row, kol, values["what_for"], confirm=bool(values["confirm"]))
    except verbs.LowShare:
        form.let_confirm()
        raise


@require_http_methods(METHODS)
def slot_free(request, pk: UUID):
    """Its booking is cancelled, also where the file was put away since."""
    row = slot.found(request, pk)
    standing = Booking.objects.open().filter(slot=row).select_related("kol").first()
    if standing is None:
        raise Http404
    if not verbs.may_cancel(request.user, standing):
        raise PermissionDenied(_("Only its owner or a manager can do this."))
    data = request.POST if request.method == "POST" else None
    form = CancelForm(data, initial={"version": standing.version})
    return side.answer(
        request,
        None,
        form,
        lambda values: verbs.cancel(page_actor(request), standing, values["why"], values["version"]),
        title=_("Cancel the booking"),
        note=row.name,
        save=_("Cancel the booking"),
        done=_("The slot is free again."),
        back=slot.url_of(row),
    )


@require_safe
def booking_detail(request, pk: UUID):
    return _detail(request, _found(request, pk))


@require_POST
def booking_use(request, pk: UUID):
    undo = reverse("lifecycle:booking-unuse", args=[pk])
    return _step(request, pk, UseForm(request.POST), verbs.use, _("It is marked used."), undo)


@require_POST
def booking_cancel(request, pk: UUID):
    return _step(request, pk, CancelForm(request.POST), verbs.cancel, _("The slot is free again."))


@require_POST
def booking_unuse(request, pk: UUID):
    row = _found(request, pk, EDIT)
    return beside.undo(
        request,
        lambda: verbs.unuse(page_actor(request), row),
        _url(row),
        _("It is not used."),
        lambda **context: _detail(request, _found(request, pk), **context),
    )


def _step(request, pk: UUID, form, act: Callable[..., Any], done: str, undo: str = ""):
    row = _found(request, pk, EDIT)
    return beside.step(
        request,
        form,
        lambda **values: act(page_actor(request), row, **values),
        lambda **context: _detail(request, _found(request, pk), **context),
        _url(row),
        done,
        undo,
    )


def _found(request, pk: UUID, action: str = VIEW) -> Booking:
    rows = Booking.objects.select_related(
        *("kol__owner", "kol__main_field", "kol__team", "slot__team", "author", "used_by", "cancelled_by")
    )
    return row_or_404(rows, request.user, pk, action, REFUSAL)


def _url(row: Booking) -> str:
    return reverse("lifecycle:booking-detail", args=[row.pk])


def _detail(request, row: Booking, *, form=None, problem="", status=200):
    initial, day = {"version": row.version}, installation_day(timezone.now())
    context = {
        "row": row,
        "kol": row.kol,
        "effect": effects_of([row], day).get(row.pk),
        "slot_seen": Slot.objects.visible_to(request.user).filter(pk=row.slot_id).exists(),
        "may_edit": may(request.user, row.kol, EDIT),
        "using": form if isinstance(form, UseForm) else UseForm(initial=initial),
        "cancelling": form if isinstance(form, CancelForm) else CancelForm(initial=initial),
        "problem": problem,
        "today": day,
        "is_begun": row.slot.starts_on <= day,
    }
    part = "lifecycle/booking/_detail.html" if request.htmx else "lifecycle/booking/detail.html"
    return render(request, part, context, status=status)
