"""What a KOL was told of the rules and agreed to: the panel of a file, and writing it down (DOMAIN 5.10)."""

from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from kol_crm.core.answers import go_on, toast
from kol_crm.core.doors import page_actor
from kol_crm.core.errors import Refused
from lifecycle import knowing, letters
from lifecycle.forms.conduct import KnownForm, LinkForm
from lifecycle.models import RuleFact
from lifecycle.services import rule as verbs
from lifecycle.services import rule_link as links
from profiles.models import Kol
from profiles.models.querysets import EDIT
from profiles.services import one_voice, taking_back
from profiles.services.access import kol_or_404, may, row_or_404
from profiles.services.one_voice import SecondVoice

KNOWN = {"tell": verbs.tell, "acknowledge": verbs.acknowledge}


@require_safe
def known(request, pk: UUID):
    """Each rule in force with when, how and by whom it was told and acknowledged.

    A page; for htmx the part beside the queue, with ``panel`` the part inside the file.
    """
    kol = kol_or_404(request.user, pk, queryset=Kol.objects.select_related("owner", "main_field"))
    if not request.htmx:
        return _page(request, kol)
    part = "lifecycle/rule/_known.html" if "panel" in request.GET else "lifecycle/rule/_beside.html"
    return render(request, part, _context(request, kol))


@require_POST
def write(request, pk: UUID, act: str):
    """Told, or agreed, as the operator puts it on record; all rules that are still open."""
    kol = _file(request, pk)
    form = KnownForm(request.POST, now=timezone.now())
    if not form.is_valid():
        return _part(request, kol, 422, **{act: form})
    try:
        KNOWN[act](page_actor(request), kol, form.cleaned_data["channel"], at=form.cleaned_data["at"])
    except ValidationError as error:
        for name, messages in error.message_dict.items():
            form.add_error(name if name in form.fields else None, messages)
        return _part(request, kol, 422, **{act: form})
    except Refused as refused:
        return _refused(request, kol, refused)
    words = (
        _("Their agreement is on record.") if act == "acknowledge" else _("It is on record that they know.")
    )
    return _done(request, kol, words, stays=act == "tell")


@require_POST
def link(request, pk: UUID):
    """A link to copy; its address is shown once, in the answer."""
    kol = _file(request, pk)
    try:
        made = links.make(page_actor(request), kol)
    except Refused as refused:
        return _refused(request, kol, refused)
    return _part(request, kol, address=links.address(made))


@require_POST
def mail(request, pk: UUID):
    """A link by mail, through the outbox."""
    kol = _file(request, pk)
    form = LinkForm(request.POST)
    if not form.is_valid():
        return _part(request, kol, 422, mailing=form)
    try:
        links.mail(page_actor(request), kol, form.cleaned_data["voice_reason"])
    except SecondVoice as refused:
        form.add_error("voice_reason", refused.message)
        return _part(request, kol, 409, mailing=form)
    except Refused as refused:
        return _refused(request, kol, refused)
    words = _("The mail to %(name)s leaves in a few seconds.") % {"name": kol.name}
    return _done(request, kol, words, undo=reverse("lifecycle:rule-call-back", args=[kol.pk]), stays=True)


@require_POST
def call_back(request, pk: UUID):
    """The open link is no longer good; a mail that has not left does not leave."""
    kol = _file(request, pk)
    try:
        links.close(page_actor(request), kol)
    except Refused as refused:
        return _refused(request, kol, refused)
    return _done(request, kol, _("The link is called back."), stays=True)


@require_POST
def take_back(request, pk: UUID):
    """A fact that was written down by mistake."""
    refusal = _("You may see this file but not do this.")
    fact = row_or_404(RuleFact.objects.select_related("kol__owner"), request.user, pk, EDIT, refusal)
    try:
        verbs.take_back(page_actor(request), fact)
    except Refused as refused:
        return _refused(request, fact.kol, refused)
    return _done(request, fact.kol, _("It is taken back."), stays=True)


def _file(request, pk: UUID) -> Kol:
    return kol_or_404(request.user, pk, EDIT, Kol.objects.select_related("owner", "main_field"))


def _context(request, kol: Kol, **more: Any) -> dict[str, Any]:
    now, rows = timezone.now(), knowing.of(kol)
    actor, may_edit = page_actor(request), may(request.user, kol, EDIT)
    reason = letters.why_not(kol)
    voice = one_voice.look(actor, kol) if may_edit and not reason else None
    return {
        "kol": kol,
        "known": rows,
        "lacking": sum(one.acknowledged is None for one in rows),
        "untold": sum(one.told is None for one in rows),
        "may_edit": may_edit,
        "takes_back": {
            fact.pk
            for one in rows
            for fact in (one.told, one.acknowledged)
            if fact is not None and may_edit and _takes_back(actor, fact)
        },
        "link": knowing.open_link(kol, now),
        "why_no_mail": _(reason) if reason else "",
        "asks_voice": bool(voice and voice.other),
        "voice": voice,
        "tell": KnownForm(now=now),
        "acknowledge": KnownForm(now=now),
        "mailing": LinkForm(),
        **more,
    }


def _takes_back(actor, fact: RuleFact) -> bool:
    """By its author for ten minutes, and by managers."""
    if actor.user.is_manager or actor.user.is_admin:
        return True
    return fact.user_id == actor.user.pk and actor.at - fact.written_at <= taking_back.BY_AUTHOR


def _page(request, kol: Kol, status: int = 200, **more: Any) -> HttpResponse:
    return render(request, "lifecycle/rule/known.html", _context(request, kol, **more), status=status)


def _part(request, kol: Kol, status: int = 200, **more: Any) -> HttpResponse:
    if not request.htmx:
        return _page(request, kol, status, **more)
    return render(request, "lifecycle/rule/_known.html", _context(request, kol, **more), status=status)


def _done(request, kol: Kol, words: str, *, undo: str = "", stays: bool = False) -> HttpResponse:
    """The panel as it now stands; on Today the next row follows, unless there is more to do here."""
    page = reverse("lifecycle:rule-known", args=[kol.pk])
    if not request.htmx:
        return go_on(request, page, words, undo_url=undo)
    at_home = request.htmx.current_url_abs_path in (page, reverse("profiles:kol-cooperation", args=[kol.pk]))
    if stays or at_home:
        return toast(_part(request, kol), words, undo_url=undo)
    return toast(HttpResponse(status=204), words, undo_url=undo, kol_changed={})


def _refused(request, kol: Kol, refused: Refused) -> HttpResponse:
    if request.htmx:
        return toast(HttpResponse(status=409), refused.message, kind="bad")
    return _page(request, kol, 409, problem=refused.message)
