"""Contacts, accounts, prices and fields of a file, edited where they stand (UI, screen 3; RELIABILITY 3)."""

from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from kol_crm.core import merging
from kol_crm.core.doors import page_actor
from profiles.forms.listed import OF_ROWS, WHOLE, RowEditor, WholeEditor, editor_of
from profiles.models import Kol
from profiles.services import kol as verbs
from profiles.services import standing
from profiles.verdicts import VerdictCard
from profiles.views import gone
from profiles.views.contact import starred
from profiles.views.in_place import told_beside

Editor = RowEditor | WholeEditor


@require_http_methods(["GET", "HEAD", "POST"])
def listed(request, pk: UUID, name: str):
    """GET the list, with ``?edit=<id>`` or ``new`` the row's input; POST saves that one row."""
    if name not in (*OF_ROWS, WHOLE):
        raise Http404
    kol = gone.kol_to_edit(request, pk, Kol.objects.select_related("owner"))
    if request.method == "POST":
        key = request.POST.get(f"{name}.0.id") or "new"
        return _save(request, kol, editor_of(kol, name, key, request.POST))
    if "edit" in request.GET:
        return _input(request, editor_of(kol, name, request.GET["edit"]))
    return _list(request, kol, name)


def _save(request, kol: Kol, editor: Editor):
    if not editor.is_valid():
        return _input(request, editor, status=422)
    if lost := gone.words(kol):
        editor.errors.append(lost)
        return _input(request, editor, status=409)
    actor = page_actor(request)
    try:
        saved = merging.save(
            editor, lambda editor: verbs.edit(actor, kol, {}, editor.base_version, **editor.lists())
        )
    except ValidationError as error:
        editor.take(error.message_dict)
        return _input(request, editor, status=422)
    except merging.Unmerged as unmerged:
        return _input(request, unmerged.editor, status=409)
    answer = _list(request, saved.row, editor.name)
    answer["HX-Retarget"], answer["HX-Reswap"] = f"#list-{editor.name}", "outerHTML"
    return told_beside(answer, saved, request.user)


def _list(request, kol: Kol, name: str):
    kol.may_edit = True
    context = {"kol": kol, "is_own": kol.owner_id == request.user.pk, "day": timezone.localdate()}
    return render(request, f"profiles/kol/_{name}.html", context | rows_of(kol, name, timezone.localdate()))


def rows_of(kol: Kol, name: str, day) -> dict:
    """What the list's template shows."""
    if name == "contacts":
        return {"contacts": starred(kol.contacts.all())}
    if name == "accounts":
        accounts = list(kol.accounts.all())
        age_accounts(accounts, VerdictCard(kol, standing.explain(kol, day), day), day)
        return {"accounts": accounts}
    if name == "quotes":
        return {"quotes": list(kol.quotes.all())}
    return {"kol_fields": list(kol.kol_fields.select_related("field"))}


def age_accounts(accounts, card: VerdictCard, day) -> None:
    """How old each account's figure is, and whether that is too old."""
    for account in accounts:
        account.age = None if account.followers_on is None else (day - account.followers_on).days
        account.is_stale = card.is_stale(account)


def _input(request, editor: Editor, *, status: int = 200):
    context = {"kol": editor.kol, "editor": editor}
    part = "_whole_input" if editor.name == WHOLE else "_row_input"
    return render(request, f"profiles/kol/{part}.html", context, status=status)
