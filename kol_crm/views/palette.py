"""The palette's answers. The term comes in the body: it may be a phone number (DOMAIN 2.3)."""

from uuid import UUID

from django.http import HttpResponse
from django.template.loader import render_to_string
from django.views.decorators.http import require_POST

from kol_crm import palette
from profiles.rules.link import LONGEST as LONGEST_LINK
from profiles.rules.link import holds_link

LONGEST = 100
MOST_RECENT = 12


@require_POST
def options(request):
    """The options for ``q``; ``kol`` is the file in view, ``recent`` those opened last in this browser."""
    term = request.POST.get("q", "")
    if not holds_link(term[:LONGEST_LINK]):
        term = term[:LONGEST]
    in_view = next(iter(_ids([request.POST.get("kol", "")])), None)
    recent = _ids(request.POST.getlist("recent")[:MOST_RECENT])
    context = {"groups": palette.groups(request.user, term, in_view, recent), "term": term.strip()}
    # Without the request: the frame's counts are not shown here, and this is asked for at each letter.
    return HttpResponse(render_to_string("palette/_options.html", context))


def _ids(words: list[str]) -> list[UUID]:
    found = []
    for word in words:
        try:
            found.append(UUID(word))
        except ValueError:
            continue
    return found
