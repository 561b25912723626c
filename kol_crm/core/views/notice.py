"""Notices: the list, the newest ones under the bell, and reading them."""

import hashlib
from uuid import UUID

import django_filters as filters
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from kol_crm.core import lists, notices
from kol_crm.core.answers import go_on
from kol_crm.core.doors import page_actor
from kol_crm.core.filters import FilterSet, Flag
from kol_crm.core.models import Notice
from kol_crm.core.paging import Sort

NEWEST = 8
TOASTS = 3  # more at once would only hide each other


class NoticeFilter(FilterSet):
    unread = Flag(field_name="read_at", lookup_expr="isnull", label=gettext_lazy("New only"))
    kind = filters.CharFilter(field_name="kind", label=gettext_lazy("Kind"))


# Not among the registered lists: it is everybody's own, and no manager sees another's.
NOTICES = lists.ListSpec(
    name="notices",
    rows=lambda user: Notice.objects.filter(user=user, shown=True),
    prepare=notices.for_list,
    filterset=NoticeFilter,
    sorts=(Sort("at", "at", gettext_lazy("When"), descending_first=True),),
    default_sort="-at",
    template="core/notice/list.html",
    rows_template="core/notice/_rows.html",
)


@require_GET
def notice_list(request):
    """All notices, the newest first."""

    def words(listing):
        return {
            "told": notices.in_words(listing.rows, request.user),
            "tabs": [
                {"label": _("All"), "url": request.path, "active": not listing.filterset.active},
                {
                    "label": _("New"),
                    "url": f"{request.path}?unread=true",
                    "active": "unread" in listing.filterset.active,
                },
            ],
        }

    return lists.render_list(request, NOTICES, context=words)


@require_GET
def newest(request):
    """The part under the bell."""
    rows = notices.for_list(NOTICES.rows(request.user)).order_by("-at", "-id")[:NEWEST]
    return render(request, "core/notice/_newest.html", {"told": notices.in_words(rows, request.user)})


@require_GET
def news(request):
    """What an open page asks every few seconds: 304 while nothing changed, else the count and the newest.

    One statement beside those of the login while nothing is new; the session is not touched.
    """
    ids = notices.newest_unread(request.user)
    known = f"{get_language()} {' '.join(map(str, ids))}"
    etag = f'"{hashlib.sha256(known.encode()).hexdigest()[:32]}"'
    if request.headers.get("If-None-Match") == etag:
        return HttpResponse(status=304, headers={"ETag": etag})
    rows = notices.for_list(Notice.objects.filter(pk__in=ids[:TOASTS])).order_by("-at", "-id")
    told = [
        {"id": str(row.pk), "text": f"{row.by} {words.text}" if row.by else words.text, "url": words.url}
        for row, words, _kind in notices.in_words(rows if ids else (), request.user)
    ]
    label = ngettext("Notices: %(n)d new", "Notices: %(n)d new", len(ids)) % {"n": len(ids)}
    count = f"{notices.CAP}+" if len(ids) > notices.CAP else str(len(ids))
    answer = {"unread": len(ids), "count": count, "label": label, "newest": told}
    return JsonResponse(answer, headers={"ETag": etag})


@require_POST
def read(request):
    """Read one of one's notices (``notice``), or all."""
    wanted = request.POST.get("notice")
    if wanted is None:
        notices.mark_read(page_actor(request))
        return go_on(request, reverse("core:notices"), _("All read."))
    try:
        notices.mark_read(page_actor(request), [UUID(wanted)])
    except ValueError:
        return HttpResponse(status=400)
    return HttpResponse(status=204)
