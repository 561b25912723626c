"""Contact data: shown on request and on record; who saw it (DOMAIN 2.3)."""

from collections import Counter
from collections.abc import Iterable
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from kol_crm.core.answers import toast
from kol_crm.core.doors import page_actor
from kol_crm.core.errors import Refused
from kol_crm.core.models import Disclosure
from profiles import changes
from profiles.models import Channel, ContactPoint, Kol
from profiles.models.querysets import EDIT
from profiles.services import contact as verbs
from profiles.services import sharing
from profiles.services.access import kol_or_404

SHOWN = 100
ORDER = (Channel.WECHAT, Channel.PHONE, Channel.MAIL, Channel.ADDRESS)


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("Why do you need it?"), max_length=500, required=False)


@require_http_methods(["GET", "POST"])
def reveal(request, pk: UUID, contact: UUID):
    """POST shows the value; on another's file GET asks for the reason first."""
    kol = kol_or_404(request.user, pk, EDIT)
    row = ContactPoint.objects.filter(kol=kol, pk=contact).first()
    if row is None:
        raise Http404
    own = kol.owner_id == request.user.pk
    if request.method == "GET":
        return _part(request, kol, row, "_reveal_reason", form=ReasonForm())
    form = ReasonForm(request.POST)
    form.is_valid()
    try:
        value = verbs.reveal(page_actor(request), row, own=own, reason=form.cleaned_data.get("reason", ""))
    except ValidationError as error:
        form.add_error(None, error)
        return _part(request, kol, row, "_reveal_reason", status=422, form=form)
    except Refused as refused:
        answer = _part(request, kol, row, "_contact", status=429, problem=refused.message)
        return toast(answer, refused.message, kind="bad")
    return _part(request, kol, row, "_contact", value=value)


@require_safe
def shared(request, pk: UUID, contact: UUID):
    """Who else has this contact: the files and agencies that the reader sees, the rest as a number."""
    kol = kol_or_404(request.user, pk)
    row = ContactPoint.objects.filter(kol=kol, pk=contact).first()
    if row is None:
        raise Http404
    context = {"kol": kol, "contact": row, "holders": sharing.holders(request.user, row)}
    return render(request, "profiles/contact/_shared.html", context)


@require_safe
def disclosures(request, pk: UUID):
    """Who saw contact data of this file, newest first."""
    kol = kol_or_404(request.user, pk, EDIT)
    rows = (
        Disclosure.objects.filter(subject__in=changes.roots_of(kol))
        .select_related("user")
        .order_by("-at", "-pk")[:SHOWN]
    )
    channels = dict(Channel.choices)
    found = [{"row": row, "what": channels.get(row.detail, row.detail)} for row in rows]
    template = "profiles/contact/_disclosures.html" if request.htmx else "profiles/contact/disclosures.html"
    return render(request, template, {"kol": kol, "rows": found})


def starred(contacts: Iterable[ContactPoint]) -> list[ContactPoint]:
    """In the order in which one writes to people; a star on the preferred of several."""
    found = sorted(contacts, key=lambda contact: ORDER.index(contact.channel))
    of_channel = Counter(contact.channel for contact in found)
    for contact in found:
        contact.is_starred = contact.preferred and of_channel[contact.channel] > 1
    return found


def _part(request, kol: Kol, row: ContactPoint, name: str, *, status: int = 200, **context):
    context |= {"kol": kol, "contact": row, "is_own": kol.owner_id == request.user.pk, "may_edit": True}
    return render(request, f"profiles/contact/{name}.html", context, status=status)
