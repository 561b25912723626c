"""Communities: list, one of them with its members, joining and leaving, single contacts (DOMAIN 5.7)."""

from datetime import timedelta
from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kol_crm.core import lists
from kol_crm.core.answers import go_on
from kol_crm.core.doors import page_actor
from kol_crm.core.errors import Conflict, Refused
from lifecycle.community_lists import COMMUNITIES, STATES
from lifecycle.days import installation_day
from lifecycle.forms.community import CommunityForm, ContactForm, EnterForm, JoinForm, LeaveForm
from lifecycle.models import Community, Member, SingleContact
from lifecycle.services import community as verbs
from profiles.models import Kol
from profiles.models.querysets import EDIT, VIEW
from profiles.services import access
from profiles.services.access import kol_or_404, may, row_or_404
from profiles.views import side

REFUSAL = gettext_lazy("You may see this community but not change it.")
METHODS = ["GET", "HEAD", "POST"]
MOVED_IN = timedelta(days=30)
MOST_SHOWN = 200


@require_safe
def community_list(request):
    return lists.render_list(request, COMMUNITIES, lambda listing: _list_context(request, listing))


def _list_context(request, listing) -> dict:
    chosen = listing.params.get("state", "")
    return {
        "may_create": access.may_create(request.user),
        "states": [
            {
                "label": label,
                "url": listing.url(state=None if value == chosen else value),
                "on": value == chosen,
            }
            for value, label in STATES
        ],
    }


@require_http_methods(METHODS)
def community_create(request):
    if not access.may_create(request.user):
        raise Http404
    form = CommunityForm(request.POST if request.method == "POST" else None, user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            made = verbs.create(page_actor(request), form.facts)
        except ValidationError as error:
            _take(form, error)
        else:
            return go_on(request, _url(made), _("The community is made."))
    return _form(request, form)


@require_http_methods(METHODS)
def community_edit(request, pk: UUID):
    row = _found(request, pk, EDIT)
    data = request.POST if request.method == "POST" else None
    form, status = CommunityForm(data, user=request.user, community=row), 0
    if data is not None and form.is_valid():
        try:
            verbs.edit(page_actor(request), row, form.facts, form.cleaned_data["version"] or 0)
        except ValidationError as error:
            _take(form, error)
        except Refused as refused:
            form.add_error(None, str(refused.message))
            status = 409
        except Conflict as conflict:
            form.data = form.data.copy()
            form.data["version"] = str(conflict.current.version)
            words = _("Somebody changed it meanwhile. Nothing was saved; save again if it still holds.")
            form.add_error(None, words)
            status = 409
        else:
            return go_on(request, _url(row), _("Saved."))
    return _form(request, form, row, status)


@require_safe
def community_detail(request, pk: UUID):
    return _detail(request, _found(request, pk))


@require_POST
def community_state(request, pk: UUID):
    """Closed, or open again."""
    row = _found(request, pk, EDIT)
    verb = verbs.close if row.closed_at is None else verbs.reopen
    saved = verb(page_actor(request), row)
    words = _("The community is closed.") if saved.closed_at else _("The community is open again.")
    return go_on(request, _url(row), words)


@require_http_methods(METHODS)
def community_join(request, pk: UUID):
    """A KOL joins, from the page of the community."""
    row = _found(request, pk)
    form = JoinForm(request.POST if request.method == "POST" else None, user=request.user)

    def act(values):
        kol = kol_or_404(request.user, values["kol"].pk, EDIT)
        verbs.join(page_actor(request), row, kol, values["on"])

    return side.answer(
        request,
        None,
        form,
        act,
        title=_("Add a member"),
        note=row.name,
        save=_("Add"),
        done=_("They are in."),
        back=_url(row),
    )


@require_http_methods(METHODS)
def enter(request, pk: UUID):
    """The same from the file ``pk``."""
    kol = kol_or_404(request.user, pk, EDIT)
    form = EnterForm(request.POST if request.method == "POST" else None, kol=kol, user=request.user)
    return side.answer(
        request,
        kol,
        form,
        lambda values: verbs.join(page_actor(request), values["community"], kol, values["on"]),
        title=_("Add to a community"),
        save=_("Add"),
        done=_("They are in."),
        back=_tab(kol),
    )


@require_http_methods(METHODS)
def leave(request, pk: UUID):
    """The membership ``pk`` ends."""
    rows = Member.objects.select_related("kol", "community")
    row = row_or_404(rows, request.user, pk, EDIT, _("You may see this file but not do this."))
    form = LeaveForm(request.POST if request.method == "POST" else None)
    return side.answer(
        request,
        row.kol,
        form,
        lambda values: verbs.leave(page_actor(request), row, values["on"]),
        title=_("They left"),
        note=row.community.name,
        done=_("It is noted that they left."),
        back=_tab(row.kol),
    )


@require_http_methods(METHODS)
def contact(request, pk: UUID):
    """Who is the single contact of the file ``pk``."""
    kol = kol_or_404(request.user, pk, EDIT, Kol.objects.select_related("team"))
    standing = SingleContact.objects.filter(kol=kol, until=None).select_related("user").first()
    data = request.POST if request.method == "POST" else None
    form = ContactForm(data, kol=kol, user=standing.user if standing else None)
    return side.answer(
        request,
        kol,
        form,
        lambda values: verbs.set_contact(page_actor(request), kol, values["user"]),
        title=_("Single contact"),
        note=_("The one colleague who looks after them outside of communities."),
        done=_("Saved."),
        back=_tab(kol),
    )


@require_safe
def of_file(request, pk: UUID):
    """The panel of a file: communities with from–to, the single contact."""
    kol = kol_or_404(request.user, pk)
    rows = Member.objects.filter(kol=kol).select_related("community__host").order_by("-joined_on", "-pk")
    seen = set(Community.objects.visible_to(request.user).values_list("pk", flat=True))
    context = {
        "kol": kol,
        "members": [{"row": row, "seen": row.community_id in seen} for row in rows[:MOST_SHOWN]],
        "contact": SingleContact.objects.filter(kol=kol, until=None).select_related("user").first(),
        "may_edit": may(request.user, kol, EDIT),
    }
    return render(request, "lifecycle/community/of_file.html", context)


def _take(form, error: ValidationError) -> None:
    for name, messages in error.message_dict.items():
        form.add_error(name if name in form.fields else None, messages)


def _found(request, pk: UUID, action: str = VIEW) -> Community:
    rows = Community.objects.select_related("type", "host", "team")
    return row_or_404(rows, request.user, pk, action, REFUSAL)


def _url(row: Community) -> str:
    return reverse("lifecycle:community-detail", args=[row.pk])


def _tab(kol: Kol) -> str:
    return reverse("profiles:kol-cooperation", args=[kol.pk])


def _form(request, form, row: Community | None = None, status: int = 0):
    context = {"form": form, "row": row, "back": _url(row) if row else reverse("lifecycle:community-list")}
    usual = 422 if request.method == "POST" else 200
    return render(request, "lifecycle/community/form.html", context, status=status or usual)


def _detail(request, row: Community):
    day = installation_day(timezone.now())
    members = row.members.select_related("kol__owner").order_by("left_on", "-joined_on", "-pk")
    seen = Kol.objects.visible_to(request.user)
    inside = members.filter(left_on=None)
    shown = list(inside.filter(kol__in=seen)[: MOST_SHOWN + 1])
    number = inside.count()
    edits = set(
        Kol.objects.visible_to(request.user, EDIT)
        .filter(pk__in=[one.kol_id for one in shown])
        .values_list("pk", flat=True)
    )
    context = {
        "row": row,
        "members": [{"row": one, "may_edit": one.kol_id in edits} for one in shown[:MOST_SHOWN]],
        "more": len(shown) > MOST_SHOWN,
        "number": number,
        "hidden": number - inside.filter(kol__in=seen).count(),
        "joined": row.members.filter(joined_on__gt=day - MOVED_IN).count(),
        "left": row.members.filter(left_on__gt=day - MOVED_IN).count(),
        "gone": list(members.filter(kol__in=seen, left_on__isnull=False).order_by("-left_on", "-pk")[:20]),
        "full": row.capacity is not None and number >= row.capacity,
        "may_edit": Community.objects.visible_to(request.user, EDIT).filter(pk=row.pk).exists(),
    }
    return render(request, "lifecycle/community/detail.html", context)
