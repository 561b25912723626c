"""Gifts: the list and panel, ideas, one of them from the idea to the reaction (DOMAIN 7.4)."""

from collections.abc import Callable
from datetime import date
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from incentives import gift_budget, gift_ideas
from incentives.forms.gift import ChooseForm, GiftEditForm, GiftForm, ReasonForm, ReceiveForm, SendForm
from incentives.gift_lists import GIFTS
from incentives.models import Gift
from incentives.rules.gift_ideas import DATE, EVENT, Idea
from incentives.services import gift as verbs
from kol_crm.core import installation, lists, policy
from kol_crm.core.answers import toast
from kol_crm.core.doors import page_actor
from kol_crm.core.errors import Refused
from lifecycle.filters import SPANS
from lifecycle.views import beside, chips
from profiles.models import Kol, Level
from profiles.models.querysets import EDIT, VIEW
from profiles.services.access import kol_or_404, may, row_or_404
from profiles.views import side

REFUSAL = gettext_lazy("You may see this gift but not change it.")
METHODS = ["GET", "HEAD", "POST"]
FROM_ADDRESS = ("item", "event", "date", "for_on", "occasion")
State = Gift.State


@require_safe
def gift_list(request):
    return lists.render_list(request, GIFTS, lambda listing: _list_context(request, listing))


def _list_context(request, listing) -> dict:
    kol_id = listing.filterset.active.get("kol")
    kol = Kol.objects.visible_to(request.user, EDIT).filter(pk=kol_id).first() if kol_id else None
    return {
        "day": listing.filterset.day,
        "states": chips.toggles(listing, "state", State.choices),
        "levels": chips.toggles(listing, "level", Level.choices),
        "dues": chips.toggles(listing, "due", SPANS),
        "budget": None if listing.problems else budget_of(listing),
        "base": installation.currency(),
        "kol_to_give": kol,
    }


def budget_of(listing) -> Any:
    """What the KOLs of these gifts may get this year and what is taken; None where they are too many."""
    if listing.total.more or not listing.rows:
        return None
    day = today()
    rows = listing.matching.order_by().values_list("kol", "kol__level").distinct()
    return gift_budget.of_many(list(rows), day.year, day, policy.current())


@require_safe
def gift_ideas_part(request, pk: UUID):
    """What one might give the KOL ``pk``, with the budget of the year."""
    kol = kol_or_404(request.user, pk)
    if not request.htmx:
        return redirect("profiles:kol-incentives", pk=kol.pk)
    rules, day = policy.current(), today()
    ideas = gift_ideas.of(request.user, kol, day, rules)
    context = {
        "kol": kol,
        "may_edit": may(request.user, kol, EDIT),
        "ideas": [
            (idea, [gift_ideas.words(reason) for reason in idea.reasons], _address_of(idea)) for idea in ideas
        ],
        "budget": gift_budget.of(kol, day.year, day, rules),
        "base": installation.currency(),
    }
    return render(request, "incentives/gift/_ideas.html", context)


def _address_of(idea: Idea) -> str:
    """What the form opens with: the item, and the event or day that it is for."""
    told = {"item": idea.item}
    for code in (EVENT, DATE):
        reason = idea.of(code)
        if reason is None:
            continue
        if reason.row is not None:
            told[code] = str(reason.row)
        else:
            told |= {"occasion": reason.about, "for_on": reason.day.isoformat() if reason.day else ""}
        break
    return urlencode(told)


@require_http_methods(METHODS)
def gift_create(request, pk: UUID):
    """For the file ``pk``; from an idea, its words stand in the address."""
    kol = kol_or_404(request.user, pk, EDIT)
    given = {name: request.GET[name] for name in FROM_ADDRESS if name in request.GET}
    form = GiftForm(_data(request), kol=kol, is_manager=_is_manager(request), initial=given)
    return side.answer(
        request,
        kol,
        form,
        lambda _values: verbs.suggest(
            page_actor(request), kol, form.values(), chosen=form.cleaned_data["chosen"]
        ),
        title=_("Add gift"),
        note=_("An idea costs nothing. Chosen, it is held in the budget; sent, it stands in the ledger."),
        done=_("The gift is noted."),
        back=reverse("profiles:kol-incentives", args=[kol.pk]),
        undo=lambda made: reverse("incentives:gift-drop", args=[made.pk]),
    )


@require_http_methods(METHODS)
def gift_edit(request, pk: UUID):
    row = _found(request, pk, EDIT)
    form = GiftEditForm(_data(request), gift=row, is_manager=_is_manager(request))

    def act(values):
        facts = {name: value for name, value in values.items() if name != "version"}
        verbs.edit(page_actor(request), row, facts, values["version"])

    return side.answer(
        request, row.kol, form, act, title=_("Edit the gift"), done=_("Saved."), back=_url(row)
    )


@require_safe
def gift_detail(request, pk: UUID):
    return _detail(request, _found(request, pk))


@require_POST
def gift_choose(request, pk: UUID):
    row = _found(request, pk, EDIT)
    form = ChooseForm(request.POST, gift=row, is_manager=_is_manager(request))
    return _step(request, row, form, _on_version(verbs.choose), _("It is chosen."))


@require_POST
def gift_send(request, pk: UUID):
    row = _found(request, pk, EDIT)
    form = SendForm(request.POST, gift=row, day=today(), is_manager=_is_manager(request))
    return _step(request, row, form, _on_version(verbs.send), _("It is on its way, and in the ledger."))


@require_POST
def gift_receive(request, pk: UUID):
    row = _found(request, pk, EDIT)
    form = ReceiveForm(request.POST, gift=row, day=today())
    return _step(request, row, form, _on_version(verbs.receive), _("It arrived."))


@require_POST
def gift_drop(request, pk: UUID):
    """By the form of its page, or as the undo of adding it."""
    row = _found(request, pk, EDIT)
    if "version" not in request.POST:
        return _undone(request, row, lambda actor: verbs.drop(actor, row))
    form = ReasonForm(request.POST)
    return _step(request, row, form, verbs.drop, _("It is dropped."), name="dropping")


@require_POST
def gift_take_back(request, pk: UUID):
    """By the form of its page, or as the undo of the step ``from`` which it came."""
    row = _found(request, pk, EDIT)
    if "version" not in request.POST:
        if row.state != request.GET.get("from"):
            return toast(HttpResponse(status=409), _("It went on meanwhile."), kind="bad")
        return _undone(request, row, lambda actor: verbs.take_back(actor, row, _("Undone at once.")))
    form = ReasonForm(request.POST)
    return _step(request, row, form, verbs.take_back, _("The step is taken back."), name="taking", undo=False)


def _undone(request, row: Gift, act: Callable[[Any], Any]):
    try:
        act(page_actor(request))
    except Refused as refused:
        return _detail(request, _found(request, row.pk), problem=refused.message, status=409)
    return beside.settled(request, _url(row), _("Undone."))


def _on_version(verb: Callable[..., Gift]) -> Callable[..., Gift]:
    """The verb, called with what the fields of a form are called."""
    return lambda actor, row, version, **values: verb(actor, row, values, version)


def _step(request, row: Gift, form, act, done: str, *, name: str = "form", undo: bool = True):
    """One verb on a gift; what was typed stays in the form called ``name``."""
    undo_url = ""
    if undo:
        after = {"choose": "chosen", "send": "sent", "receive": "received"}.get(
            request.resolver_match.url_name.removeprefix("gift-"), "dropped"
        )
        undo_url = f"{reverse('incentives:gift-take-back', args=[row.pk])}?from={after}"
    return beside.step(
        request,
        form,
        lambda **values: act(page_actor(request), row, **values),
        lambda form, problem="", status=200: _detail(
            request, _found(request, row.pk), problem=problem, status=status, **{name: form}
        ),
        _url(row),
        done,
        undo_url,
    )


def _data(request):
    return request.POST if request.method == "POST" else None


def _is_manager(request) -> bool:
    return request.user.is_manager or request.user.is_admin


def today() -> date:
    return installation.day(timezone.now())


def _found(request, pk: UUID, action: str = VIEW) -> Gift:
    rows = Gift.objects.for_list().select_related("kol__main_field")
    return row_or_404(rows, request.user, pk, action, REFUSAL)


def _url(row: Gift) -> str:
    return reverse("incentives:gift-detail", args=[row.pk])


def _form_of(request, row: Gift, day: date):
    """The form of the next step."""
    match row.state:
        case State.IDEA:
            return ChooseForm(gift=row, is_manager=_is_manager(request))
        case State.CHOSEN:
            return SendForm(gift=row, day=day, is_manager=_is_manager(request))
        case State.SENT:
            return ReceiveForm(gift=row, day=day)
    return None


def _detail(request, row: Gift, *, problem="", status=200, **forms):
    day = today()
    rules = policy.current()
    year = row.sent_on.year if row.sent_on else gift_budget.year_of(row, day)
    context = {
        "row": row,
        "kol": row.kol,
        "may_edit": Gift.objects.visible_to(request.user, EDIT).filter(pk=row.pk).exists(),
        "form": _form_of(request, row, day),
        "dropping": ReasonForm(initial={"version": row.version}, auto_id="dropping_%s"),
        "taking": ReasonForm(initial={"version": row.version}, auto_id="taking_%s"),
        "budget": gift_budget.of(row.kol, year, day, rules),
        "base": installation.currency(),
        "problem": problem,
        "today": day,
    }
    context |= forms
    context["extra_forms"] = [
        one for one in forms.values() if one is not None and one is not forms.get("form")
    ]
    part = "_detail.html" if request.htmx and not request.htmx.boosted else "detail.html"
    return render(request, f"incentives/gift/{part}", context, status=status)
