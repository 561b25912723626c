"""From the list of KOLs into a campaign: chosen files, and what became of each (DOMAIN 6.5)."""

from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from incentives.forms.campaign import IntoCampaignForm
from incentives.models import Campaign
from incentives.services import campaign_bulk as verbs
from incentives.services import participant
from incentives.views.campaign import demand_files
from kol_crm.core.answers import go_on, toast
from kol_crm.core.doors import page_actor
from kol_crm.core.errors import Refused
from kol_crm.core.list_address import without_place
from kol_crm.core.views.work import context as work_context
from kol_crm.core.views.work import own_work
from profiles.forms.bulk import Chosen
from profiles.models import Kol
from profiles.models.querysets import EDIT


@require_POST
def into_campaign(request):
    """The panel that asks which campaign; with ``start`` it is put to work."""
    demand_files(request.user)
    given = request.POST.dict()
    if "ids" not in request.POST:
        given["ids"] = ",".join(request.POST.getlist("kol"))
    given["filter"] = without_place(given.get("filter", ""))
    chosen = Chosen(given)
    if not chosen.is_valid() or not (chosen.cleaned_data["ids"] or chosen.cleaned_data["all"]):
        return toast(HttpResponse(status=400), _("Tick the files first."), kind="bad")
    open_ones = Campaign.objects.visible_to(request.user, EDIT).open().order_by("name", "pk")
    form = IntoCampaignForm(
        request.POST if "start" in request.POST else None,
        campaigns=open_ones,
        may_pass=participant.may_pass(request.user),
    )
    status = 200
    if form.is_bound and form.is_valid():
        values = form.cleaned_data
        try:
            work = verbs.start(
                page_actor(request),
                values["campaign"],
                ids=chosen.cleaned_data["ids"],
                query=chosen.query,
                reason=values.get("reason") or "",
            )
        except ValidationError as error:
            form.add_error(None, error.messages)
        except Refused as refused:
            form.add_error(None, str(refused.message))
        else:
            return go_on(request, verbs.url(work), _("They are being added."))
    if form.is_bound:
        status = 422
    context = {"form": form, "given": given}
    return render(request, "incentives/campaign/_into.html", context, status=status)


@require_GET
def added(request, pk: UUID):
    """How far it is, and the files that were refused, each with its reason."""
    work = own_work(request.user, pk)
    if work.kind != verbs.ADD:
        raise Http404
    told = dict(work.counts.get("told", []))
    seen = Kol.objects.visible_to(request.user).filter(pk__in=told).order_by("name", "pk")
    context = work_context(work) | {
        "campaign": Campaign.objects.visible_to(request.user).filter(pk=work.subject).first(),
        "refused": [{"kol": kol, "why": told[str(kol.pk)]} for kol in seen],
    }
    return render(request, "incentives/campaign/added.html", context)
