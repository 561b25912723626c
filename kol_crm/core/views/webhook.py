"""One's own webhooks, and what each of them was told."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kol_crm.core import lists, trail, webhook_sending
from kol_crm.core.answers import go_on
from kol_crm.core.doors import page_actor
from kol_crm.core.errors import Conflict, Refused
from kol_crm.core.forms.webhook import WebhookForm
from kol_crm.core.models import Delivery, Notice, User, Webhook
from kol_crm.core.notice_rules import FOR_ONE
from kol_crm.core.notices import NoticeKind, Told
from kol_crm.core.services import webhook as verbs
from kol_crm.core.webhook_lists import deliveries_of

WHY = {
    webhook_sending.STOPPED: gettext_lazy(
        "Your webhook %(name)s switched itself off: nothing arrived for days"
    ),
    webhook_sending.GONE: gettext_lazy("Your webhook %(name)s is off: its address asked for it (410)"),
}
FORM_KEYS = {"fields": "fields_told"}


@require_safe
def webhook_list(request):
    """The reader's webhooks, each with how it fares."""
    rows = Webhook.objects.filter(user=request.user).order_by("created_at", "id")
    return render(request, "core/webhook/list.html", {"webhooks": rows})


@require_http_methods(["GET", "HEAD", "POST"])
def add(request):
    """Another one; its secret is shown in this one answer."""
    form = WebhookForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            webhook, secret = verbs.create(page_actor(request), form.facts)
        except ValidationError as error:
            _put(form, error)
        else:
            return _page(request, webhook, secret=secret)
    status = 422 if request.method == "POST" else 200
    return render(request, "core/webhook/form.html", {"form": form}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request, pk: UUID):
    """What it is told and where, its deliveries, its history."""
    webhook = _own(request, pk)
    if request.method != "POST":
        return _page(request, webhook)
    form = WebhookForm(request.POST, webhook=webhook)
    status = 422
    if form.is_valid():
        try:
            verbs.edit(page_actor(request), webhook, form.facts, form.cleaned_data["version"])
        except ValidationError as error:
            _put(form, error)
        except Conflict as conflict:
            form.on_top_of(conflict.current)
            status = 409
        else:
            return go_on(request, reverse("settings:webhook", args=[pk]), _("Saved."))
    return _page(request, webhook, form=form, status=status)


@require_POST
def switch_on(request, pk: UUID):
    """It is told again what changes from now on."""
    verbs.edit(page_actor(request), _own(request, pk), {"active": True}, None)
    return go_on(request, reverse("settings:webhook", args=[pk]), _("It is told again what changes."))


@require_safe
def deliveries(request, pk: UUID):
    """What it was told, the newest first."""
    webhook = _own(request, pk)
    return lists.render_list(request, deliveries_of(webhook), context=lambda _listing: {"webhook": webhook})


@require_POST
def rotate(request, pk: UUID):
    """A new secret, shown in this one answer."""
    webhook, secret = verbs.rotate(page_actor(request), _own(request, pk))
    return _page(request, webhook, secret=secret)


@require_POST
def test(request, pk: UUID):
    """Send a message without content."""
    here = reverse("settings:webhook-deliveries", args=[pk])
    try:
        verbs.test(page_actor(request), _own(request, pk))
    except Refused as refusal:
        return go_on(request, here, refusal.message, error=True)
    return go_on(request, here, _("A test is on its way. Look again in a few seconds."))


@require_POST
def remove(request, pk: UUID):
    """It is told nothing from now on."""
    verbs.remove(page_actor(request), _own(request, pk))
    return go_on(request, reverse("settings:webhooks"), _("The webhook is gone."))


@require_POST
def replay(request, pk: UUID, delivery: UUID):
    """Send one message once more."""
    webhook = _own(request, pk)
    row = Delivery.objects.filter(webhook=webhook, pk=delivery).first()
    if row is None:
        raise Http404
    here = reverse("settings:webhook-deliveries", args=[pk])
    try:
        verbs.replay(page_actor(request), row)
    except Refused as refusal:
        return go_on(request, here, refusal.message, error=True)
    return go_on(request, here, _("It goes once more."))


def _page(request, webhook: Webhook, *, form=None, secret: str = "", status: int = 200):
    context: dict[str, Any] = {
        "webhook": webhook,
        "form": form or WebhookForm(webhook=webhook),
        "secret": secret,
        "changes": trail.of(webhook),
    }
    return render(request, "core/webhook/edit.html", context, status=status)


def _own(request, pk: UUID) -> Webhook:
    webhook = Webhook.objects.filter(user=request.user, pk=pk).first()
    if webhook is None:
        raise Http404
    return webhook


def _put(form: WebhookForm, error: ValidationError) -> None:
    """Errors of the verb at the form's fields."""
    for key, messages in error.message_dict.items():
        name = FORM_KEYS.get(key, key)
        form.add_error(name if name in form.fields else None, messages)


def _told_of(notices: Sequence[Notice], user: User) -> dict[UUID, Told]:
    own = set(Webhook.objects.filter(user=user).values_list("pk", flat=True))
    return {
        notice.pk: Told(
            str(WHY[notice.data["why"]] % {"name": notice.data["name"]}),
            reverse("settings:webhook", args=[notice.subject]),
        )
        for notice in notices
        if notice.subject in own
    }


NOTICE = NoticeKind(gettext_lazy("Webhooks"), "webhook", _told_of, FOR_ONE)
