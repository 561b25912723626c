"""Outreach: who is written to, one person with the ladder, attempts in two clicks (DOMAIN 4.8, 4.9)."""

from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kol_crm.core import lists
from kol_crm.core.answers import go_on, toast
from kol_crm.core.doors import page_actor
from kol_crm.core.errors import Refused
from lifecycle import attempts, first_words, letters, next_step, ways
from lifecycle.days import installation_day
from lifecycle.due import why_attempt
from lifecycle.forms.outreach import AttemptForm, HeardForm, MailForm, StartForm, StopForm
from lifecycle.models import LADDER, WORK, Attempt, Candidate, Outreach, Result
from lifecycle.next_step import Next
from lifecycle.outreach_list import OUTREACHES
from lifecycle.services import outreach as verbs
from lifecycle.services import outreach_mail
from profiles.models import TouchChannel
from profiles.models.querysets import EDIT, TOUCH, VIEW
from profiles.services import no_go, one_voice
from profiles.services.access import may, row_or_404
from profiles.services.one_voice import SecondVoice
from profiles.views import side

REFUSAL = gettext_noop("You may see this but not write to them.")
BUTTONS = (Result.NO_ANSWER, Result.READ, Result.ANSWERED, Result.WRONG)


@require_safe
def outreach_list(request):
    return lists.render_list(request, OUTREACHES, _list_context)


def _list_context(listing) -> dict:
    shown = attempts.shown_of([row.pk for row in listing.rows])
    for row in listing.rows:
        row.strip = attempts.strip(row, shown[row.pk])
    chosen = set(listing.params.getlist("state"))
    mine = listing.params.getlist("owner") == ["me"]
    return {
        "day": timezone.localdate(),
        "states": [
            {
                "label": label,
                "url": listing.url(state=None if value in chosen else value),
                "on": value in chosen,
            }
            for value, label in Outreach.State.choices
        ],
        "mine_url": listing.url(owner=None if mine else "me"),
        "is_mine": mine,
    }


@require_http_methods(["GET", "HEAD", "POST"])
def start(request, pk: UUID):
    """Begin to write to a candidate; the last contact and what stands against it are told first."""
    rows = Candidate.objects.select_related("kol__owner", "programme")
    candidate = row_or_404(rows, request.user, pk, WORK, _(REFUSAL))
    actor = page_actor(request)
    voice = one_voice.look(actor, candidate.kol)
    told = [one.words for one in no_go.tell_of(actor, candidate.kol)]
    form = StartForm(request.POST if request.method == "POST" else None)
    if not (voice and voice.other) and request.method != "POST":
        del form.fields["voice_reason"]

    def act(values):
        try:
            return verbs.start(actor, candidate, values.get("voice_reason", ""))
        except SecondVoice as refused:
            raise ValidationError({"voice_reason": refused.message}) from refused

    return side.answer(
        request,
        candidate.kol,
        form,
        act,
        title=_("Start outreach"),
        save=_("Start"),
        note=". ".join([*([voice.words] if voice else []), *told]),
        done=_("The first attempt is due today."),
        back=reverse("lifecycle:programme-detail", args=[candidate.programme_id]),
        onward=lambda made: reverse("lifecycle:outreach-detail", args=[made.pk]),
    )


@require_safe
def detail(request, pk: UUID):
    """As a page, or as the part beside the queue."""
    return _detail(request, _found(request, pk))


@require_POST
def attempt(request, pk: UUID):
    """An attempt with its result: choose the row, press the result."""
    row = _found(request, pk, TOUCH)
    form = AttemptForm(request.POST)
    if not form.is_valid():
        return _detail(request, row, form=form, status=422)
    values = form.cleaned_data
    try:
        made = verbs.attempt(
            page_actor(request),
            row,
            values["channel"],
            values["result"],
            text=values["text"],
            voice_reason=values["voice_reason"],
            no=form.no,
        )
    except SecondVoice as refused:
        form.add_error("voice_reason", refused.message)
        return _detail(request, row, form=form, status=409)
    except ValidationError as error:
        _take(form, error)
        return _detail(request, row, form=form, status=422)
    except Refused as refused:
        return _detail(request, _found(request, pk), problem=refused.message, status=409)
    undo = reverse("profiles:touch-take-back", args=[row.kol_id, made.touch_id])
    return _settled(request, row, _logged(_found(request, pk)), undo)


@require_POST
def heard(request, pk: UUID, attempt: UUID):
    """What came of an attempt later."""
    row = _found(request, pk, TOUCH)
    made = Attempt.objects.made().filter(outreach=row, pk=attempt).select_related("outreach__kol").first()
    if made is None:
        raise Http404
    form = HeardForm(request.POST, prefix=f"heard-{made.pk}")
    if not form.is_valid():
        return _detail(request, row, hearing=(made.pk, form), status=422)
    values = form.cleaned_data
    try:
        verbs.heard(page_actor(request), made, values["result"], text=values["text"], no=form.no)
    except ValidationError as error:
        _take(form, error)
        return _detail(request, row, hearing=(made.pk, form), status=422)
    except Refused as refused:
        return _detail(request, _found(request, pk), problem=refused.message, status=409)
    return _settled(request, row, _logged(_found(request, pk)))


@require_POST
def mail(request, pk: UUID):
    """Into the outbox; for eight seconds it can be called back."""
    row = _found(request, pk, EDIT)
    form = MailForm(request.POST, prefix="mail")
    if not form.is_valid():
        return _detail(request, row, mailing=form, status=422)
    values = form.cleaned_data
    try:
        outreach_mail.write(
            page_actor(request), row, values["subject"], values["body"], values["voice_reason"]
        )
    except SecondVoice as refused:
        form.add_error("voice_reason", refused.message)
        return _detail(request, row, mailing=form, status=409)
    except Refused as refused:
        return _detail(request, _found(request, pk), mailing=form, problem=refused.message, status=409)
    undo = reverse("lifecycle:outreach-call-back", args=[pk])
    words = _("The mail to %(name)s leaves in a few seconds.") % {"name": row.kol.name}
    return _settled(request, row, words, undo)


@require_POST
def call_back(request, pk: UUID):
    """Undo of mailing."""
    row = _found(request, pk, EDIT)
    waiting = outreach_mail.waiting(row)
    try:
        if waiting is None:
            raise Refused("too_late", _("It has left already."))
        outreach_mail.call_back(page_actor(request), waiting)
    except Refused as refused:
        return _problem(request, row, refused)
    return _settled(request, row, _("Called back: nothing was sent."))


@require_POST
def unreachable(request, pk: UUID):
    """Every known channel was tried twice."""
    row = _found(request, pk, TOUCH)
    try:
        verbs.mark_unreachable(page_actor(request), row)
    except Refused as refused:
        return _problem(request, row, refused)
    return _settled(request, row, _("Closed: unreachable."))


@require_POST
def stop(request, pk: UUID):
    """For now nobody writes to them."""
    row = _found(request, pk, TOUCH)
    form = StopForm(request.POST, prefix="stop")
    if not form.is_valid():
        return _detail(request, row, stopping=form, status=422)
    try:
        verbs.stop(page_actor(request), row, form.cleaned_data["why"])
    except Refused as refused:
        return _problem(request, row, refused)
    return _settled(request, row, _("The outreach is stopped."))


def _found(request, pk: UUID, action: str = VIEW) -> Outreach:
    rows = Outreach.objects.select_related(
        "kol__owner", "kol__main_field", "kol__agency", "kol__team", "author", "candidate__programme"
    )
    return row_or_404(rows, request.user, pk, action, _(REFUSAL))


def _logged(row: Outreach) -> str:
    if not row.is_live:
        return str(row.get_state_display())
    if not row.next_channel:
        return _("Logged. Every known channel was tried.")
    return _("Logged. Next: %(channel)s.") % {"channel": row.get_next_channel_display()}


def _take(form, error: ValidationError) -> None:
    for name, messages in error.message_dict.items():
        form.add_error(name if name in form.fields else None, messages)


def _problem(request, row: Outreach, refused: Refused) -> HttpResponse:
    if request.htmx:
        return toast(HttpResponse(status=409), refused.message, kind="bad")
    return _detail(request, _found(request, row.pk), problem=refused.message, status=409)


def _settled(request: HttpRequest, row: Outreach, words: str, undo_url: str = "") -> HttpResponse:
    """Done: Today moves on to its next row; on its own page the outreach shows how it stands."""
    page = reverse("lifecycle:outreach-detail", args=[row.pk])
    if request.htmx and request.htmx.current_url_abs_path != page:
        return toast(HttpResponse(status=204), words, undo_url=undo_url, kol_changed={})
    if request.htmx:
        return go_on(request, page, words, undo_url=undo_url)
    return redirect(page)


def _detail(
    request, row: Outreach, *, form=None, hearing=None, mailing=None, stopping=None, problem="", status=200
):
    actor, kol = page_actor(request), row.kol
    day = installation_day(actor.at)
    shown = attempts.shown_of([row.pk])[row.pk]
    words = first_words.of(row, request.user)
    may_mail = row.is_live and may(request.user, kol, EDIT) and not letters.why_not(kol)
    context = {
        "outreach": row,
        "kol": kol,
        "day": timezone.localdate(),
        "why": why_attempt(row) if row.is_live else "",
        "strip": attempts.strip(row, shown),
        "shown": [
            {"one": one, "form": _hearing(one.attempt, hearing) if row.is_live else None} for one in shown
        ],
        "may_touch": row.is_live and may(request.user, kol, TOUCH),
        "may_mail": may_mail,
        "form": form or AttemptForm(initial={"channel": _channel_asked(request, row)}),
        "onward": _onward(row),
        "buttons": [(result.value, result.label) for result in BUTTONS],
        "mailing": mailing or MailForm(initial=words.get("mail"), prefix="mail"),
        "stopping": stopping or StopForm(prefix="stop"),
        "on_its_way": outreach_mail.waiting(row),
        "voice": one_voice.look(actor, kol),
        "no_gos": no_go.tell_of(actor, kol),
        "warm": ways.warm(kol, request.user, day),
        "words": words,
        "text": words.get(row.next_channel or "platform", {}).get("body", ""),
        "left": verbs.left_to_try(kol, verbs.tried_of([row.pk]).get(row.pk, []), day) if row.is_live else [],
        "problem": problem,
    }
    template = "lifecycle/outreach/_detail.html" if request.htmx else "lifecycle/outreach/detail.html"
    return render(request, template, context, status=status)


def _channel_asked(request, row: Outreach) -> str:
    asked = request.GET.get("channel", "")
    return asked if asked in LADDER else row.next_channel or TouchChannel.PLATFORM.value


def _onward(row: Outreach) -> Next | None:
    """Where an answer leads: talks end in a plan."""
    if row.is_live or row.state != Outreach.State.ANSWERED or row.candidate.outcome:
        return None
    plan = next_step.plans_of([row.kol_id]).get(row.kol_id)
    return next_step.lead_on(row.candidate, None, plan, installation_day(timezone.now()))


def _hearing(made: Attempt, hearing) -> HeardForm:
    if hearing is not None and hearing[0] == made.pk:
        return hearing[1]
    return HeardForm(prefix=f"heard-{made.pk}")
