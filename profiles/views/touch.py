"""Touches: logging one, and taking it back (DOMAIN 3.10, 3.12)."""

from datetime import date
from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from kol_crm.core import policy, wording
from kol_crm.core.answers import go_on, toast
from kol_crm.core.doors import page_actor
from kol_crm.core.errors import Refused
from profiles import facts
from profiles.forms.touch import TouchForm
from profiles.models import Kol, Touch
from profiles.models.querysets import EDIT, TOUCH
from profiles.services import access, one_voice, touched
from profiles.services import touch as verbs
from profiles.services.access import kol_or_404
from profiles.services.one_voice import SecondVoice
from profiles.views.contact import starred

LATEST = 3
ON_TODAY = "today"


@require_safe
def form(request, pk: UUID):
    """The part that Today shows for staying in touch: the composer beside what helps to begin."""
    kol = _kol(request, pk)
    return render(
        request, "profiles/touch/today.html", _context(request, kol, TouchForm(now=timezone.now()), ON_TODAY)
    )


@require_POST
def log(request, pk: UUID):
    """Write a touch down. Errors come back with what was typed; else the composer is empty again."""
    kol = _kol(request, pk)
    place = ON_TODAY if request.POST.get("place") == ON_TODAY else ""
    form = TouchForm(request.POST, now=timezone.now())
    if not form.is_valid():
        return _again(request, kol, form, place)
    try:
        touch = touched.log(page_actor(request), kol, form.touch(), form.note())
    except SecondVoice as refused:
        form.add_error("voice_reason", refused.message)
        return _again(request, kol, form, place, status=409)
    except ValidationError as error:
        for name, messages in error.message_dict.items():
            form.add_error(name if name in form.fields else None, messages)
        return _again(request, kol, form, place)
    kol.refresh_from_db()
    undo = reverse("profiles:touch-take-back", args=[kol.pk, touch.pk])
    if not request.htmx:
        return go_on(request, reverse("profiles:kol-detail", args=[kol.pk]), _said(kol), undo_url=undo)
    if place == ON_TODAY:
        return toast(HttpResponse(status=204), _said(kol), undo_url=undo)
    answer = render(
        request, "profiles/touch/_composer.html", _context(request, kol, TouchForm(now=timezone.now()))
    )
    return toast(answer, _said(kol), undo_url=undo, kol_changed={})


@require_safe
def voice(request, pk: UUID):
    """Who of us was in contact last, with the line for the reason where one is asked (DOMAIN 4.9)."""
    kol = _kol(request, pk)
    context = {"voice": one_voice.look(page_actor(request), kol)}
    context["field"] = TouchForm(now=timezone.now())["voice_reason"]
    return render(request, "profiles/touch/_voice.html", context)


@require_POST
def take_back(request, pk: UUID, touch: UUID):
    """By its author within ten minutes, or by a manager."""
    kol = _kol(request, pk)
    row = Touch.objects.filter(kol=kol, pk=touch).first()
    if row is None:
        raise Http404
    try:
        verbs.take_back(page_actor(request), row)
    except Refused as refused:
        return toast(HttpResponse(status=409), refused.message, kind="bad")
    if not request.htmx:
        return go_on(request, reverse("profiles:kol-detail", args=[kol.pk]), _("The touch is taken back."))
    return toast(HttpResponse(status=204), _("The touch is taken back."), kol_changed={})


def _kol(request, pk: UUID) -> Kol:
    return kol_or_404(request.user, pk, TOUCH, Kol.objects.select_related("owner"))


def _said(kol: Kol) -> str:
    if not kol.touch_due:
        return _("Touch logged.")
    day = wording.day_words(kol.touch_due, "plain", timezone.localdate(), wording.babel_locale())
    return _("Touch logged. Next one by %(day)s.") % {"day": day}


def _again(request, kol: Kol, form: TouchForm, place: str, status: int = 422):
    context = _context(request, kol, form, place)
    return render(request, "profiles/touch/_composer.html", context, status=status)


def _context(request, kol: Kol, form: TouchForm, place: str = "") -> dict:
    context = {"kol": kol, "form": form, "place": place, "next_touch": next_touch(kol, policy.current())}
    if form.is_bound:
        context["voice"] = one_voice.look(page_actor(request), kol)
    context["may_note"] = access.may(request.user, kol, EDIT)
    if place == ON_TODAY and not form.is_bound:
        now = timezone.localtime()
        context |= {
            "latest": list(Touch.objects.filter(kol=kol).standing().order_by("-at", "-id")[:LATEST]),
            "contacts": starred(kol.contacts.all()),
            "rows": [row for row in facts.group(kol, "", facts.PERSONAL, now).rows if row.shown],
            "may_edit": kol.owner_id == request.user.pk,
            "day": now.date(),
        }
    return context


def next_touch(kol: Kol, rules: policy.Policy) -> date | None:
    """When the next touch would be due after one today."""
    return verbs.due_after(kol, timezone.localdate(), rules)
