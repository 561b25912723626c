"""Attachments of a file: the list on its page, upload, download, removal with undo."""

from uuid import UUID

import django_filters as filters
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from kol_crm.core import handing_out, lists, policy
from kol_crm.core.answers import go_on, toast
from kol_crm.core.doors import page_actor
from kol_crm.core.filters import AnyOf, FilterSet
from kol_crm.core.lists import Column, ListSpec, render_list
from kol_crm.core.paging import Sort
from profiles.models import Attachment, AttachmentKind, Kol
from profiles.models.querysets import EDIT
from profiles.services import access
from profiles.services import attachment as verbs

MOST_AT_ONCE = 20


class AttachmentFilter(FilterSet):
    kol = filters.UUIDFilter(field_name="kol", label="KOL")
    kind = AnyOf(choices=AttachmentKind, label=gettext_lazy("Kind"))


ATTACHMENTS = lists.register(
    ListSpec(
        name="attachments",
        rows=lambda user: Attachment.objects.visible_to(user).standing(),
        prepare=lambda rows: rows.for_list(),
        filterset=AttachmentFilter,
        sorts=(Sort("at", "at", gettext_lazy("When"), descending_first=True),),
        default_sort="-at",
        template="profiles/attachment/page.html",
        rows_template="profiles/attachment/_rows.html",
        panel_template="profiles/attachment/_panel.html",
        columns=(
            Column("name", gettext_lazy("File"), css="col-fields"),
            Column("kol", "KOL", css="col-kol"),
            Column("by", gettext_lazy("By"), css="col-owner"),
            Column("at", gettext_lazy("When"), sort="at", css="col-due"),
            Column("size", gettext_lazy("Size"), css="col-level", right=True),
        ),
    )
)


@require_safe
def attachment_list(request):
    """What is on record with the files one may see; ``?kol=`` is the part inside a file's page."""
    return render_list(request, ATTACHMENTS, lambda listing: _context(request, listing))


def _context(request, listing, **more) -> dict:
    kol_id = listing.filterset.active.get("kol")
    kol = Kol.objects.visible_to(request.user).filter(pk=kol_id).first() if kol_id else None
    may_edit = kol is not None and access.may(request.user, kol, EDIT)
    return {"kol": kol, "may_edit": may_edit, "largest": policy.current().get(verbs.LARGEST), **more}


@require_POST
def upload(request, pk: UUID):
    """Put files on record; of several, the good ones stay and each refused one says why."""
    kol = access.kol_or_404(request.user, pk, EDIT)
    files = request.FILES.getlist("file")
    refused = [] if files else [{"name": "", "words": _("Choose a file.")}]
    if len(files) > MOST_AT_ONCE:
        words = _("At most %(n)d files at once: send the others after these.") % {"n": MOST_AT_ONCE}
        refused += [{"name": file.name, "words": words} for file in files[MOST_AT_ONCE:]]
    rules = policy.current()
    added = 0
    for file in files[:MOST_AT_ONCE]:
        try:
            verbs.demand_size(file.size, rules)
            verbs.add(page_actor(request), kol, file.name, file.read())
            added += 1
        except ValidationError as error:
            refused.append({"name": file.name, "words": " ".join(error.messages)})
    if not request.htmx:
        words = " ".join(f"{one['name']}: {one['words']}" for one in refused) or _("The file is on record.")
        return go_on(request, reverse("profiles:kol-detail", args=[kol.pk]), words, error=bool(refused))
    answer = _part(request, kol, refused=refused)
    answer.status_code = 422 if refused else 200
    if added:
        answer["HX-Trigger"] = "kol-changed"
    return answer


@require_safe
def download(request, pk: UUID, attachment: UUID):
    return handing_out.download(_standing(request, pk, attachment).file)


@require_safe
def thumbnail(request, pk: UUID, attachment: UUID):
    row = _standing(request, pk, attachment)
    if row.thumbnail is None:
        raise Http404
    return handing_out.thumbnail(row.thumbnail)


@require_POST
def remove(request, pk: UUID, attachment: UUID):
    """Off the file; the toast puts it back."""
    kol = access.kol_or_404(request.user, pk, EDIT)
    row = _row(kol, attachment)
    verbs.remove(page_actor(request), row)
    undo = reverse("profiles:attachment-restore", args=[kol.pk, row.pk])
    return _said(request, kol, _("%(name)s is removed.") % {"name": row.file.name}, undo)


@require_POST
def restore(request, pk: UUID, attachment: UUID):
    kol = access.kol_or_404(request.user, pk, EDIT)
    row = _row(kol, attachment)
    verbs.restore(page_actor(request), row)
    return _said(request, kol, _("%(name)s is back.") % {"name": row.file.name})


def _standing(request, pk: UUID, attachment: UUID) -> Attachment:
    """One that the reader may see. Raises ``Http404``."""
    rows = Attachment.objects.visible_to(request.user).standing().select_related("file", "thumbnail")
    row = rows.filter(kol=pk, pk=attachment).first()
    if row is None:
        raise Http404
    return row


def _row(kol: Kol, attachment: UUID) -> Attachment:
    row = Attachment.objects.filter(kol=kol, pk=attachment).select_related("kol", "file").first()
    if row is None:
        raise Http404
    return row


def _said(request, kol: Kol, words: str, undo: str = ""):
    if not request.htmx:
        return go_on(request, reverse("profiles:kol-detail", args=[kol.pk]), words, undo_url=undo)
    return toast(HttpResponse(status=204), words, undo_url=undo, attachments_changed={}, kol_changed={})


def _part(request, kol: Kol, **more):
    params = request.GET.copy()
    params["kol"] = str(kol.pk)
    path = reverse("profiles:attachment-list")
    listing = lists.read(ATTACHMENTS, params, request.user, page_actor(request).at, path=path)
    context = {"listing": listing, **_context(request, listing, **more)}
    return render(request, "profiles/attachment/_panel.html", context)
