"""From a file to the next one of the list that one came from (UI, screen 3)."""

from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone

from kol_crm.core import lists
from kol_crm.core.lists import ListSpec
from kol_crm.core.neighbours import edge, neighbours
from profiles.models import Kol
from profiles.views import groups

PARAMETER = "list"


def context(request, kol: Kol, url_name: str) -> dict[str, Any]:
    """The addresses of the files before and after this one, of the list; nothing from elsewhere."""
    query = request.GET.get(PARAMETER)
    if query is None:
        return {}
    spec = next(spec for spec in lists.registered() if spec.name == "kols")
    before, after = neighbours(spec, query, request.user, timezone.now(), kol)
    here = "?" + urlencode({PARAMETER: query})
    steps = {False: (after, query), True: (before, query)}
    if QueryDict(query).get("group"):
        steps = {
            back: (key, query) if key else _in_the_group_beside(spec, query, request.user, back=back)
            for back, (key, _query) in steps.items()
        }

    def leads(key, query: str) -> str | None:
        return key and reverse(url_name, args=[key]) + "?" + urlencode({PARAMETER: query})

    return {
        "walk": {
            "previous": leads(*steps[True]),
            "next": leads(*steps[False]),
            "list": f"{reverse('profiles:kol-list')}?{query}",
        },
        "walk_query": here,
    }


def _in_the_group_beside(spec: ListSpec, query: str, user, *, back: bool) -> tuple[Any, str]:
    """Past the end of a group: the first file of the next one that has any, or the last of the one before."""
    now, params = timezone.now(), QueryDict(query, mutable=True)
    here = (params.pop("inside", None) or [""])[-1]
    heads = groups.heads(lists.read(spec, params, user, now, folded=True))
    values = [head.value or groups.NOBODY for head in heads]
    if here not in values:
        return None, query
    place = values.index(here)
    for value in reversed(values[:place]) if back else values[place + 1 :]:
        params["inside"] = value
        if key := edge(spec, params.urlencode(), user, now, last=back):
            return key, params.urlencode()
    return None, query
