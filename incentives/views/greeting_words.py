"""Words of greetings: a template an occasion and language, with how it reads for a real KOL (DOMAIN 7.3)."""

from datetime import timedelta

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from incentives.forms.greeting import WordsForm
from incentives.models import Greeting
from incentives.services import coming, occasion
from kol_crm.core import policy, rights
from kol_crm.core.doors import page_actor
from profiles.models import Kol
from profiles.services import festival

Occasion = Greeting.Occasion


@require_safe
def first(request):
    """To the first occasion, in the reader's language."""
    rights.demand(request.user, rights.edits_policy)
    return redirect("incentives:greeting-words", Occasion.BIRTHDAY.value, occasion.LANGUAGES[0])


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request, kind: str, language: str):
    """One template, saved as a new version of the policy."""
    rights.demand(request.user, rights.edits_policy)
    return _edit(request, *_known(kind, language))


@require_POST
def preview(request, kind: str, language: str):
    """How what is typed reads; nothing is kept."""
    rights.demand(request.user, rights.edits_policy)
    kind, language = _known(kind, language)
    texts = {name: request.POST.get(name, "")[:4000] for name in ("subject", "body")}
    return render(request, "incentives/greeting/_preview.html", _read(request, kind, language, texts))


def _known(kind: str, language: str) -> tuple[str, str]:
    if kind not in Occasion.values or language not in dict(settings.LANGUAGES):
        raise Http404
    return kind, language


def _edit(request, kind: str, language: str):
    rules, status = policy.current(), 200
    texts = occasion.words(kind, language, rules)
    form = WordsForm(
        request.POST if request.method == "POST" else None, initial=texts | {"number": rules.number}
    )
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                changed = occasion.write_words(
                    page_actor(request), kind, language, form.texts(), form.cleaned_data["number"]
                )
            except ValidationError as error:
                form.add_error(None, error)
            else:
                messages.success(request, _("Saved.") if changed else _("Nothing changed."))
                return redirect("incentives:greeting-words", kind, language)
        texts = {name: request.POST.get(name, "") for name in ("subject", "body")}
    context = {
        "form": form,
        "kind": kind,
        "language": language,
        "occasions": _tabs(kind, language),
        "languages": [
            {
                "label": name,
                "url": reverse("incentives:greeting-words", args=[kind, code]),
                "on": code == language,
            }
            for code, name in settings.LANGUAGES
        ],
    }
    context |= _read(request, kind, language, texts)
    return render(request, "incentives/greeting/words.html", context, status=status)


def _tabs(kind: str, language: str) -> list[dict]:
    return [
        {
            "label": label,
            "url": reverse("incentives:greeting-words", args=[value, language]),
            "active": value == kind,
            "count": "",
        }
        for value, label in Occasion.choices
    ]


def _read(request, kind: str, language: str, texts: dict[str, str]) -> dict:
    """Filled for the KOL that one touched last, preferably one written to in this language."""
    seen = Kol.objects.visible_to(request.user).active()
    latest = seen.order_by("-last_touch_at", "-id")
    kol = latest.filter(language=language).first() or latest.first()
    places = {
        "name": (kol.alias or kol.name) if kol else _("(no file yet)"),
        "operator": str(kol.owner) if kol and kol.owner else str(request.user),
        "what": _example(kind, language),
    }
    filled = {name: occasion.filled(text, **places) for name, text in texts.items()}
    return {"read": filled, "sample": kol}


def _example(kind: str, language: str) -> str:
    """What such a greeting may be about."""
    on = timezone.localdate() + timedelta(days=1)
    match kind:
        case Occasion.FESTIVAL:
            return coming.words(coming.Coming(kind, on, 0, next(iter(festival.known()))), language)
        case Occasion.MILESTONE:
            return coming.words(coming.Coming(kind, on, 0, number=100_000), language)
        case Occasion.ANNIVERSARY:
            return coming.words(coming.Coming(kind, on, 0, number=2), language)
        case Occasion.DATE:
            return "结婚纪念日" if language.startswith("zh") else "your wedding day"
        case Occasion.EVENT:
            return "工作室开业" if language.startswith("zh") else "the opening of your studio"
        case Occasion.OWN:
            return "恭喜新书出版" if language.startswith("zh") else "Congratulations on your new book"
    return ""
