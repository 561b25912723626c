"""Today while its page stands open: rows that came, and rows that somebody finished (UI, screen 1)."""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.http import JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from kol_crm import today
from kol_crm.core import waiting, wording
from kol_crm.core.ids import uuid_of
from kol_crm.core.models import Change, User
from kol_crm.views.today import asked_kind, asked_shown, row_key
from profiles.models import Kol, Touch

AHEAD = 50  # rows that came push others out of those shown: these are not finished
MOST_GONE = 100
LATELY = timedelta(days=1)  # no page stands open longer


@require_GET
def news(request):
    """``keys`` of the rows due now, as many as are shown and ``AHEAD`` more, in JSON."""
    day = timezone.localdate()
    shown = min(asked_shown(request) + AHEAD, today.MOST_SHOWN + AHEAD)
    queue = today.load(request.user, day, asked_kind(request), shown, waiting.of(request, day).put_off)
    return JsonResponse({"keys": [row.key for row in queue.rows], "total": queue.total})


@require_GET
def gone(request):
    """What became of rows that are due no more: by ``key``, one line each, in JSON."""
    keys = [row_key(key) for key in request.GET.getlist("key")[:MOST_GONE]]
    ids = {key.partition(":")[2] for key in keys}
    known = finishers(request.user, set(filter(uuid_of, ids)))
    return JsonResponse({key: _words(known.get(key.partition(":")[2])) for key in keys})


def finishers(user: User, ids: Collection[str]) -> dict[str, tuple[User, datetime]]:
    """Who did something last to each of these rows or files, of files that ``user`` may see; two queries."""
    since, seen = timezone.now() - LATELY, Kol.objects.visible_to(user)
    changes = Change.objects.filter(
        row__in=ids, at__gte=since, root__in=seen.values("pk"), change_set__user__isnull=False
    )
    touches = Touch.objects.filter(kol__in=seen.filter(pk__in=ids), written_at__gte=since, user__isnull=False)
    acts = [(str(one.row), one.change_set.user, one.at) for one in changes.select_related("change_set__user")]
    acts += [(str(one.kol_id), one.user, one.written_at) for one in touches.select_related("user")]
    return {row: (who, at) for row, who, at in sorted(acts, key=lambda act: act[2])}


def _words(act: tuple[User, datetime] | None) -> str:
    if act is None:
        return _("No longer due")
    who, at = act
    when = wording.day_words(at, "time", timezone.localdate(), wording.babel_locale())
    return _("Done by %(who)s, %(when)s") % {"who": who, "when": when}
