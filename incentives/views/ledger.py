"""The ledger: list and panel, one entry, giving, entering, reversing (DOMAIN 6.3)."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from incentives import given_items, ledger_table, payouts, running, totals
from incentives.forms.ledger import EnterForm, GiveForm, PayForm, ReasonForm
from incentives.ledger_lists import CONVERTED, ENTRIES
from incentives.models import Entry, IncentivePlan, Kind, PlanItem
from incentives.services import giving, payout
from incentives.services import ledger as verbs
from kol_crm.core import installation, lists
from kol_crm.core.doors import page_actor
from kol_crm.core.models import Team
from lifecycle.views import beside, chips
from profiles.models import Kol
from profiles.models.querysets import EDIT, VIEW
from profiles.services.access import kol_or_404, may, row_or_404, teams_for
from profiles.views import side

REFUSAL = gettext_lazy("You may see this entry but not do this.")
FILES = (("csv", gettext_lazy("CSV")), ("xlsx", gettext_lazy("Workbook")))
METHODS = ["GET", "HEAD", "POST"]


@require_safe
def entry_list(request):
    return lists.render_list(request, ENTRIES, lambda listing: _list_context(request, listing))


@require_safe
def ledger_file(request, kind: str):
    """All that match, as a table."""
    if kind not in ledger_table.KINDS:
        raise Http404
    try:
        listing = lists.list_page(ENTRIES, request.GET, request.user, timezone.now(), path=request.path)
        made = ledger_table.of(listing, kind)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect(f"{reverse('incentives:entry-list')}?{request.GET.urlencode()}")
    answer = HttpResponse(made.content, content_type=made.media_type)
    name = f"ledger-{today().isoformat()}.{made.ending}"
    answer["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name)
    return answer


def _list_context(request, listing) -> dict:
    sums = running.beside(listing)
    for row in listing.rows:
        row.stands_at, row.running = payouts.of_row(row), sums[row]
    kol_id = listing.filterset.active.get("kol")
    may_enter = kol_id and verbs.files_to_enter(request.user).filter(pk=kol_id).exists()
    return {
        "totals": None if listing.problems else totals.of(listing.matching),
        "base": installation.currency(),
        "files": FILES,
        "forms": chips.toggles(listing, "form", Entry.Form.choices),
        "kinds": chips.toggles(listing, "kind", Kind.choices),
        "rates": chips.single(listing, "rate", CONVERTED),
        **facets(request.user, listing),
        "kol_id": kol_id if may_enter else "",
        "may_open_files": request.user.role != request.user.Role.FINANCE,
    }


def facets(user, listing) -> dict:
    """The currencies and teams by which both lists are narrowed."""
    every = user.role == user.Role.FINANCE
    known = listing.spec.rows(user).order_by("currency").values_list("currency", flat=True).distinct()
    return {
        "currencies": chips.single(listing, "currency", [(code, code) for code in known]),
        "teams": Team.objects.order_by("path") if every else teams_for(user).order_by("path"),
    }


@require_safe
def entry_detail(request, pk: UUID):
    return detail(request, found(request, pk))


@require_POST
def entry_reverse(request, pk: UUID):
    row = found(request, pk)
    return step(request, row, ReasonForm(request.POST), verbs.reverse, _("It is taken back."), "reversing")


@require_http_methods(METHODS)
def entry_create(request, pk: UUID):
    """The file ``pk`` was given something outside a plan."""
    kol = verbs.files_to_enter(request.user).filter(pk=pk).first()
    if kol is None:
        kol_or_404(request.user, pk, EDIT)
        raise PermissionDenied(_("Without a plan only a manager gives something."))
    form = EnterForm(request.POST if request.method == "POST" else None, day=today())
    return side.answer(
        request,
        kol,
        form,
        lambda values: verbs.enter(page_actor(request), kol, values),
        title=_("Enter what was given"),
        note=_("Outside a plan, inside policy; by managers. An entry is never edited, only reversed."),
        save=_("Enter"),
        done=_("It stands in the ledger."),
        back=reverse("incentives:entry-list") + f"?kol={kol.pk}",
    )


@require_http_methods(METHODS)
def item_give(request, pk: UUID):
    """What is due of a plan, beside the queue of Today or on its own page: given in one step."""
    rows = PlanItem.objects.select_related("plan__kol__owner", "plan__kol__main_field")
    item = rows.filter(plan__in=IncentivePlan.objects.visible_to(request.user), pk=pk).first()
    if item is None:
        raise Http404
    may_give = IncentivePlan.objects.visible_to(request.user, EDIT).filter(pk=item.plan_id).exists()
    if request.method != "POST":
        return _item(request, item, may_give=may_give)
    if not may_give:
        raise PermissionDenied(_("Only its owner or a manager gives something to a KOL."))
    form = GiveForm(request.POST)
    return beside.step(
        request,
        form,
        lambda **values: giving.give(page_actor(request), item, values),
        lambda **context: _item(request, item, may_give=may_give, **context),
        reverse("incentives:item-give", args=[item.pk]),
        _("It stands in the ledger."),
    )


def _item(request, item: PlanItem, *, may_give: bool, form=None, problem="", status=200):
    standing = given_items.of([item])[item.pk]
    entries = Entry.objects.filter(item=item).for_list().order_by("given_on", "pk")
    context = {
        "item": item,
        "plan": item.plan,
        "kol": item.plan.kol,
        "standing": standing,
        "entries": entries,
        "may_give": may_give and item.plan.state == IncentivePlan.State.ACTIVE and not standing.is_whole,
        "may_open_file": may(request.user, item.plan.kol, VIEW),
        "form": form or GiveForm(initial={**giving.usual(item), "given_on": today()}),
        "problem": problem,
        "today": today(),
    }
    template = "_item.html" if request.htmx and not request.htmx.boosted else "item.html"
    return render(request, f"incentives/ledger/{template}", context, status=status)


def found(request, pk: UUID, action: str = VIEW) -> Entry:
    rows = Entry.objects.for_list().select_related("kol__main_field", "kol__team").with_payout()
    return row_or_404(rows, request.user, pk, action, REFUSAL)


def step(request, row: Entry, form, act, done: str, name: str):
    """One verb on an entry; what was typed stays in the form called ``name``."""
    return beside.step(
        request,
        form,
        lambda **values: act(page_actor(request), row, **values),
        lambda form, problem="", status=200: detail(
            request, found(request, row.pk), problem=problem, status=status, **{name: form}
        ),
        reverse("incentives:entry-detail", args=[row.pk]),
        done,
    )


def detail(request, row: Entry, *, problem: str = "", status: int = 200, **forms):
    state = payouts.of_row(row)
    user = request.user
    open_states = (payouts.DUE, payouts.SENT)
    context = {
        "row": row,
        "kol": row.kol,
        "state": state,
        "state_words": payouts.WORDS.get(state, ""),
        "story": row.payouts.select_related("author", "batch").order_by("-number"),
        "may_open_file": Kol.objects.visible_to(user).filter(pk=row.kol_id).exists(),
        "may_reverse": not row.is_reversal
        and not hasattr(row, "reversal")
        and state != payouts.SENT
        and verbs.may_reverse(user, row),
        "may_pay": payout.may_pay(user) and state in (*open_states, payouts.FAILED) and not row.is_held,
        "may_fail": payout.may_pay(user) and state in (*open_states, payouts.PAID),
        "may_retry": payout.may_pay(user) and state == payouts.FAILED and not row.is_held,
        "paying": PayForm(initial={"on": today()}),
        "failing": ReasonForm(auto_id="failing_%s"),
        "reversing": ReasonForm(auto_id="reversing_%s"),
        "problem": problem,
    }
    context |= forms
    template = "_detail.html" if request.htmx and not request.htmx.boosted else "detail.html"
    return render(request, f"incentives/ledger/{template}", context, status=status)


def today():
    return installation.day(timezone.now())
