"""Payouts: what finance pays, the batches that go out, the confirmations that come back (DOMAIN 6.3)."""

from uuid import UUID

from django import forms
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from incentives import payout_table, payouts, totals
from incentives.forms.ledger import ConfirmationForm, PayForm, ReasonForm
from incentives.ledger_lists import MONEY, PAYOUTS
from incentives.models import Entry, Payout, PayoutBatch
from incentives.models.querysets import PAY
from incentives.services import batch as sheets
from incentives.services import confirming
from incentives.services import payout as verbs
from incentives.views import ledger
from kol_crm.core import installation, lists
from kol_crm.core.answers import go_on
from kol_crm.core.doors import page_actor
from lifecycle import tables
from lifecycle.views import chips

SHOWN = 50


@require_safe
def payout_list(request):
    return lists.render_list(request, MONEY, lambda listing: _context(request, listing))


def _context(request, listing) -> dict:
    for row in listing.rows:
        row.stands_at = payouts.of_row(row)
    return {
        "totals": None if listing.problems else totals.of(listing.matching),
        "base": installation.currency(),
        "states": chips.toggles(listing, "payout", PAYOUTS),
        **ledger.facets(request.user, listing),
        "may_pay": verbs.may_pay(request.user),
        "may_open_files": request.user.role != request.user.Role.FINANCE,
        "batches": PayoutBatch.objects.select_related("author")[:6] if verbs.may_pay(request.user) else [],
        "query": listing.params.urlencode(),
    }


@require_POST
def hand_out(request):
    """What is due of the rows that the page showed goes out as a batch."""
    listing = lists.read(MONEY, request.GET, request.user, timezone.now(), path=request.path)
    if listing.problems:
        raise Http404
    made = verbs.hand_out(page_actor(request), listing.matching)
    left_out = ngettext("%(n)d was left out.", "%(n)d were left out.", len(made.left_out))
    words = left_out % {"n": len(made.left_out)} if made.left_out else ""
    if made.batch is None:
        told = " ".join(filter(None, (_("Nothing is due here."), words)))
        return go_on(request, reverse("incentives:payout-list"), told, error=True)
    told = _("Batch %(number)d is ready.") % {"number": made.batch.number}
    url = reverse("incentives:batch-detail", args=[made.batch.number])
    return go_on(request, url, " ".join(filter(None, (told, words))))


@require_safe
def batch_detail(request, number: int):
    """The fixed rows of a batch, where each stands now, and what its file leaves out."""
    batch = _batch(request, number)
    rows = Entry.objects.visible_to(request.user).for_list().with_payout()
    rows = list(rows.filter(payouts__batch=batch, payouts__state=Payout.State.DUE).order_by("given_on", "pk"))
    for row in rows:
        row.stands_at = payouts.of_row(row)
    why_left_out = sheets.sheet(batch).left_out
    context = {
        "batch": batch,
        "rows": rows,
        "totals": totals.of(Entry.objects.filter(pk__in=[row.pk for row in rows])),
        "left_out": [(row, why_left_out[row.pk]) for row in rows if row.pk in why_left_out],
        "base": installation.currency(),
    }
    return render(request, "incentives/payout/batch.html", context)


@require_safe
def batch_file(request, number: int, kind: str):
    """What of the batch is still to be paid, as a table for whoever pays."""
    batch = _batch(request, number)
    if kind not in payout_table.KINDS:
        raise Http404
    made = payout_table.of_entries(sheets.to_send(batch).rows, kind)
    answer = HttpResponse(made.content, content_type=made.media_type)
    name = f"payouts-{batch.number}.{made.ending}"
    answer["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name)
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request):
    """The table of whoever pays: shown first with what each row would do, then taken in, all rows or none."""
    verbs.demand_payer(page_actor(request))
    if request.method != "POST":
        return _confirmations(request, ConfirmationForm())
    if "table" in request.POST:
        return _take_in(request, request.POST["table"])
    form = ConfirmationForm(request.POST, request.FILES)
    if not form.is_valid():
        return _confirmations(request, form, status=422)
    file = form.cleaned_data["file"]
    try:
        read = tables.read(file.name, file.read(), payout_table.CONFIRMATIONS)
    except ValidationError as error:
        form.add_error("file", error.messages)
        return _confirmations(request, form, status=422)
    if read.problems:
        lines = [line for key, words in read.problems.items() for line in read.told(key, words)]
        return _confirmations(request, form, problems=lines, status=422)
    try:
        found = confirming.check(page_actor(request), read.rows)
    except ValidationError as error:
        form.add_error("file", error.messages)
        return _confirmations(request, form, status=422)
    return _confirmations(request, ConfirmationForm(), found=found, table=payout_table.as_text(read.rows))


def _take_in(request, text: str):
    try:
        read = tables.read("confirmations.csv", text.encode(), payout_table.CONFIRMATIONS)
    except ValidationError as error:
        raise Http404 from error
    if read.problems:
        raise Http404
    try:
        done = confirming.confirm(page_actor(request), read.rows)
    except ValidationError as error:
        lines = [line for key, words in error.message_dict.items() for line in read.told(key, words)]
        return _confirmations(request, ConfirmationForm(), problems=lines, status=422)
    new = sum(one.does == confirming.NEW for one in done)
    words = ngettext("%(n)d payout is confirmed.", "%(n)d payouts are confirmed.", new) % {"n": new}
    return go_on(request, reverse("incentives:payout-list"), words)


def _confirmations(request, form, *, found=(), table="", problems=(), status=200):
    context = {
        "form": form,
        "found": found,
        "table": table,
        "is_clean": bool(found) and not any(one.wrong for one in found),
        "problems": problems[:SHOWN],
        "more": max(len(problems) - SHOWN, 0),
        "sample": payout_table.SAMPLE,
    }
    return render(request, "incentives/payout/confirm.html", context, status=status)


@require_POST
def entry_pay(request, pk: UUID):
    return _step(request, pk, PayForm(request.POST), verbs.pay, _("It is paid."), "paying")


@require_POST
def entry_fail(request, pk: UUID):
    return _step(request, pk, ReasonForm(request.POST), verbs.fail, _("It is marked failed."), "failing")


@require_POST
def entry_retry(request, pk: UUID):
    return _step(request, pk, forms.Form(request.POST), verbs.retry, _("It is due again."), "retrying")


def _step(request, pk: UUID, form, act, done: str, name: str):
    return ledger.step(request, ledger.found(request, pk, PAY), form, act, done, name)


def _batch(request, number: int) -> PayoutBatch:
    if not verbs.may_pay(request.user):
        raise PermissionDenied(_("Only finance and admins pay."))
    batch = PayoutBatch.objects.select_related("author").filter(number=number).first()
    if batch is None:
        raise Http404
    return batch
