"""Moving a KOL: the gate's panel, the move, its undo (DOMAIN 5.1–5.3)."""

from urllib.parse import urlsplit
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from kol_crm.core.answers import go_on, toast
from kol_crm.core.doors import page_actor
from kol_crm.core.errors import Conflict, Refused
from lifecycle import stage_words
from lifecycle.board import Board, Tally
from lifecycle.days import installation_day
from lifecycle.forms.move import MoveForm
from lifecycle.look_again import look_again_default
from lifecycle.models import Move
from lifecycle.services import gate as gates
from lifecycle.services import stage, steps
from profiles.models import Kol, Stage
from profiles.models.querysets import EDIT
from profiles.services.access import kol_or_404

BESIDE = ("lifecycle:programme-list", "lifecycle:cooperation-list")
PLACES = (*steps.ORDER, Stage.DEPARTED)


@require_http_methods(["GET", "HEAD", "POST"])
def move(request: HttpRequest, pk: UUID):
    """GET shows where the KOL may go, with ``?to=`` the gate of that step; POST moves."""
    kol = kol_or_404(request.user, pk, EDIT, Kol.objects.select_related("owner", "main_field"))
    if request.method == "POST":
        return _post(request, kol)
    to_stage = request.GET.get("to", "")
    if to_stage and to_stage not in Stage.values:
        raise Http404
    day = installation_day(timezone.now())
    look_again = look_again_default(day) if to_stage == Stage.DEPARTED else None
    form = MoveForm(to_stage=to_stage, version=kol.version, look_again_on=look_again)
    return _panel(request, kol, to_stage, form)


@require_POST
def undo(request: HttpRequest, pk: UUID):
    """Take a move back; the toast after a move leads here."""
    row = Move.objects.filter(kol__in=Kol.objects.visible_to(request.user)).filter(pk=pk).first()
    if row is None:
        raise Http404
    try:
        stage.undo(page_actor(request), row)
    except Refused as refused:
        return toast(HttpResponse(status=409), refused.message, kind="bad")
    kol = Kol.objects.select_related("owner", "main_field").get(pk=row.kol_id)
    words = _("%(name)s is back in %(stage)s.") % {"name": kol.name, "stage": kol.get_stage_display()}
    return _moved(request, kol, row.to_stage, words)


def _post(request: HttpRequest, kol: Kol):
    to_stage = request.POST.get("to_stage", "")
    form = MoveForm(request.POST, to_stage=to_stage, version=kol.version)
    if not form.is_valid():
        return _panel(request, kol, to_stage, form, status=422)
    values = form.cleaned_data
    try:
        row = stage.move(page_actor(request), kol, **values)
    except ValidationError as error:
        form.add_error(None, error)
        return _panel(request, kol, to_stage, form, status=422)
    except Refused as refused:
        form.refuse(refused)
        return _panel(request, kol, to_stage, form, status=409)
    except Conflict as conflict:
        fresh = form.on_version(conflict.current.version)
        changed = [field.verbose_name for field in Kol._meta.fields if field.name in conflict.changed]
        return _panel(request, conflict.current, to_stage, fresh, status=409, conflict=True, changed=changed)
    before = kol.stage
    kol = Kol.objects.select_related("owner", "main_field").get(pk=kol.pk)
    words = _("%(name)s moved to %(stage)s.") % {"name": kol.name, "stage": kol.get_stage_display()}
    return _moved(request, kol, before, words, undo_url=reverse("lifecycle:move-undo", args=[row.pk]))


def _panel(request: HttpRequest, kol: Kol, to_stage: str, form: MoveForm, *, status: int = 200, **context):
    day = installation_day(timezone.now())
    checks = gates.ask(kol, to_stage, day) if to_stage in Stage.values else []
    shut, manager = gates.shut(checks), gates.is_manager(page_actor(request))
    if shut:
        form.demand_reason()
    context |= {
        "kol": kol,
        "to_stage": to_stage,
        "to_label": Stage(to_stage).label if to_stage in Stage.values else "",
        "steps": [{"stage": step.value, "label": step.label} for step in steps.allowed(kol.stage)],
        "allowed": to_stage in steps.allowed(kol.stage),
        "form": form,
        "checks": checks,
        "passed": len(checks) - len(shut),
        "shut": shut,
        "closed": gates.needs_manager(checks) and not manager,
        "place": _place(kol.stage, to_stage),
        "written": stage_words.written(kol.stage, to_stage),
        "not_won": to_stage == Stage.DEPARTED and kol.stage == Stage.INTRODUCTION,
    }
    template = "lifecycle/move/_panel.html" if request.htmx else "lifecycle/move/page.html"
    return render(request, template, context, status=status)


def _place(before: str, after: str) -> int:
    """Over which of the four columns the panel opens: beside the target, never over the source."""
    if after not in PLACES or after == Stage.DEPARTED:
        return 3 if before == Stage.LATE else 4
    source, target = PLACES.index(before), PLACES.index(after)
    beyond = target + (1 if target > source else -1)
    if before == Stage.DEPARTED:
        beyond = target + 1
    return (beyond if 0 <= beyond < len(steps.ORDER) else (source + 2) % len(steps.ORDER)) + 1


def _moved(request: HttpRequest, kol: Kol, before: str, words: str, *, undo_url: str = "") -> HttpResponse:
    """After the move: on the board the card changes its column, a file is shown again, other pages go on."""
    here = urlsplit(request.htmx.current_url or "") if request.htmx else None
    if here is None or here.path == reverse("lifecycle:move", args=[kol.pk]):
        return go_on(request, reverse("profiles:kol-detail", args=[kol.pk]), words, undo_url=undo_url)
    if here.path == reverse("lifecycle:board"):
        answer = _moved_card(request, kol, before, QueryDict(here.query))
    elif _tells_of(here.path, kol):
        messages.success(request, words, extra_tags=undo_url)
        return HttpResponse(headers={"HX-Refresh": "true"})
    else:
        answer = HttpResponse()
    return toast(answer, words, undo_url=undo_url)


def _tells_of(path: str, kol: Kol) -> bool:
    """Pages that show where the KOL stands, and must be read again."""
    places = (reverse("profiles:kol-detail", args=[kol.pk]), *map(reverse, BESIDE))
    return path.startswith(places)


def _moved_card(request: HttpRequest, kol: Kol, before: str, params: QueryDict) -> HttpResponse:
    board = Board(params, request.user, timezone.now())
    tallies = board.tallies()
    context = {
        "board": board,
        "card": board.card(kol.pk),
        "kol": kol,
        "stages": [
            {"stage": name, "label": Stage(name).label, "tally": tallies.get(name, Tally())}
            for name in (before, kol.stage)
        ],
        "params": params,
    }
    return render(request, "lifecycle/board/_moved.html", context)
