"""The board of an invitation contest: ranks, who waits, who is left out and why, disputes (DOMAIN 6.5)."""

from uuid import UUID

from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_safe

from incentives.campaign_page import CampaignPage
from incentives.forms.campaign import DisputeForm, SettleForm
from incentives.models import Campaign, Dispute, Invitation, InvitationCode, Participant
from incentives.returned import rest_days
from incentives.services import dispute as verbs
from incentives.views import campaign as campaigns
from incentives.views.value import csv_answer
from kol_crm.core.doors import page_actor
from lifecycle.days import installation_day
from profiles.models.querysets import VIEW
from profiles.services.access import row_or_404
from profiles.views import side

METHODS = ["GET", "HEAD", "POST"]
SHOWN = 200


def contest(request, pk: UUID, action: str = VIEW) -> Campaign:
    row = campaigns.found(request, pk, action)
    if not row.is_contest:
        raise Http404
    return row


def url_of(campaign: Campaign) -> str:
    return reverse("incentives:contest-board", args=[campaign.pk])


@require_safe
def board(request, pk: UUID):
    """The whole page, or for its polling the part that moves."""
    campaign = contest(request, pk)
    page = CampaignPage(campaign, request.user, installation_day(timezone.now()))
    invited = Invitation.objects.visible_to(request.user).filter(campaign=campaign)
    disputes = Dispute.objects.filter(invitation__in=invited).select_related(
        "invitation__code__participant__kol", "participant__kol", "user", "ruling__user", "ruling__instead_of"
    )
    context = {
        "page": page,
        "campaign": campaign,
        "seen": set(page.ids),
        "left_out": invited.left_out().for_list().order_by("-registered_at", "-id")[:SHOWN],
        "disputes": disputes.order_by("-at", "-id")[:SHOWN],
        "rest": rest_days(),
        "now": timezone.now(),
        "may_settle": page.may_edit and (request.user.is_manager or request.user.is_admin),
    }
    part = "incentives/contest/_board.html" if request.htmx else "incentives/contest/board.html"
    return render(request, part, context)


@require_safe
def codes(request, pk: UUID):
    """All codes as CSV: name, handle, code."""
    campaign = contest(request, pk)
    seen = Participant.objects.visible_to(request.user).filter(campaign=campaign).standing()
    rows = InvitationCode.objects.filter(participant__in=seen).select_related("participant__kol")
    told = [
        (row.participant.kol.name, row.code, row.participant.kol_id)
        for row in rows.order_by("created_at", "id")
    ]
    return csv_answer("codes", ("KOL", pgettext("contest", "Code"), "id"), told)


@require_http_methods(METHODS)
def dispute_create(request, pk: UUID):
    """Somebody disputes whether this invitation counts."""
    rows = Invitation.objects.select_related("campaign", "code__participant__kol")
    row = row_or_404(rows, request.user, pk, VIEW, campaigns.REFUSAL)
    seen = Participant.objects.visible_to(request.user).filter(campaign=row.campaign)
    form = DisputeForm(
        request.POST if request.method == "POST" else None, participants=seen.select_related("kol")
    )
    return side.answer(
        request,
        None,
        form,
        lambda values: verbs.say(page_actor(request), row, values["says"], values["participant"]),
        title=_("Dispute an invitation"),
        note=f"{row.user_ref} · {row.code.participant.kol.name}",
        done=_("The dispute is put down."),
        back=url_of(row.campaign),
    )


@require_http_methods(METHODS)
def dispute_settle(request, pk: UUID):
    """A manager says whether it counts, and why."""
    rows = Dispute.objects.select_related("invitation__campaign", "invitation__code__participant__kol")
    row = rows.filter(pk=pk, invitation__in=Invitation.objects.visible_to(request.user).values("pk")).first()
    if row is None:
        raise Http404
    form = SettleForm(request.POST if request.method == "POST" else None)
    return side.answer(
        request,
        None,
        form,
        lambda values: verbs.settle(
            page_actor(request), row, counts=values["counts"], reason=values["reason"]
        ),
        title=_("Settle the dispute"),
        note=f"{row.invitation.user_ref} · {row.says}",
        save=_("Settle"),
        done=_("The dispute is settled."),
        back=url_of(row.invitation.campaign),
    )
