"""Privileges: who holds which, granting and withdrawing; their kinds in Settings (DOMAIN 5.8)."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kol_crm.core import lists, rights, trail
from kol_crm.core.doors import page_actor
from kol_crm.core.errors import Conflict
from lifecycle.forms.privilege import GrantForm, KindForm, RetireForm, WithdrawForm
from lifecycle.models import Privilege, PrivilegeKind
from lifecycle.privilege_lists import PRIVILEGE_STATES, PRIVILEGES
from lifecycle.services import privilege as verbs
from lifecycle.views import chips
from profiles.models import Kol
from profiles.models.querysets import EDIT
from profiles.services.access import kol_or_404, row_or_404
from profiles.views import side

REFUSAL = gettext_lazy("You may see this file but not do this.")
METHODS = ["GET", "HEAD", "POST"]


@require_safe
def privilege_list(request):
    return lists.render_list(request, PRIVILEGES, lambda listing: _list_context(request, listing))


def _list_context(request, listing) -> dict:
    kol = listing.params.get("kol", "")
    kinds = [] if kol else list(PrivilegeKind.objects.all())
    return {
        "editable": _editable(request, listing.rows),
        "states": chips.single(listing, "state", PRIVILEGE_STATES),
        "kinds": chips.single(listing, "kind", [(str(row.pk), row.name) for row in kinds]),
    }


def _editable(request, rows) -> set[UUID]:
    files = Kol.objects.visible_to(request.user, EDIT).filter(pk__in=[row.kol_id for row in rows])
    return set(files.values_list("pk", flat=True))


@require_http_methods(METHODS)
def grant(request, pk: UUID):
    """To the KOL of the file ``pk``."""
    kol = kol_or_404(request.user, pk, EDIT)
    form = GrantForm(request.POST if request.method == "POST" else None, kol=kol)
    return side.answer(
        request,
        kol,
        form,
        lambda values: verbs.grant(page_actor(request), kol, values["kind"], values["note"]),
        title=_("Grant a privilege"),
        save=_("Grant"),
        done=_("It is granted."),
        back=_tab(kol),
    )


@require_http_methods(METHODS)
def withdraw(request, pk: UUID):
    """The privilege ``pk``, by hand."""
    row = row_or_404(Privilege.objects.select_related("kol", "kind"), request.user, pk, EDIT, REFUSAL)
    return side.answer(
        request,
        row.kol,
        WithdrawForm(request.POST if request.method == "POST" else None, initial={"version": row.version}),
        lambda values: verbs.withdraw(page_actor(request), row, **values),
        title=_("Withdraw a privilege"),
        note=row.kind.name,
        save=_("Withdraw"),
        done=_("It is withdrawn."),
        back=_tab(row.kol),
    )


def _tab(kol: Kol) -> str:
    return reverse("profiles:kol-cooperation", args=[kol.pk])


@require_safe
def kind_list(request):
    """All of staff read the kinds; who edits policy makes them."""
    kinds = list(PrivilegeKind.objects.all())
    context = {
        "offered": [kind for kind in kinds if not kind.retired],
        "retired": [kind for kind in kinds if kind.retired],
        "may_edit": rights.edits_policy(request.user),
    }
    return render(request, "lifecycle/privilege/kinds.html", context)


@require_http_methods(METHODS)
def kind_create(request):
    rights.demand(request.user, rights.edits_policy)
    form = KindForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            verbs.create_kind(page_actor(request), form.facts)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("It can be granted from now on."))
            return redirect("lifecycle:privilege-kind-list")
    return _form(request, form)


@require_http_methods(METHODS)
def kind_edit(request, pk: UUID):
    rights.demand(request.user, rights.edits_policy)
    kind = _kind(pk)
    form = KindForm(request.POST if request.method == "POST" else None, kind=kind)
    status = 0
    if request.method == "POST" and form.is_valid():
        try:
            verbs.edit_kind(page_actor(request), kind, form.facts, form.cleaned_data["version"])
        except ValidationError as error:
            form.add_error(None, error)
        except Conflict as conflict:
            form.on_top_of(conflict.current)
            status = 409
        else:
            messages.success(request, _("Saved."))
            return redirect("lifecycle:privilege-kind-list")
    return _form(request, form, kind, status)


@require_POST
def kind_retire(request, pk: UUID):
    """No longer granted, or granted again, as the page showed it; who holds it keeps it."""
    rights.demand(request.user, rights.edits_policy)
    kind = _kind(pk)
    form = RetireForm(request.POST)
    if not form.is_valid():
        return _form(request, KindForm(kind=kind), kind, 422)
    change, version = {"retired": not kind.retired}, form.cleaned_data["version"]
    try:
        saved = verbs.edit_kind(page_actor(request), kind, change, version)
    except Conflict as conflict:
        messages.error(request, _("Somebody changed it meanwhile. This is how it stands now."))
        return _form(request, KindForm(kind=conflict.current), conflict.current, 409)
    words = _("It is no longer granted.") if saved.retired else _("It can be granted again.")
    messages.success(request, words)
    return redirect("lifecycle:privilege-kind-list")


def _kind(pk: UUID) -> PrivilegeKind:
    kind = PrivilegeKind.objects.filter(pk=pk).first()
    if kind is None:
        raise Http404
    return kind


def _form(request, form: KindForm, kind: PrivilegeKind | None = None, status: int = 0):
    context = {
        "form": form,
        "kind": kind,
        "holders": kind.privileges.filter(withdrawn_at=None).count() if kind else 0,
        "changes": trail.of(kind) if kind else [],
    }
    usual = 422 if request.method == "POST" else 200
    return render(request, "lifecycle/privilege/kind.html", context, status=status or usual)
