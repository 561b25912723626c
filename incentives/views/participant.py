"""Who takes part in a campaign: added, what they owe, what they brought, gone again (DOMAIN 6.5, 6.6)."""

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from incentives import returned
from incentives.campaign_lists import PARTICIPANTS
from incentives.forms.campaign import DeliverableForm, DoneForm, ParticipantForm
from incentives.models import Deliverable, Invitation, Participant, Result
from incentives.services import deliverable as deliverables
from incentives.services import participant as verbs
from incentives.services import result as results
from incentives.views import campaign as campaigns
from kol_crm.core import installation, lists
from kol_crm.core.answers import go_on
from kol_crm.core.doors import page_actor
from kol_crm.core.errors import Conflict, Refused
from lifecycle.days import installation_day
from lifecycle.views import beside
from profiles.models.querysets import EDIT, VIEW
from profiles.services.access import kol_or_404, row_or_404
from profiles.views import side

METHODS = ["GET", "HEAD", "POST"]
SHOWN = 100


def found(request, pk: UUID, action: str = VIEW) -> Participant:
    rows = Participant.objects.select_related(
        "campaign__owner", "campaign__team", "kol__owner", "kol__main_field", "added_by", "passed_by"
    )
    return row_or_404(rows, request.user, pk, action, campaigns.REFUSAL)


def url_of(row: Participant) -> str:
    return reverse("incentives:participant-detail", args=[row.pk])


@require_safe
def participant_list(request):
    return lists.render_list(request, PARTICIPANTS, lambda _listing: {})


@require_http_methods(METHODS)
def participant_create(request, pk: UUID):
    """A KOL joins; where the guard refuses, a manager is asked for a reason."""
    campaign = campaigns.found(request, pk, EDIT)
    form = ParticipantForm(request.POST if request.method == "POST" else None, user=request.user)

    def act(values):
        kol = kol_or_404(request.user, values["kol"].pk)
        try:
            return verbs.add(page_actor(request), campaign, kol, values["reason"])
        except verbs.GuardRefused:
            if verbs.may_pass(request.user):
                form.ask_reason()
            raise
        except PermissionDenied as denied:
            raise Refused("may_not_pass", str(denied)) from denied

    return side.answer(
        request,
        None,
        form,
        act,
        title=_("Add to the campaign"),
        note=campaign.name,
        save=_("Add"),
        done=_("They take part."),
        back=campaigns.url_of(campaign),
    )


@require_safe
def participant_detail(request, pk: UUID):
    return _detail(request, found(request, pk))


def _detail(request, row: Participant, *, problem: str = "", status: int = 200):
    day = installation_day(timezone.now())
    context = {
        "row": row,
        "campaign": row.campaign,
        "kol": row.kol,
        "owed": row.deliverables.order_by("position", "id"),
        "results": Result.objects.standing().filter(participant=row).select_related("user"),
        "worth": returned.of_participants([row.pk], day)[row.pk],
        "tally": returned.tallies(row.campaign_id, day).get(row.pk) if row.campaign.is_contest else None,
        "invited": Invitation.objects.filter(code__participant=row).order_by("-registered_at", "-id")[:SHOWN],
        "ripe_before": returned.ripe_before(day),
        "code": row.codes.order_by("created_at", "id").first(),
        "may_edit": Participant.objects.visible_to(request.user, EDIT).filter(pk=row.pk).exists(),
        "currency": installation.currency(),
        "problem": problem,
        "day": day,
    }
    return render(request, "incentives/participant/detail.html", context, status=status)


@require_POST
def participant_leave(request, pk: UUID):
    row = found(request, pk, EDIT)
    try:
        verbs.leave(page_actor(request), row)
    except Refused as refused:
        return _detail(request, row, problem=str(refused.message), status=409)
    return go_on(request, url_of(row), _("They take part no longer."))


@require_POST
def result_take_back(request, pk: UUID):
    rows = Result.objects.select_related("participant__campaign", "participant__kol")
    row = row_or_404(rows, request.user, pk, EDIT, campaigns.REFUSAL)
    try:
        results.take_back(page_actor(request), row)
    except Refused as refused:
        return _detail(request, found(request, row.participant_id), problem=str(refused.message), status=409)
    return go_on(request, url_of(row.participant), _("The result is taken back."))


@require_http_methods(METHODS)
def deliverable_create(request, pk: UUID):
    row = found(request, pk, EDIT)
    form = DeliverableForm(request.POST if request.method == "POST" else None)
    return side.answer(
        request,
        None,
        form,
        lambda values: deliverables.add(page_actor(request), row, _facts(values)),
        title=_("What they owe"),
        note=row.kol.name,
        done=_("It is put down."),
        back=url_of(row),
    )


@require_http_methods(METHODS)
def deliverable_edit(request, pk: UUID):
    row = _owed(request, pk, EDIT)
    form = DeliverableForm(
        request.POST if request.method == "POST" else None,
        initial={"what": row.what, "due_on": row.due_on, "link": row.link, "version": row.version},
    )
    return side.answer(
        request,
        None,
        form,
        lambda values: deliverables.edit(page_actor(request), row, _facts(values), values["version"]),
        title=_("What they owe"),
        note=row.participant.kol.name,
        done=_("Saved."),
        back=url_of(row.participant),
    )


def _facts(values) -> dict:
    return {name: values[name] for name in deliverables.FACTS}


@require_safe
def deliverable_detail(request, pk: UUID):
    return _deliverable(request, _owed(request, pk))


@require_POST
def deliverable_finish(request, pk: UUID):
    row = _owed(request, pk, EDIT)
    return beside.step(
        request,
        DoneForm(request.POST),
        lambda **values: deliverables.finish(page_actor(request), row, **values),
        lambda **context: _deliverable(request, _owed(request, pk), **context),
        reverse("incentives:deliverable-detail", args=[pk]),
        _("It is marked done."),
        reverse("incentives:deliverable-reopen", args=[pk]),
    )


@require_POST
def deliverable_reopen(request, pk: UUID):
    row = _owed(request, pk, EDIT)
    return beside.undo(
        request,
        lambda: deliverables.reopen(page_actor(request), row),
        url_of(row.participant),
        _("It is open again."),
        lambda **context: _detail(request, found(request, row.participant_id), **context),
    )


@require_POST
def deliverable_drop(request, pk: UUID):
    row = _owed(request, pk, EDIT)
    return _act(request, row, lambda: deliverables.drop(page_actor(request), row), _("It is dropped."))


def _act(request, row: Deliverable, act, words: str):
    try:
        act()
    except (Refused, Conflict) as refused:
        problem = str(getattr(refused, "message", "")) or _("Somebody changed it meanwhile.")
        return _detail(request, found(request, row.participant_id), problem=problem, status=409)
    return go_on(request, url_of(row.participant), words)


def _owed(request, pk: UUID, action: str = VIEW) -> Deliverable:
    rows = Deliverable.objects.select_related(
        "participant__campaign", "participant__kol__owner", "participant__kol__main_field"
    )
    return row_or_404(rows, request.user, pk, action, campaigns.REFUSAL)


def _deliverable(request, row: Deliverable, *, form=None, problem="", status=200):
    context = {
        "row": row,
        "kol": row.participant.kol,
        "campaign": row.participant.campaign,
        "form": form or DoneForm(initial={"version": row.version}),
        "may_edit": Deliverable.objects.visible_to(request.user, EDIT).filter(pk=row.pk).exists(),
        "problem": problem,
        "today": installation_day(timezone.now()),
    }
    part = "incentives/deliverable/_detail.html" if request.htmx else "incentives/deliverable/detail.html"
    return render(request, part, context, status=status)
