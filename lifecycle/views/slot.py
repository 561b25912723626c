"""Pages of the inventory: the month, a slot, what managers change, booking from it (DOMAIN 5.5)."""

from datetime import date
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kol_crm.core import lists
from kol_crm.core.answers import go_on
from kol_crm.core.doors import page_actor
from kol_crm.core.errors import Refused
from kol_crm.core.months import following
from lifecycle import resource_table, resources, tables
from lifecycle.days import installation_day
from lifecycle.effects import effects_of
from lifecycle.forms.pace import TableForm
from lifecycle.forms.resource import SlotForm
from lifecycle.models import Booking, Budget, ResourceKind, Slot
from lifecycle.resource_history import told
from lifecycle.resource_lists import SLOTS, STATES
from lifecycle.services import booking as bookings
from lifecycle.services import slot as verbs
from lifecycle.services.reaching import demand_files
from lifecycle.views import chips
from profiles.models import Kol
from profiles.models.querysets import EDIT, VIEW
from profiles.services.access import row_or_404
from profiles.views import side

REFUSAL = gettext_lazy("Inventory and budgets are kept by managers.")
METHODS = ["GET", "HEAD", "POST"]
SHOWN = 50


@require_safe
def slot_list(request):
    """Without filters in the address it opens on this month."""
    if not request.GET and not request.htmx:
        return redirect(f"{request.path}?month={_day():%Y-%m}")
    return lists.render_list(request, SLOTS, lambda listing: _list_context(request, listing))


def _list_context(request, listing) -> dict:
    month = listing.filterset.active.get("month")
    day = _day()
    return {
        "day": day,
        "may_keep": verbs.may_keep(request.user),
        "may_see_budget": request.user.role != request.user.Role.FINANCE,
        "month": month and resources.months([month])[0],
        "before": month and listing.url(month=f"{_before(month):%Y-%m}"),
        "after": month and listing.url(month=f"{following(month):%Y-%m}"),
        "seen": _seen(request.user, [one.kol_id for row in listing.rows for one in row.taken]),
        "kinds": chips.toggles(listing, "kind", ResourceKind.choices),
        "states": chips.single(listing, "state", STATES),
    }


@require_safe
def slot_detail(request, pk: UUID):
    """A slot, who is or was booked on it, and what its use brought."""
    row = found(request, pk)
    taken = list(row.bookings.for_list().order_by("-created_at", "-pk")[:SHOWN])
    seen = _seen(request.user, [one.kol_id for one in taken])
    effects = effects_of([one for one in taken if one.kol_id in seen], _day())
    standing = next((one for one in taken if one.state != Booking.State.CANCELLED), None)
    context = {
        "row": row,
        "bookings": [
            {"row": one, "seen": one.kol_id in seen, "effect": effects.get(one.pk)} for one in taken
        ],
        "history": told([row]),
        "standing": standing,
        "is_over": row.ends_on < _day(),
        "may_edit": Slot.objects.visible_to(request.user, EDIT).filter(pk=row.pk).exists(),
        "may_free": standing is not None and standing.is_open and bookings.may_cancel(request.user, standing),
        "left": Budget.objects.general().filter(month=row.month).first(),
    }
    return render(request, "lifecycle/resource/detail.html", context)


@require_http_methods(METHODS)
def slot_create(request):
    """One slot, or the same one again every week."""
    _demand_keeper(request.user)
    form = SlotForm(request.POST if request.method == "POST" else None, user=request.user, day=_day())

    def act(values):
        if values["every"]:
            return verbs.create_series(page_actor(request), form.facts, values["every"], values["until"])
        return [verbs.create(page_actor(request), form.facts)]

    return side.answer(
        request,
        None,
        form,
        act,
        title=_("New slot"),
        done=_("The inventory is filled."),
        back=reverse("lifecycle:slot-list"),
        onward=lambda made: _month_url(made[0].month),
    )


@require_http_methods(METHODS)
def slot_edit(request, pk: UUID):
    row = found(request, pk, EDIT)
    form = SlotForm(request.POST if request.method == "POST" else None, user=request.user, slot=row)
    return side.answer(
        request,
        None,
        form,
        lambda values: verbs.edit(page_actor(request), row, form.facts, values["version"] or 0),
        title=_("Edit the slot"),
        done=_("Saved."),
        back=url_of(row),
    )


@require_POST
def slot_state(request, pk: UUID):
    """Withdrawn, or offered again."""
    row = found(request, pk, EDIT)
    verb = verbs.withdraw if row.withdrawn_at is None else verbs.restore
    try:
        saved = verb(page_actor(request), row)
    except Refused as refused:
        return go_on(request, url_of(row), refused.message, error=True)
    words = _("The slot is withdrawn.") if saved.withdrawn_at else _("The slot is offered again.")
    return go_on(request, url_of(row), words, undo_url=reverse("lifecycle:slot-state", args=[row.pk]))


@require_http_methods(METHODS)
def slot_import(request):
    """A table of slots: all rows or none."""
    demand_files(request.user)
    _demand_keeper(request.user)
    form = TableForm(request.POST if request.method == "POST" else None, request.FILES or None)
    problems: list[str] = []
    if request.method == "POST" and form.is_valid():
        try:
            made = form.take(resource_table.SLOTS, lambda rows: verbs.create_many(page_actor(request), rows))
        except tables.Wrong as wrong:
            problems = wrong.lines
        else:
            words = _("%(count)d slots are taken in.") % {"count": len(made)}
            return go_on(request, _month_url(made[0].month), words)
    status = 422 if problems or form.errors else 200
    context = {"form": form, "problems": problems[:SHOWN], "more": max(len(problems) - SHOWN, 0)}
    return render(
        request, "lifecycle/resource/import.html", context | {"sample": resource_table.SAMPLE}, status=status
    )


def _seen(user, kol_ids: list) -> set:
    """Of these files those that the reader sees; of the others no name is told."""
    return set(Kol.objects.visible_to(user).filter(pk__in=kol_ids).values_list("pk", flat=True))


def found(request, pk: UUID, action: str = VIEW) -> Slot:
    return row_or_404(Slot.objects.select_related("team"), request.user, pk, action, REFUSAL)


def _demand_keeper(user) -> None:
    if not verbs.may_keep(user):
        raise PermissionDenied(REFUSAL)


def url_of(row: Slot) -> str:
    return reverse("lifecycle:slot-detail", args=[row.pk])


def _month_url(month: date) -> str:
    return f"{reverse('lifecycle:slot-list')}?month={month:%Y-%m}"


def _before(month: date) -> date:
    return date(month.year - (month.month == 1), (month.month - 2) % 12 + 1, 1)


def _day() -> date:
    return installation_day(timezone.now())
