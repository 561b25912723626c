"""One's own page: which notices, where and when."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from kol_crm.core import trail
from kol_crm.core.doors import page_actor
from kol_crm.core.errors import Conflict
from kol_crm.core.forms.notice_settings import NoticeSettingsForm
from kol_crm.core.notice_rules import CHANNELS
from kol_crm.core.services import notice_settings as verbs


@require_http_methods(["GET", "HEAD", "POST"])
def page(request):
    row = verbs.of(request.user)
    posted = request.POST if request.method == "POST" else None
    form = NoticeSettingsForm(posted, row=row, offered=verbs.offered(request.user))
    status = 200
    if posted is not None:
        status = 422
        if form.is_valid():
            try:
                verbs.edit(page_actor(request), form.asked, form.cleaned_data["version"])
            except ValidationError as error:
                form.add_error(None, error.messages)
            except Conflict as conflict:
                form.on_top_of(conflict.current)
                status = 409
            else:
                messages.success(request, _("Saved."))
                return redirect("settings:notices")
    context = {"form": form, "channels": CHANNELS.values(), "changes": trail.of(row)}
    return render(request, "core/notice/settings.html", context, status=status)
