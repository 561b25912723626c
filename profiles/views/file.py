"""The file page: facts, the story, what matters now (UI, screen 3)."""

from datetime import date
from uuid import UUID

from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kol_crm.core.doors import page_actor
from profiles import facts, timeline
from profiles.forms.touch import TouchForm
from profiles.models import Kol
from profiles.models.querysets import TRASH
from profiles.services import restoring
from profiles.services import touch as touches
from profiles.timeline import Place
from profiles.views import head
from profiles.views.contact import starred
from profiles.views.touch import next_touch

QUOTES = 5  # shown in the left column, the latest first


@require_safe
def kol_detail(request, pk: UUID):
    """The file; whoever may see it in the trash is led there while it lies in it."""
    try:
        kol = head.shown(request, pk)
    except Http404:
        if Kol.objects.visible_to(request.user, TRASH).filter(pk=pk).exists():
            return redirect("profiles:kol-trash")
        raise
    context = head.context(request, kol, "overview") | facts_context(kol) | now_context(kol)
    for account in context["accounts"]:
        account.age, account.is_stale = ago(account.followers_on), context["card"].is_stale(account)
    context |= {
        "form": TouchForm(now=timezone.now()),
        "next_touch": next_touch(kol, context["card"].explained.rules),
    }
    return render(request, "profiles/kol/overview.html", context)


@require_safe
def kol_now(request, pk: UUID):
    """The right column again, after something on the page changed it."""
    kol = head.shown(request, pk)
    return render(
        request, "profiles/kol/_now.html", head.context(request, kol, "overview") | now_context(kol)
    )


@require_safe
def kol_incentives(request, pk: UUID):
    kol = head.shown(request, pk)
    return render(request, "profiles/kol/incentives.html", head.context(request, kol, "incentives"))


@require_safe
def kol_timeline(request, pk: UUID):
    """A page of the stream: ``kind`` leaves one kind, ``before`` reads on."""
    kol = head.shown(request, pk)
    return render(request, "profiles/kol/_timeline.html", timeline_context(request, kol))


def ago(day: date | None) -> int | None:
    """How many days ago, on the reader's calendar."""
    return None if day is None else (timezone.localdate() - day).days


def facts_context(kol: Kol) -> dict:
    """The left column: four queries beside the accounts, which the file brings along."""
    now = timezone.localtime()
    return {
        "groups": [
            {"title": _("Personal"), "rows": facts.rows(kol, facts.PERSONAL, now)},
            {"title": _("Business"), "rows": facts.rows(kol, facts.BUSINESS, now)},
        ],
        "contacts": starred(kol.contacts.all()),
        "accounts": list(kol.accounts.all()),
        "tag_names": [row.tag.name for row in kol.kol_tags.select_related("tag").order_by("tag")],
        "quotes": list(kol.quotes.all()[:QUOTES]),
        "fans": kol.fan_reports.select_related("estimator").first(),
    }


def now_context(kol: Kol) -> dict:
    """Dates to come, soonest first, from the file's own columns."""
    dates = [
        (kol.touch_due, _("Stay in touch"), "touch"),
        (kol.review_due, _("Review"), "review"),
        (kol.next_birthday, _("Birthday"), "birthday"),
    ]
    if kol.next_due and kol.next_due not in {day for day, *_rest in dates}:
        dates.append((kol.next_due, _("Next due"), kol.next_due_kind))
    found = [(day, label, kind, -(ago(day) or 0)) for day, label, kind in dates if day]
    return {"dates": sorted(found, key=lambda row: row[0])}


def timeline_context(request, kol: Kol) -> dict:
    kind, token = request.GET.get("kind", ""), request.GET.get("before", "")
    if kind and timeline.sources.get(kind) is None:
        raise Http404
    try:
        before = Place.read(token) if token else None
    except ValueError:
        raise Http404 from None
    stream, actor = timeline.read(kol, kind, before), page_actor(request)
    for entry in stream.entries:
        touch, lines = entry.extra.get("touch"), entry.extra.get("lines", ())
        entry.extra["take_back"] = touch is not None and touches.may_take_back(
            actor, touch, may_edit=kol.may_edit
        )
        entry.extra["restore"] = (
            lines[0] if len(lines) == 1 and kol.may_edit and restoring.restorable(lines[0].change) else None
        )
    counts = {} if before else {name: source.count(kol) for name, source in timeline.sources.items()}
    return {
        "kol": kol,
        "stream": stream,
        "kind": kind,
        "is_first": before is None,
        "chips": [
            {"kind": "", "label": _("All"), "count": sum(counts.values())},
            *(
                {"kind": name, "label": source.label, "count": counts.get(name)}
                for name, source in sorted(timeline.sources.items(), key=lambda pair: pair[0] == "change")
            ),
        ],
    }
