"""A pasted profile link, read for the form that it was pasted into (DOMAIN 3.3)."""

from django.http import JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from profiles.models import Platform
from profiles.rules.link import LONGEST, Named, Unresolved
from profiles.services import link as links


@require_POST
def read(request):
    """``platform``, ``external_id``, ``handle``, ``url`` and ``words``; ``why`` where it names nobody."""
    try:
        named = links.read(request.POST.get("text", "")[:LONGEST], any_host=True)
    except Unresolved as error:
        return JsonResponse({"why": str(error)})
    if named is None:
        return JsonResponse({})
    facts = {name: getattr(named, name) for name in ("platform", "external_id", "handle", "url")}
    return JsonResponse(facts | {"words": words_of(named)})


def words_of(named: Named) -> str:
    """“Bilibili, id 697166795”: what was understood."""
    platform = Platform(named.platform).label
    if named.handle:
        return _("%(platform)s, handle %(handle)s") % {"platform": platform, "handle": named.handle}
    return _("%(platform)s, id %(id)s") % {"platform": platform, "id": named.external_id}


def link_words(text: str) -> str:
    """What a searched link names, or why it names nobody."""
    try:
        named = links.read(text[:LONGEST], any_host=True)
    except Unresolved as error:
        return str(error)
    return words_of(named) if named else _("This link names no profile that is known.")
