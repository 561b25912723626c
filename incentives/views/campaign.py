"""Pages of campaigns: the list, one with who takes part, the editor, start and end (DOMAIN 6.5)."""

from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Count, Q
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from incentives.campaign_history import told
from incentives.campaign_lists import CAMPAIGNS
from incentives.campaign_page import CampaignPage
from incentives.forms.campaign import CampaignForm
from incentives.models import Campaign, Participant
from incentives.services import campaign as verbs
from kol_crm.core import installation, lists
from kol_crm.core.answers import go_on
from kol_crm.core.doors import page_actor
from kol_crm.core.errors import Conflict, Refused
from kol_crm.core.models import User
from lifecycle.days import installation_day
from lifecycle.views import chips
from profiles.models.querysets import EDIT, VIEW
from profiles.services import access

REFUSAL = gettext_lazy("You may see this campaign but not do this.")
METHODS = ["GET", "HEAD", "POST"]
STEPS: dict[str, tuple[Any, Any]] = {
    "start": (verbs.start, gettext_lazy("The campaign runs.")),
    "end": (verbs.end, gettext_lazy("The campaign has ended.")),
}


def found(request, pk: UUID, action: str = VIEW) -> Campaign:
    rows = Campaign.objects.select_related("owner", "team", "field")
    return access.row_or_404(rows, request.user, pk, action, REFUSAL)


def url_of(campaign: Campaign) -> str:
    return reverse("incentives:campaign-detail", args=[campaign.pk])


def demand_files(user: User) -> None:
    """Campaigns are of those whose work is files. Raises ``PermissionDenied``."""
    if not access.may_create(user):
        raise PermissionDenied(_("Campaigns are made by those who work with KOL files."))


@require_GET
def campaign_list(request):
    def context(listing) -> dict:
        seen = Participant.objects.filter(campaign__in=[one.pk for one in listing.rows])
        counts = dict(
            seen.visible_to(request.user)
            .order_by()
            .values_list("campaign")
            .annotate(taking_part=Count("pk", filter=Q(left_on=None)))
        )
        for campaign in listing.rows:
            campaign.count = counts.get(campaign.pk, 0)
        return {
            "states": chips.toggles(listing, "state", Campaign.State.choices),
            "types": chips.toggles(listing, "type", Campaign.Type.choices),
            "mine": chips.single(listing, "owner", [("me", _("Mine"))]),
            "may_create": access.may_create(request.user),
        }

    return lists.render_list(request, CAMPAIGNS, context)


@require_safe
def campaign_detail(request, pk: UUID):
    return detail(request, found(request, pk))


def detail(request, campaign: Campaign, *, problem: str = "", status: int = 200):
    page = CampaignPage(campaign, request.user, installation_day(timezone.now()))
    context = {
        "page": page,
        "campaign": campaign,
        "problem": problem,
        "day": page.day,
        "currency": installation.currency(),
    }
    return render(request, "incentives/campaign/detail.html", context, status=status)


@require_safe
def campaign_history(request, pk: UUID):
    campaign = found(request, pk)
    context = {"campaign": campaign, "rows": told(campaign, request.user)}
    return render(request, "incentives/campaign/history.html", context)


@require_http_methods(METHODS)
def campaign_create(request):
    demand_files(request.user)
    form = CampaignForm(request.POST if request.method == "POST" else None, user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            made = verbs.create(page_actor(request), form.facts)
        except ValidationError as error:
            form.refuse(error)
        else:
            return go_on(request, url_of(made), _("The campaign is planned."))
    return _form(request, form)


@require_http_methods(METHODS)
def campaign_edit(request, pk: UUID):
    campaign = found(request, pk, EDIT)
    form = CampaignForm(
        request.POST if request.method == "POST" else None, user=request.user, campaign=campaign
    )
    if request.method == "POST" and form.is_valid():
        try:
            verbs.edit(page_actor(request), campaign, form.facts, form.cleaned_data["version"] or 0)
        except ValidationError as error:
            form.refuse(error)
        except Refused as refused:
            form.add_error(None, str(refused.message))
            return _form(request, form, campaign, status=409)
        except Conflict as conflict:
            form.data = form.data.copy()
            form.data["version"] = str(conflict.current.version)
            words = _("Somebody changed this campaign meanwhile: %(what)s. Save again if yours still holds.")
            form.add_error(None, words % {"what": ", ".join(_names(conflict.changed)) or "–"})
            return _form(request, form, campaign, status=409)
        else:
            return go_on(request, url_of(campaign), _("Saved."))
    return _form(request, form, campaign)


@require_POST
def campaign_start(request, pk: UUID):
    return _step(request, pk, "start")


@require_POST
def campaign_end(request, pk: UUID):
    return _step(request, pk, "end")


def _step(request, pk: UUID, step: str):
    campaign = found(request, pk, EDIT)
    verb, words = STEPS[step]
    try:
        verb(page_actor(request), campaign)
    except Refused as refused:
        return detail(request, campaign, problem=str(refused.message), status=409)
    return go_on(request, url_of(campaign), words)


def _form(request, form: CampaignForm, campaign: Campaign | None = None, status: int | None = None):
    status = status or (422 if form.errors else 200)
    context = {"form": form, "campaign": campaign}
    return render(request, "incentives/campaign/form.html", context, status=status)


def _names(changed) -> list[str]:
    known = {field.name: str(field.verbose_name) for field in Campaign._meta.fields}
    return [known.get(name, name) for name in sorted(changed)]
