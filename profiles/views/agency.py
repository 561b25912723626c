"""Agencies: the list, one with all its KOLs, its contact points (DOMAIN 3.2)."""

from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Count, Q, Sum
from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kol_crm.core import lists
from kol_crm.core.answers import go_on, toast
from kol_crm.core.doors import page_actor
from kol_crm.core.errors import Refused
from kol_crm.core.models import Change
from profiles import changes
from profiles.forms.agency import AgencyForm, ContactForm
from profiles.models import Agency, ContactPoint, Kol, Stage, Verdict
from profiles.models.querysets import EDIT
from profiles.note_lists import AGENCIES
from profiles.services import access, sharing
from profiles.services import agency as verbs
from profiles.services import contact as contacts
from profiles.views import side
from profiles.views.contact import ReasonForm, starred

METHODS = ["GET", "HEAD", "POST"]
SHOWN = 100


@require_safe
def agency_list(request):
    return lists.render_list(
        request, AGENCIES, lambda _listing: {"may_create": access.may_create_agency(request.user)}
    )


@require_http_methods(METHODS)
def agency_create(request):
    """By managers; operators name an agency on a file."""
    if not access.may_create_agency(request.user):
        raise PermissionDenied(_("An operator names an agency on a file."))
    form = AgencyForm(request.POST if request.method == "POST" else None)

    def act(values):
        values.pop("version")
        return verbs.create(page_actor(request), values)

    return side.answer(
        request,
        None,
        form,
        act,
        title=_("New agency"),
        done=_("The agency is noted."),
        back=reverse("profiles:agency-list"),
    )


@require_safe
def agency_detail(request, pk: UUID):
    """Who speaks for it, how it is reached, all its KOLs that the reader sees, and their figures."""
    agency = access.agency_or_404(request.user, pk)
    return render(request, "profiles/agency/detail.html", _context(request, agency))


@require_http_methods(METHODS)
def agency_edit(request, pk: UUID):
    agency = access.agency_or_404(request.user, pk, EDIT)
    initial = {name: getattr(agency, name) for name in ("version", *verbs.EDITABLE)}
    form = AgencyForm(request.POST if request.method == "POST" else None, initial=initial)

    def act(values):
        version = values.pop("version")
        if version is None:
            raise ValidationError(_("The page was incomplete. Reload it and save again."))
        return verbs.edit(page_actor(request), agency, values, version)

    return side.answer(
        request, agency, form, act, title=_("Edit agency"), done=_("Saved."), back=_url(agency)
    )


@require_safe
def agency_history(request, pk: UUID):
    """Every change of the agency and of its contact points, newest first."""
    agency = access.agency_or_404(request.user, pk)
    rows = Change.objects.filter(root=agency.pk).select_related("change_set__user").order_by("-at", "-id")
    context = {"agency": agency, "lines": changes.lines(rows[:SHOWN])}
    return render(request, "profiles/agency/history.html", context)


@require_http_methods(METHODS)
def contact_add(request, pk: UUID):
    agency = access.agency_or_404(request.user, pk, EDIT)
    form = ContactForm(
        request.POST if request.method == "POST" else None, initial={"version": agency.version}
    )

    def act(values):
        return contacts.add(page_actor(request), agency, values, values.pop("version"))

    return side.answer(
        request, agency, form, act, title=_("New contact"), done=_("Saved."), back=_url(agency)
    )


@require_http_methods(METHODS)
def contact_edit(request, pk: UUID, contact: UUID):
    """The value is shown as its mask, which left as it is changes nothing (DOMAIN 2.3)."""
    agency, row = _contact(request, pk, contact)
    names = ("label", "preferred", "verified_on", "dead_since", "channel")
    initial = {name: getattr(row, name) for name in names}
    initial |= {"value": row.masked, "version": agency.version}
    form = ContactForm(request.POST if request.method == "POST" else None, initial=initial)

    def act(values):
        return contacts.change(page_actor(request), row, values, values.pop("version"))

    return side.answer(
        request, agency, form, act, title=_("Edit contact"), done=_("Saved."), back=_url(agency)
    )


@require_POST
def contact_remove(request, pk: UUID, contact: UUID):
    agency, row = _contact(request, pk, contact)
    contacts.remove(page_actor(request), row)
    return go_on(request, _url(agency), _("Removed. It stays in the history."))


@require_http_methods(["GET", "POST"])
def contact_reveal(request, pk: UUID, contact: UUID):
    """Whoever may edit a file of the agency sees its contacts: the owner of one at once, others say why."""
    agency, row = _contact(request, pk, contact)
    own = verbs.owns_a_file(request.user, agency)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if request.method == "GET":
        return _part(request, agency, row, own=own, asking=form)
    form.is_valid()
    try:
        value = contacts.reveal(page_actor(request), row, own=own, reason=form.cleaned_data.get("reason", ""))
    except ValidationError as error:
        form.add_error(None, error)
        return _part(request, agency, row, own=own, asking=form, status=422)
    except Refused as refused:
        answer = _part(request, agency, row, own=own, problem=refused.message, status=429)
        return toast(answer, refused.message, kind="bad")
    return _part(request, agency, row, own=own, value=value)


def _part(request, agency: Agency, row: ContactPoint, *, status: int = 200, **context):
    context |= {"agency": agency, "contact": row, "may_edit": True}
    return render(request, "profiles/agency/_contact.html", context, status=status)


def _contact(request, pk: UUID, contact: UUID) -> tuple[Agency, ContactPoint]:
    agency = access.agency_or_404(request.user, pk, EDIT)
    row = ContactPoint.objects.filter(agency=agency, pk=contact).select_related("agency").first()
    if row is None:
        raise Http404
    return agency, row


def _url(agency: Agency) -> str:
    return reverse("profiles:agency-detail", args=[agency.pk])


def _context(request, agency: Agency) -> dict:
    kols = Kol.objects.visible_to(request.user).filter(agency=agency)
    counts = {f"stage_{stage}": Count("pk", filter=Q(stage=stage)) for stage in Stage.values}
    counts |= {f"verdict_{verdict}": Count("pk", filter=Q(verdict=verdict)) for verdict in Verdict.values}
    figures = kols.aggregate(kols=Count("pk"), followers=Sum("own_followers"), **counts)
    rows = list(kols.for_list().order_by("sort_name", "id")[:SHOWN])
    points = starred(agency.contacts.all())
    for point in points:
        point.holders = sharing.holders(request.user, point)
    return {
        "agency": agency,
        "may_edit": Agency.objects.visible_to(request.user, EDIT).filter(pk=agency.pk).exists(),
        "own": verbs.owns_a_file(request.user, agency),
        "contacts": points,
        "kols": rows,
        "more": figures["kols"] - len(rows),
        "hidden": Kol.objects.filter(agency=agency, archived_at=None).count() - figures["kols"],
        "figures": figures,
        "stages": [(stage.label, figures[f"stage_{stage.value}"], stage.value) for stage in Stage],
        "verdicts": [(one.label, figures[f"verdict_{one.value}"], one.value) for one in Verdict],
        "list_url": f"{reverse('profiles:kol-list')}?agency={agency.pk}",
    }
