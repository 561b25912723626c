"""Whom a name could mean, while one types it in a form."""

from django.http import JsonResponse
from django.views.decorators.http import require_POST

from profiles import search
from profiles.models import Kol

OFFERED, LONGEST = 10, 100


@require_POST
def named(request):
    """The files that ``q`` may mean, best first: ``value`` the id, ``text`` the name, ``about`` whose it is.

    Posted, as a term may be a phone number (DOMAIN 2.3). ``?stage=`` offers only those who stand there.
    """
    term = request.POST.get("q", "")[:LONGEST].strip()
    kols = Kol.objects.visible_to(request.user).select_related("owner", "team")
    if stage := request.GET.get("stage", ""):
        kols = kols.filter(stage=stage)
    found = search.best(kols, term, request.user, OFFERED) if term else []
    people = [{"value": str(kol.pk), "text": kol.name, "about": _about(kol)} for kol in found]
    return JsonResponse({"people": people})


def _about(kol: Kol) -> str:
    holder = kol.owner or kol.team
    return " · ".join(filter(None, (kol.alias, kol.city, str(holder or ""))))
