"""The policy matrix: read by everybody, edited as a grid, in versions (DOMAIN 6.1)."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from incentives import policy_effect, policy_table, policy_usage, verdict_words
from incentives.forms.policy import PolicyDraft, SaveForm, problems_of
from incentives.models import IncentivePolicy, Kind
from incentives.services import policy as verbs
from incentives.views.value import csv_answer
from kol_crm.core import installation, rights
from kol_crm.core.doors import page_actor
from kol_crm.core.errors import Refused
from profiles.models import Level, Stage

ICONS = {
    "spiritual": "award",
    "material": "gift",
    "resources": "megaphone",
    "knowledge": "graduation-cap",
    "ip_building": "gem",
    "fan_operation": "users",
    "privilege": "key-round",
    "profit_share": "percent",
}
VERSIONS_SHOWN = 8


@require_safe
def policy_page(request):
    """The newest version, or the one that ``version`` names; ``cell``: which cell is open."""
    versions = list(IncentivePolicy.objects.select_related("author"))
    asked = request.GET.get("version", "")
    shown = next((row for row in versions if str(row.number) == asked), None) if asked else None
    if asked and shown is None:
        raise Http404
    newest = versions[0] if versions else None
    shown = shown or newest
    draft = PolicyDraft(shown, cell=request.GET.get("cell", ""))
    edits = rights.edits_policy(request.user) and shown == newest
    return _page(request, draft, versions, shown, edits=edits)


@require_safe
def policy_file(request, number: int):
    """The grid of one version as CSV, with how many KOLs one sees in each cell."""
    policy = IncentivePolicy.objects.filter(number=number).first()
    if policy is None:
        raise Http404
    return csv_answer(
        f"policy-{policy}", policy_table.head(), policy_table.rows(policy, policy_effect.counts(request.user))
    )


@require_POST
def policy_draw(request):
    """The grid with what was typed and the effect of it; nothing is saved."""
    _demand(request)
    versions = list(IncentivePolicy.objects.select_related("author"))
    draft = PolicyDraft(versions[0] if versions else None, request.POST)
    return _page(request, draft, versions, versions[0] if versions else None, edits=True, typed=True)


@require_POST
def policy_save(request):
    _demand(request)
    versions = list(IncentivePolicy.objects.select_related("author"))
    newest = versions[0] if versions else None
    draft, form = PolicyDraft(newest, request.POST), SaveForm(request.POST)
    problem, wrong, status = "", {}, 422
    if form.is_valid():
        changes = draft.changed(newest.cells if newest else {})
        try:
            row = verbs.save(page_actor(request), changes, **form.cleaned_data, base=draft.base)
        except ValidationError as error:
            wrong = error.message_dict
            for name in wrong:
                if name in form.fields:
                    form.add_error(name, wrong[name])
            problem = " ".join(wrong.get("cells", []))
            draft.cell = next((key for key in verbs.KEYS if _of(wrong, key)), draft.cell)
        except Refused as refused:
            problem, status = refused.message, 409
            draft.base = newest.number if newest else 0
        else:
            words = _("v%(n)d is in force from %(day)s.") % {"n": row.number, "day": row.from_day}
            messages.success(request, words)
            return redirect("incentives:policy")
    return _page(
        request, draft, versions, newest, edits=True, form=form, problem=problem, wrong=wrong, status=status
    )


def _of(wrong: dict, key: str) -> dict[str, Any]:
    """The problems of one cell by field."""
    start = f"cells.{key}."
    return {name.removeprefix(start): words for name, words in wrong.items() if name.startswith(start)}


def _demand(request) -> None:
    if not rights.edits_policy(request.user):
        raise PermissionDenied(_("This is set by admins or by managers of the top team."))


def _page(
    request,
    draft: PolicyDraft,
    versions: list[IncentivePolicy],
    shown: IncentivePolicy | None,
    *,
    edits: bool,
    form: SaveForm | None = None,
    problem: str = "",
    wrong: dict | None = None,
    typed: bool = False,
    status: int = 200,
):
    standing = shown.cells if shown else {}
    day = installation.day(timezone.now())
    counts = policy_effect.counts(request.user)
    usage = policy_usage.of(request.user, shown, counts, day)
    wrong = wrong or (problems_of(draft) if typed else {})
    changed = draft.changed(standing)
    opened, kept = draft.cells[draft.cell], standing.get(draft.cell)
    stage, _dot, level = draft.cell.partition(".")
    after = opened if draft.cell in changed and not _of(wrong, draft.cell) else kept
    written = shown.currency if shown else ""
    number = versions[0].number + 1 if versions else 1
    if form is None:
        initial = {"from_day": day + timedelta(days=1)}
        form = SaveForm(request.POST, initial=initial) if typed else SaveForm(initial=initial)
        if typed:
            form = SaveForm(initial={name: request.POST.get(name, "") for name in form.fields})
    in_force = IncentivePolicy.objects.in_force(day)
    context = {
        "kinds": [
            {
                "value": kind.value,
                "label": kind.label,
                "icon": ICONS[kind],
                "on": kind in opened["kinds"],
                "new": kind in opened["kinds"] and kind not in (kept or {}).get("kinds", ()),
            }
            for kind in Kind
        ],
        "levels": Level.choices,
        "rows": [_row(stage, draft, counts, changed, wrong, usage) for stage in verbs.STAGES],
        "introduction": counts.get(Stage.INTRODUCTION, 0),
        "draft": draft,
        "opened": opened,
        "kept": kept,
        "opened_label": verdict_words.place(stage, level),
        "errors": _of(wrong, draft.cell),
        "effect": policy_effect.of_cell(request.user, draft.cell, kept, after, day, written),
        "changed": [verdict_words.place(*key.split(".")) for key in changed],
        "edits": edits,
        "form": form,
        "number": number,
        "shown": shown,
        "in_force": in_force,
        "coming": [row for row in versions if row.from_day > day],
        "versions": versions[:VERSIONS_SHOWN],
        "currency": written or installation.currency(),
        "base": installation.currency(),
        "problem": problem,
    }
    part = "incentives/policy/_grid.html" if request.htmx and typed else "incentives/policy/page.html"
    return render(request, part, context, status=status)


def _row(
    stage: str, draft: PolicyDraft, counts: dict, changed: dict, wrong: dict, usage: dict
) -> dict[str, Any]:
    cells = []
    for level in Level.values:
        key = f"{stage}.{level}"
        cell = draft.cells[key]
        cells.append(
            {
                "key": key,
                "label": verdict_words.place(stage, level),
                "ceiling": cell["ceiling"],
                "usual": cell["usual"] or "",
                "joined": ",".join(cell["kinds"]),
                "kinds": [(kind.label, ICONS[kind], kind in cell["kinds"]) for kind in Kind],
                "kols": counts.get(key, 0),
                "usage": usage.get(key),
                "opened": key == draft.cell,
                "changed": key in changed,
                "wrong": bool(_of(wrong, key)),
            }
        )
    return {"stage": stage, "label": Stage(stage).label, "cells": cells, "kols": counts.get(stage, 0)}
