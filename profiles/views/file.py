"""The file page: facts, the story, what matters now (UI, screen 3)."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kol_crm.core.doors import page_actor
from profiles import attributes, facts, quickfacts, timeline
from profiles.forms.touch import TouchForm
from profiles.models import Attribute, Kol
from profiles.models.querysets import TRASH
from profiles.services import on_file, restoring
from profiles.services import touch as touches
from profiles.timeline import Place
from profiles.views import fact_lines, head, noted
from profiles.views.contact import starred
from profiles.views.due_kinds import DUE_KINDS
from profiles.views.listed import age_accounts
from profiles.views.touch import next_touch
from profiles.warmth import warmth_of


@require_safe
def kol_detail(request, pk: UUID):
    """The file; whoever may see it in the trash is led there while it lies in it."""
    try:
        kol = head.shown(request, pk)
    except Http404:
        if Kol.objects.visible_to(request.user, TRASH).filter(pk=pk).exists():
            return redirect("profiles:kol-trash")
        raise
    context = head.context(request, kol, "overview")
    context |= facts_context(kol, context["in_force"].attributes)
    context["minor_lacks"] = noted.minor_lacks(kol, context["contacts"], context["day"])
    age_accounts(context["accounts"], context["card"], context["day"])
    interval = touches.interval(kol, context["card"].explained.rules)
    context |= {
        "quick": quickfacts.strip(kol, warmth_of(kol, interval), context["contacts"], timezone.localtime()),
        "form": TouchForm(now=timezone.now()),
        "may_note": kol.may_edit,
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
def kol_head(request, pk: UUID):
    """Names and marks in the head again, after something on the page changed them."""
    kol = head.shown(request, pk)
    return render(
        request, "profiles/kol/_who.html", head.context(request, kol, "overview") | {"is_part": True}
    )


@require_safe
def kol_people(request, pk: UUID):
    """The foot of the left column: dates, life events, people around them, fans, ids elsewhere."""
    kol = head.shown(request, pk)
    context = {"kol": kol, "day": timezone.localdate()} | noted.people_context(kol, request.user)
    context["external_ids"] = on_file.external_ids_of(kol)
    context["fans"] = kol.fan_reports.select_related("estimator").first()
    return render(request, "profiles/kol/_people.html", context)


@require_safe
def kol_cooperation(request, pk: UUID):
    kol = head.shown(request, pk)
    return render(request, "profiles/kol/cooperation.html", head.context(request, kol, "cooperation"))


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


def facts_context(kol: Kol, asked_for: Sequence[Attribute]) -> dict:
    """The left column: at most three queries beside what the head has read."""
    now = timezone.localtime()
    added = attributes.rows(kol, now, asked_for)
    personal, business = Attribute.Group.PERSONAL, Attribute.Group.BUSINESS
    groups = (
        facts.group(kol, _("Personal"), (*facts.NAMES, *facts.PERSONAL), now, more=added[personal]),
        facts.group(kol, _("Business"), facts.BUSINESS, now, more=added[business]),
    )
    return {
        "groups": [
            {
                "title": group.title,
                "lines": fact_lines.lines(kol, group.rows, may_edit=kol.may_edit),
                "rest": fact_lines.lines(kol, group.rest, may_edit=kol.may_edit),
                "more": len(group.rest),
            }
            for group in groups
        ],
        "contacts": starred(on_file.contacts_of(kol)),
        "accounts": list(kol.accounts.all()),
        "quotes": on_file.quotes_of(kol),
    }


def now_context(kol: Kol) -> dict:
    """Dates to come, soonest first, from the file's own columns."""
    dates = [
        (kol.touch_due, _("Stay in touch"), "touch"),
        (kol.review_due, _("Review"), "review"),
        (kol.next_birthday, _("Birthday"), "birthday"),
    ]
    told = {day for day, *_rest in dates}
    dates += noted.days_to_come(kol)
    if kol.next_due and kol.next_due not in told and kol.next_due_kind not in noted.KINDS:
        label, _icon = DUE_KINDS.get(kol.next_due_kind, (_("Next due"), ""))
        dates.append((kol.next_due, label, kol.next_due_kind))
    found = [(day, label, kind, -(ago(day) or 0)) for day, label, kind in dates if day]
    return {
        "dates": sorted(found, key=lambda row: row[0]),
        "open_notes": noted.open_notes(kol, timezone.localdate()),
    }


def _empty(counts: dict[str, int]) -> set[str]:
    """Kinds of which the file has nothing need not be read."""
    return {kind for kind, count in counts.items() if not count}


def _restorable(kol: Kol, lines):
    """The one change of an act that can be put back; of a merged file's own history none can."""
    if len(lines) != 1 or not kol.may_edit or lines[0].change.root != kol.pk:
        return None
    return lines[0] if restoring.restorable(lines[0].change) else None


def timeline_context(request, kol: Kol) -> dict:
    kind, token = request.GET.get("kind", ""), request.GET.get("before", "")
    if kind and timeline.sources.get(kind) is None:
        raise Http404
    try:
        before = Place.read(token) if token else None
    except ValueError:
        raise Http404 from None
    counts = {} if before else timeline.counts(kol)
    reader, actor = request.user, page_actor(request)
    stream = timeline.read(kol, kind, before, without=_empty(counts), reader=reader)
    pinned = timeline.on_top(kol, kind, before, reader)
    on_top = {entry.id for entry in pinned}
    for entry in (*pinned, *stream.entries):
        entry.extra["pinned"] = entry.id in on_top
        touch, lines = entry.extra.get("touch"), entry.extra.get("lines", ())
        entry.extra["take_back"] = touch is not None and touches.may_take_back(
            actor, touch, may_edit=kol.may_edit
        )
        entry.extra["restore"] = _restorable(kol, lines)
    return {
        "kol": kol,
        "stream": stream,
        "pinned": pinned,
        "kind": kind,
        "is_first": before is None,
        "chips": [
            {"kind": "", "label": _("All"), "count": sum(counts.values())},
            *(
                {"kind": name, "label": source.label, "count": counts.get(name, 0)}
                for name, source in sorted(timeline.sources.items(), key=lambda pair: pair[0] == "change")
            ),
        ],
    }
