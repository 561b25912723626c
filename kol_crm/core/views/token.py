"""One's own API tokens."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from kol_crm.core import token_words
from kol_crm.core.doors import page_actor
from kol_crm.core.forms.token import TokenForm
from kol_crm.core.models import ApiToken
from kol_crm.core.services import token as tokens


@require_http_methods(["GET", "HEAD", "POST"])
def token_list(request):
    """The reader's tokens, and the form for another; a new one is shown in this one answer."""
    form = TokenForm(request.POST if request.method == "POST" else None, user=request.user)
    made, status = "", 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            asked = form.cleaned_data
            try:
                _row, made = tokens.create(page_actor(request), asked["name"], asked["scopes"], asked["days"])
            except ValidationError as error:
                form.add_error(None, error)
            else:
                form, status = TokenForm(user=request.user), 200
    context = {
        "tokens": token_words.own(request.user, timezone.now()),
        "sees": token_words.sees(request.user),
        "form": form,
        "made": made,
    }
    return render(request, "core/token/list.html", context, status=status)


@require_POST
def revoke(request, key: str):
    """``key``: the token's public beginning and its place among the reader's own."""
    token = ApiToken.objects.filter(user=request.user, pk=key).first()
    if token is None:
        raise Http404
    tokens.revoke(page_actor(request), token)
    messages.success(request, _("The token opens nothing any more."))
    return redirect("settings:tokens")
