"""Greetings: the draft beside what helps to write it, sent by mail or by hand, or skipped (DOMAIN 7.3)."""

from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from incentives import greeting_words
from incentives.forms.greeting import ByHandForm, DraftForm, SkipForm, VersionForm
from incentives.models import Gift, Greeting
from incentives.services import greeting as verbs
from kol_crm.core.answers import toast
from kol_crm.core.doors import page_actor
from kol_crm.core.errors import Conflict, Refused
from profiles.models import Channel, LifeEvent, Touch
from profiles.models.querysets import EDIT, VIEW
from profiles.services import contact
from profiles.services.access import may, row_or_404

EARLIER = 3


@require_safe
def detail(request: HttpRequest, pk: UUID):
    """As a page, or as the part beside the queue."""
    return _detail(request, _found(request, pk))


@require_POST
def save(request: HttpRequest, pk: UUID):
    """Keep what was typed as the draft."""
    greeting = _found(request, pk, EDIT)
    form = DraftForm(request.POST, greeting=_found(request, pk, EDIT))
    if not form.is_valid():
        return _detail(request, greeting, form=form, status=422)
    try:
        saved = verbs.edit(page_actor(request), greeting, form.changes(), form.cleaned_data["version"])
    except (Conflict, Refused) as refusal:
        return _refused(request, greeting, form, refusal)
    return toast(_detail(request, saved), _("Draft saved. It waits for you now."))


@require_POST
def send(request: HttpRequest, pk: UUID):
    """Save what was typed and send it by mail; for eight seconds it can be called back."""
    greeting = _found(request, pk, EDIT)
    form = DraftForm(request.POST, greeting=_found(request, pk, EDIT))
    if not form.is_valid():
        return _detail(request, greeting, form=form, status=422)
    actor = page_actor(request)
    try:
        with transaction.atomic():
            saved = verbs.edit(actor, greeting, form.changes(), form.cleaned_data["version"])
            verbs.send_by_mail(actor, saved, saved.version)
    except (Conflict, Refused) as refusal:
        return _refused(request, greeting, form, refusal)
    undo = reverse("incentives:greeting-call-back", args=[pk])
    words = _("The greeting to %(name)s leaves in a few seconds.") % {"name": greeting.kol.name}
    return _settled(request, words, undo)


@require_POST
def call_back(request: HttpRequest, pk: UUID):
    """Undo of sending."""
    try:
        verbs.call_back(page_actor(request), _found(request, pk, EDIT))
    except Refused as refused:
        return toast(HttpResponse(status=409), refused.message, kind="bad")
    return _settled(request, _("Called back: the greeting is a draft again."))


@require_POST
def by_hand(request: HttpRequest, pk: UUID):
    """The operator sent it by WeChat or phone."""
    greeting = _found(request, pk, EDIT)
    form = ByHandForm(request.POST)
    if not form.is_valid():
        return toast(HttpResponse(status=422), _("Choose how you sent it."), kind="bad")
    actor, version = page_actor(request), form.cleaned_data["version"]
    typed = DraftForm(request.POST, greeting=_found(request, pk, EDIT)) if "body" in request.POST else None
    if typed is not None and not typed.is_valid():
        return _detail(request, greeting, form=typed, status=422)
    try:
        with transaction.atomic():
            if typed is not None and typed.has_changed():
                version = verbs.edit(actor, greeting, typed.changes(), version).version
            verbs.mark_by_hand(actor, greeting, form.cleaned_data["channel"], version)
    except (Conflict, Refused) as refusal:
        return _refused(request, greeting, None, refusal)
    return _settled(request, _("Marked as sent by hand."))


@require_POST
def arrived(request: HttpRequest, pk: UUID):
    """The mail that had no reply arrived, says the operator."""
    greeting = _found(request, pk, EDIT)
    form = VersionForm(request.POST)
    if not form.is_valid():
        return toast(HttpResponse(status=422), _("Open the greeting again."), kind="bad")
    try:
        verbs.mark_arrived(page_actor(request), greeting, form.cleaned_data["version"])
    except (Conflict, Refused) as refusal:
        return _refused(request, greeting, None, refusal)
    return _settled(request, _("Noted: it arrived."))


@require_POST
def skip(request: HttpRequest, pk: UUID):
    """Not this year, with a reason."""
    greeting = _found(request, pk, EDIT)
    form = SkipForm(request.POST)
    if not form.is_valid():
        return _detail(request, greeting, skipping=form, status=422)
    try:
        verbs.skip(page_actor(request), greeting, form.cleaned_data["reason"], form.cleaned_data["version"])
    except (Conflict, Refused) as refusal:
        return _refused(request, greeting, None, refusal)
    return _settled(request, _("Skipped this year."))


def _found(request: HttpRequest, pk: UUID, action: str = VIEW) -> Greeting:
    rows = Greeting.objects.select_related("kol__owner", "kol__main_field", "send", "done_by")
    return row_or_404(rows, request.user, pk, action, _("You may see this greeting but not send it."))


def _detail(
    request: HttpRequest, greeting: Greeting, *, status: int = 200, form=None, skipping=None, **context
):
    kol, day = greeting.kol, timezone.localdate()
    is_open = greeting.state in verbs.OPEN
    context |= {
        "greeting": greeting,
        "kol": kol,
        "day": day,
        "why": greeting_words.why(greeting) if is_open else "",
        "is_open": is_open,
        "label": greeting_words.label(greeting),
        "icon": greeting_words.icon(greeting),
        "about": greeting_words.about(greeting),
        "delivery": greeting_words.delivery(greeting),
        "by_itself": greeting_words.goes_by_itself(greeting),
        "uncertain": greeting_words.is_uncertain(greeting),
        "may_edit": is_open and may(request.user, kol, EDIT),
        "form": form or DraftForm(greeting=greeting),
        "skipping": skipping or SkipForm(initial={"version": greeting.version}),
        "text": verbs.text_of(greeting),
        "mail": contact.living_mail(kol),
        "wechat": kol.contacts.filter(channel=Channel.WECHAT, dead_since=None).first(),
        "last_touches": Touch.objects.standing()
        .filter(kol=kol)
        .select_related("user")
        .order_by("-at", "-id")[:2],
        "last_gifts": Gift.objects.filter(kol=kol).given().order_by("-sent_on", "-pk")[:EARLIER],
        "events": LifeEvent.objects.filter(kol=kol, next_on__isnull=False).order_by("-next_on", "-id")[
            :EARLIER
        ],
        "earlier": Greeting.objects.filter(kol=kol, on__lt=greeting.on).order_by("-on")[:EARLIER],
    }
    template = "incentives/greeting/_detail.html" if request.htmx else "incentives/greeting/detail.html"
    return render(request, template, context, status=status)


def _refused(request: HttpRequest, greeting: Greeting, form: DraftForm | None, refusal: Conflict | Refused):
    """Nothing was written: the greeting as it stands, what was typed still in the form, and why."""
    current = _found(request, greeting.pk)
    if form is not None and current.state in verbs.OPEN:
        data = form.data.copy()
        data["version"] = str(current.version)
        form = DraftForm(data, greeting=current)
    words = _("Somebody changed this greeting meanwhile. What you typed is kept: look again, then send.")
    problem = refusal.message if isinstance(refusal, Refused) else words
    return _detail(request, current, form=form, problem=problem, status=409)


def _settled(request: HttpRequest, words: str, undo_url: str = "") -> HttpResponse:
    """Done: Today moves on to its next row; elsewhere it is where one goes."""
    if request.htmx:
        return toast(HttpResponse(status=204), words, undo_url=undo_url)
    return redirect("today")
