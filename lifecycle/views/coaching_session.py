"""Sessions of a coaching plan: planned, held, their homework done (DOMAIN 5.5)."""

from collections.abc import Callable
from uuid import UUID

from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from kol_crm.core.doors import page_actor
from lifecycle.forms.growing import HoldForm, SessionForm, TakeBackForm, VersionForm
from lifecycle.models import CoachingSession
from lifecycle.services import coaching_session as verbs
from lifecycle.views import beside
from lifecycle.views.coaching import METHODS, REFUSAL, found, page_of, show
from profiles.models.querysets import EDIT
from profiles.services.access import row_or_404
from profiles.views import side


@require_http_methods(METHODS)
def session_create(request, pk: UUID):
    """A session of the plan ``pk``."""
    plan = found(request, pk, EDIT)
    form = SessionForm(request.POST if request.method == "POST" else None)
    return side.answer(
        request,
        plan.kol,
        form,
        lambda _values: verbs.add(page_actor(request), plan, form.facts),
        title=_("Plan a session"),
        done=_("The session is planned."),
        back=page_of(plan),
    )


@require_http_methods(METHODS)
def session_edit(request, pk: UUID):
    row = _session(request, pk)
    form = SessionForm(request.POST if request.method == "POST" else None, row=row)
    return side.answer(
        request,
        row.kol,
        form,
        lambda values: verbs.edit(page_actor(request), row, form.facts, values["version"]),
        title=_("Edit the session"),
        done=_("Saved."),
        back=page_of(row.plan),
    )


@require_POST
def session_drop(request, pk: UUID):
    return _step(request, pk, VersionForm(request.POST), verbs.drop, _("The session is taken off the plan."))


@require_POST
def session_hold(request, pk: UUID):
    return _step(request, pk, HoldForm(request.POST, session=pk), verbs.hold, _("The session is held."))


@require_POST
def session_homework(request, pk: UUID):
    return _step(request, pk, VersionForm(request.POST), verbs.do_homework, _("The homework is done."))


@require_POST
def session_take_back(request, pk: UUID):
    """By the form of its page, or at once as the undo ``?what=``."""
    said = request.GET if "undo" in request.GET else request.POST
    return _step(request, pk, TakeBackForm(said), verbs.take_back, _("It is taken back."))


def _step(request, pk: UUID, form, act: Callable, done: str):
    row = _session(request, pk)
    return beside.step(
        request,
        form,
        lambda **values: act(page_actor(request), row, **values),
        lambda **context: show(request, found(request, row.plan_id), **context),
        page_of(row.plan),
        done,
    )


def _session(request, pk: UUID) -> CoachingSession:
    rows = CoachingSession.objects.select_related("kol__owner", "kol__team", "plan__kol")
    return row_or_404(rows, request.user, pk, EDIT, REFUSAL)
