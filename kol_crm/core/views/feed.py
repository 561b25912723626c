"""The feeds themselves, read by programs without a login, and one's own page to make and revoke them."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from kol_crm.core import feeds
from kol_crm.core.doors import page_actor
from kol_crm.core.feed_words import address_of, own
from kol_crm.core.services import feed as verbs

RETRY_AFTER = 3600  # seconds
READS = ("GET", "HEAD")


@login_not_required
@csrf_exempt  # it changes nothing, and a refusal would be logged with its address
def read(request, token: str, name: str):
    """A calendar or an address book. The address is the secret: nobody's is a 404, and no log tells it."""
    if request.method not in READS:
        return _untold(HttpResponseNotAllowed(READS))
    now = timezone.now()
    try:
        feed = feeds.opened(token, name, now)
    except feeds.TooOften:
        return _untold(HttpResponse(status=429, headers={"Retry-After": str(RETRY_AFTER)}))
    kind = None if feed is None else feeds.kinds.get(feed.kind)
    if feed is None or kind is None:
        return _untold(HttpResponse(status=404))
    answer = HttpResponse(
        kind.write(feed, now),
        headers={
            "Content-Type": kind.content_type,
            "Content-Disposition": f'attachment; filename="{name}"',
            "X-Robots-Tag": "noindex",
            "Referrer-Policy": "no-referrer",
        },
    )
    return _untold(answer)


def _untold(answer: HttpResponse) -> HttpResponse:
    """Nobody keeps the answer, and Django writes no line with the address for a refusal."""
    add_never_cache_headers(answer)
    vars(answer)["_has_been_logged"] = True  # by which Django knows that a refusal stands in the log
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
def feed_list(request):
    """The reader's feeds. A new address is shown in this one answer."""
    made, status, problem = "", 200, ""
    if request.method == "POST":
        kind = request.POST.get("kind", "")
        try:
            token = verbs.make(page_actor(request), kind, in_clear=request.POST.get("in_clear") == "on")
        except ValidationError as error:
            status, problem = 422, " ".join(error.messages)
        else:
            made = address_of(token, kind)
    context = {
        "feeds": own(request.user),
        "made": made,
        "made_kind": request.POST.get("kind"),
        "problem": problem,
    }
    return render(request, "core/feed/list.html", context, status=status)


@require_POST
def revoke(request, kind: str):
    """The address opens nothing any more."""
    if not verbs.revoke(page_actor(request), kind):
        raise Http404
    messages.success(request, _("The address opens nothing any more."))
    return redirect("settings:feeds")
