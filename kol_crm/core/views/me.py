"""One's own page: name, language, zone, signature."""

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from kol_crm.core import trail
from kol_crm.core.doors import page_actor
from kol_crm.core.errors import Conflict
from kol_crm.core.forms.me import OwnForm
from kol_crm.core.services import me


@require_http_methods(["GET", "HEAD", "POST"])
def profile(request):
    user = request.user
    initial = {name: getattr(user, name) for name in (*me.OWN, "version")}
    form = OwnForm(request.POST if request.method == "POST" else None, initial=initial)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                me.edit(page_actor(request), form.facts, form.cleaned_data["version"])
            except ValidationError as error:
                form.add_error(None, error)
            except Conflict as conflict:
                form.on_top_of(conflict.current)
                status = 409
            else:
                messages.success(request, _("Saved."))
                answer = redirect("settings:me")
                answer.delete_cookie(settings.LANGUAGE_COOKIE_NAME)
                return answer
    return render(request, "core/me/profile.html", {"form": form, "changes": trail.of(user)}, status=status)
