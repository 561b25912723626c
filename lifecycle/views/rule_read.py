"""The page at which a KOL reads the rules and acknowledges them: no account, one button (DOMAIN 5.10)."""

from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language, override
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from kol_crm.core import installation
from kol_crm.core.actor import Actor
from kol_crm.core.errors import Refused
from lifecycle import knowing
from lifecycle.first_words import language_of
from lifecycle.models import RuleLink
from lifecycle.services import rule_link as verbs

DOOR = "rule-link"
LANGUAGES = {"en": "English", "zh-hans": "中文"}


@login_not_required
@csrf_exempt  # whoever has no cookies has the address all the same: it is the proof
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def read(request: HttpRequest, token: str):
    """GET shows the rules that are still open, POST agrees to those that were shown. No data of anybody."""
    link = verbs.find(token)
    if link is None:
        raise Http404
    asked = request.GET.get("language", "")
    language = asked if asked in LANGUAGES else language_of(link.kol) or get_language()
    with override(language):
        problem, status = "", 200
        if request.method == "POST":
            try:
                verbs.acknowledge(Actor(None, DOOR, timezone.now()), link, _shown(request))
            except Refused as refused:
                problem, status = refused.code, 409
            else:
                return _page(request, link, language, state="done")
        return _state(request, link, language, problem, status)


def _shown(request: HttpRequest) -> set[UUID]:
    """The ids of the versions that stood on the page; what is none is left out, and so does not agree."""
    found = set()
    for text in request.POST.getlist("version"):
        try:
            found.add(UUID(text))
        except ValueError:
            continue
    return found


def _state(request: HttpRequest, link: RuleLink, language: str, problem: str, status: int):
    link.refresh_from_db()
    now = timezone.now()
    if link.used_at is not None:
        return _page(request, link, language, state="done")
    if not link.is_open(now) or link.kol.is_archived:
        return _page(request, link, language, state="over", status=410)
    rules = knowing.missing(link.kol)
    if not rules:
        return _page(request, link, language, state="done")
    return _page(
        request, link, language, state="open", rules=rules, changed=problem == "rules_changed", status=status
    )


def _page(request: HttpRequest, link: RuleLink, language: str, *, state: str, status: int = 200, **more):
    context = {
        "state": state,
        "platform": installation.name() or "KOL CRM",
        "others": [(code, words) for code, words in LANGUAGES.items() if code != language],
        "until": link.expires_at,
        **more,
    }
    answer = render(request, "lifecycle/rule/read.html", context, status=status)
    answer["Referrer-Policy"] = "no-referrer"
    answer["X-Robots-Tag"] = "noindex, nofollow"
    return answer
