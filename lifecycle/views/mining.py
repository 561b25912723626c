"""Mining own users: suggestions of a programme's fields, taking on, rejecting, the feed (DOMAIN 4.6)."""

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kol_crm.core.answers import go_on
from kol_crm.core.doors import page_actor
from kol_crm.core.errors import Refused
from lifecycle import suggestions, tables
from lifecycle.days import installation_day
from lifecycle.forms.pace import TableForm
from lifecycle.forms.programme import RejectForm, TakeOnForm
from lifecycle.models import WORK, PlatformUser
from lifecycle.services import mining as verbs
from lifecycle.services.reaching import demand_files, platform_user_or_404, programme_or_404
from profiles.services import access
from profiles.services.creating import TwinsFound
from profiles.views import side

METHODS = ["GET", "HEAD", "POST"]
SHOWN = 50


@require_safe
def suggestion_list(request, pk: UUID):
    """Best first, and below them who is left out and why."""
    programme = programme_or_404(request.user, pk)
    day = installation_day(timezone.now())
    fields = [row.field for row in programme.programme_fields.select_related("field")]
    context = {
        "programme": programme,
        "fields": fields,
        "rows": suggestions.best(fields, day),
        "left_out": suggestions.left_out(fields, day, request.user),
        "may_take_on": _may_work(request.user, programme),
        "may_feed": verbs.may_feed(request.user),
    }
    return render(request, "lifecycle/mining/list.html", context)


@require_http_methods(METHODS)
def take_on(request, pk: UUID, other: UUID):
    """A suggested user becomes a file and a candidate: asks for the highlight."""
    programme = programme_or_404(request.user, pk, WORK)
    user = platform_user_or_404(request.user, other)
    form = TakeOnForm(request.POST if request.method == "POST" else None, initial={"name": str(user)})

    def act(values):
        insist = values.pop("insist")
        try:
            return verbs.take_on(page_actor(request), user, programme, values, insist=insist)
        except TwinsFound as twins:
            who = [one.kol.name for one in twins.told.shown] + twins.told.words
            raise Refused("twins", f"{twins.message} {', '.join(who)}") from twins

    return side.answer(
        request,
        None,
        form,
        act,
        title=_("Take on %(name)s") % {"name": user},
        done=_("The candidate is in."),
        save=_("Take on"),
        back=reverse("lifecycle:programme-detail", args=[programme.pk]),
    )


@require_http_methods(METHODS)
def reject(request, pk: UUID, other: UUID):
    """No longer suggested, with the reason."""
    programme = programme_or_404(request.user, pk, WORK)
    user = platform_user_or_404(request.user, other)
    form = RejectForm(request.POST if request.method == "POST" else None)

    def act(values):
        return verbs.reject(page_actor(request), user, values["why"], values["look_again_on"])

    title = _("Not %(name)s") % {"name": user}
    back = reverse("lifecycle:suggestion-list", args=[programme.pk])
    return side.answer(request, None, form, act, title=title, done=_("Left out from now on."), back=back)


@require_POST
def suggest_again(request, pk: UUID, other: UUID):
    """Take a rejection back."""
    programme = programme_or_404(request.user, pk, WORK)
    user = platform_user_or_404(request.user, other)
    back = reverse("lifecycle:suggestion-list", args=[programme.pk])
    try:
        verbs.suggest_again(page_actor(request), user)
    except Refused as refused:
        return go_on(request, back, refused.message, error=True)
    return go_on(request, back, _("Suggested again."))


@require_http_methods(METHODS)
def feed_import(request):
    """The feed as a table: all rows or none."""
    demand_files(request.user)
    if not verbs.may_feed(request.user):
        raise PermissionDenied(_("The feed is taken in by managers."))
    form = TableForm(request.POST if request.method == "POST" else None, request.FILES or None)
    problems: list[str] = []
    if request.method == "POST" and form.is_valid():
        try:
            taken = form.take(tables.FEED, lambda rows: verbs.take_feed(page_actor(request), rows))
        except tables.Wrong as wrong:
            problems = wrong.lines
        else:
            words = _("%(added)d users added, %(changed)d changed, %(unchanged)d as before.")
            return go_on(request, reverse("lifecycle:programme-list"), words % taken._asdict())
    status = 422 if problems or form.errors else 200
    context = {"form": form, "problems": problems[:SHOWN], "more": max(len(problems) - SHOWN, 0)}
    context["total"] = PlatformUser.objects.count()
    return render(request, "lifecycle/mining/import.html", context, status=status)


def _may_work(user, programme) -> bool:
    return programme.state != programme.State.CLOSED and access.may_create(user)
