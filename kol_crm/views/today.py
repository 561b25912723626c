"""Today: the queue, the chosen row's detail beside it, and putting rows off (DOMAIN 8.1)."""

from html import escape

from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from kol_crm import today
from kol_crm.core import deputies, lunar, snooze, waiting, wording
from kol_crm.core.answers import toast
from kol_crm.core.doors import page_actor
from kol_crm.core.models import User
from kol_crm.views.today_rows import Writing, icons

KEY_LENGTH = 120


@require_GET
def page(request):
    """The home page: the queue, with the row named by ``?item=`` or the first one chosen."""
    if request.user.role == User.Role.FINANCE:
        return redirect("incentives:plan-list")
    return render(request, "today/page.html", _context(request))


@require_GET
def queue(request):
    """The queue alone, after a row was done or put off: ``next`` is chosen where ``item`` has gone."""
    return render(request, "today/_queue.html", _context(request))


@require_POST
def put_off(request):
    """Hide a row until a day: ``until`` is 1, 3, monday or a date. The toast takes it back."""
    key, day = row_key(request.POST.get("key", "")), timezone.localdate()
    try:
        until = snooze.day_for(request.POST.get("until", ""), day)
        snooze.put_off(page_actor(request), key, until, day)
    except ValidationError as error:
        return toast(HttpResponse(status=400), " ".join(error.messages), kind="bad")
    words = wording.day_words(until, "weekday", day, wording.babel_locale())
    undo = f"{reverse('today-take-back')}?{urlencode({'key': key})}"
    return toast(HttpResponse(status=204), _("Back on %(day)s.") % {"day": words}, undo_url=undo)


@require_POST
def take_back(request):
    """Show a row again that was put off."""
    snooze.take_back(page_actor(request), row_key(request.GET.get("key", "")))
    return toast(HttpResponse(status=204), _("It is back in the list."))


def _context(request) -> dict:
    kind, day = asked_kind(request), timezone.localdate()
    put_off = waiting.of(request, day).put_off
    queue = today.load(request.user, day, kind, asked_shown(request), put_off)
    request.due_count = queue.total
    asked = request.GET.get("item", "")
    place = queue.place_of(asked)
    if place is None:
        place = queue.place_of(request.GET.get("next", "")) or 0
    chosen = queue.rows[place] if queue.rows else None
    writing = Writing(day, chosen.key if chosen else "", _row_url(request))
    return {
        "queue": queue,
        "groups": [(group, writing.rows(group.rows, group.tone)) for group in queue.groups],
        "icons": icons(queue.rows),
        "chosen": chosen,
        "place": place + 1,
        "opened": chosen is not None and chosen.key == asked,
        "lunar_day": str(lunar.to_lunar(day)),
        "cap": today.CAP,
        "absence": deputies.absence_of(request.user),
        "more_url": _more_url(queue),
    }


def _row_url(request) -> str:
    """What chooses a row of this list, but for the key at its end."""
    asked = {"kind": request.GET["kind"]} if request.GET.get("kind") else {}
    return escape(f"{reverse('today')}?{urlencode(asked | {'item': ''})}")


def _more_url(queue: today.Queue) -> str:
    """The address that shows more rows; empty when there are none or these are the most a page shows."""
    shown = len(queue.rows)
    if queue.matching <= shown or shown >= today.MOST_SHOWN:
        return ""
    asked = {"kind": queue.kind} if queue.kind else {}
    return f"{reverse('today')}?{urlencode(asked | {'shown': min(shown + 100, today.MOST_SHOWN)})}"


def asked_kind(request) -> str:
    """The kind of row that is asked for, empty for all. Raises ``Http404``."""
    kind = request.GET.get("kind", "")
    if kind and not today.is_kind(kind):
        raise Http404
    return kind


def asked_shown(request) -> int:
    """How many rows the page shows."""
    asked = request.GET.get("shown", "")
    wanted = int(asked) if asked.isdecimal() and len(asked) < 5 else today.SHOWN
    return min(max(wanted, today.SHOWN), today.MOST_SHOWN)


def row_key(key: str) -> str:
    """A key that a row of Today can have: a known kind and an id. Raises ``Http404``."""
    if len(key) > KEY_LENGTH or not today.is_key(key):
        raise Http404
    return key
