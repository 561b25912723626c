"""Two files side by side, one of them, and two again (UI: an edit shows both; DOMAIN 3.12)."""

from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kol_crm.core import wording
from kol_crm.core.answers import go_on
from kol_crm.core.doors import page_actor
from kol_crm.core.errors import Conflict, Refused
from kol_crm.core.models import Change
from profiles import changes
from profiles.models import Duplicate, Kol, Merge
from profiles.models.attribute import PREFIX
from profiles.models.querysets import EDIT, VIEW
from profiles.services import access, duplicate, merge, merge_plan, merge_shape, unmerge
from profiles.services.merge_plan import BOTH, MERGED, SURVIVOR, Plan, Question

COMPARE = "profiles/merge/compare.html"


@require_http_methods(["GET", "HEAD", "POST"])
def compare(request: HttpRequest, pk: UUID, other: UUID):
    """GET: both files and what would become of them, ``pk`` being the one that stays. POST merges them;
    with ``preview`` it only shows again what the answers make."""
    queryset = Kol.objects.select_related("owner", "agency", "type", "team")
    survivor = access.kol_or_404(request.user, pk, EDIT, queryset)
    merged = access.kol_or_404(request.user, other, EDIT, queryset)
    if survivor == merged:
        raise Http404
    answers = {name: value for name, value in request.POST.items() if value in (SURVIVOR, MERGED, BOTH)}
    if request.method != "POST":
        return _show(request, survivor, merged, answers)
    if "preview" in request.POST:
        return _show(request, survivor, merged, answers, template="profiles/merge/_outcome.html")
    versions = {kol.pk: _version(request, name) for name, kol in (("mine", survivor), ("theirs", merged))}
    try:
        row = merge.merge(page_actor(request), survivor.pk, merged.pk, answers, versions)
    except ValidationError as error:
        return _show(request, survivor, merged, answers, status=422, error=error)
    except Conflict:
        words = _("Somebody saved one of the files meanwhile. Look again, then merge.")
        return _show(request, survivor, merged, answers, status=409, problem=words)
    except Refused as refused:
        return _show(request, survivor, merged, answers, status=409, problem=str(refused.message))
    words = _("%(other)s is a part of %(name)s now.") % {"other": merged.name, "name": survivor.name}
    undo = reverse("profiles:merge-undo", args=[row.pk])
    return go_on(request, reverse("profiles:kol-detail", args=[survivor.pk]), words, undo_url=undo)


def _version(request, name: str) -> int:
    text = request.POST.get(f"version_{name}", "")
    return int(text) if text.isdecimal() else 0  # absence is an error, not a pass


def _show(request, survivor: Kol, merged: Kol, answers, *, template=COMPARE, **more: Any):
    """``status``; ``error`` stands at its question, ``problem`` above all."""
    status, error, problem = more.get("status", 200), more.get("error"), more.get("problem", "")
    try:
        plan = merge_plan.plan(survivor, merged, answers)
    except ValidationError as refused:
        plan, error = Plan(survivor, merged), refused
    wrong = error.message_dict if error is not None and hasattr(error, "error_dict") else {}
    if error is not None and not wrong:
        problem = " ".join(error.messages)
    first, second = duplicate.pair_of(survivor.pk, merged.pk)
    context = {
        "survivor": survivor,
        "merged": merged,
        "questions": [_asked(question, wrong) for question in plan.questions],
        "outcome": _outcome(plan),
        "problem": problem,
        "pair": Duplicate.objects.filter(first=first, second=second).first(),
    }
    return render(request, template, context, status=status)


def _asked(question: Question, wrong: dict[str, list[str]]) -> dict[str, Any]:
    return {
        "name": question.name,
        "label": _label(question.name),
        "mine": _said(question.name, question.mine),
        "theirs": _said(question.name, question.theirs),
        "answer": question.answer,
        "both": question.may_keep_both,
        "errors": wrong.get(question.name, []),
    }


def _label(name: str) -> str:
    if name == merge_plan.BIRTHDAY:
        return _("Birthday")
    if name == merge_plan.OWN_ACCOUNT:
        return _("Account on the own platform")
    return changes.field_words(changes.KOL, name)


def _said(name: str, value: Any) -> str:
    if name == merge_plan.BIRTHDAY:
        known = [str(part) for part in (value.year, value.month, value.day) if part]
        return "-".join(known)
    if name == merge_plan.OWN_ACCOUNT:
        return str(value)
    return changes.fact_words(name, value)


def _outcome(plan: Plan) -> dict[str, Any]:
    """The file as it will be, in words."""
    said = merge_shape.preview(plan)
    return {
        "changes": [
            {"label": _label(name), "value": changes.fact_words(name, plan.columns[name])}
            for name in sorted(plan.columns)
            if name not in merge_plan.birthday.COLUMNS and name != "staff_user"
        ]
        + [
            {"label": _label(ask.name), "value": _said(ask.name, ask.theirs)}
            for ask in plan.questions
            if ask.name.startswith(PREFIX) and ask.answer == MERGED
        ],
        "lists": [
            (_("Contact"), wording.listed(value for _channel, value in said["contacts"])),
            (_("Accounts"), wording.listed(said["accounts"])),
            (_("Fields"), wording.listed(f"{name} {strength}" for name, strength in said["fields"].items())),
            (_("Moves over"), _counted(plan.moves)),
            (_("Stays with the merged file, hidden"), _counted(plan.stays)),
        ],
    }


def _counted(rows) -> str:
    return wording.listed(f"{link.words} {len(pks)}" for link, pks in rows if pks)


@require_safe
def merge_detail(request: HttpRequest, pk: UUID):
    """One merge: what was made of what, and once undone what stayed."""
    row = _row(request, pk)
    return render(request, "profiles/merge/detail.html", _told(request, row))


def _told(request, row: Merge) -> dict[str, Any]:
    ids = [entry["change"] for entry in row.left if "change" in entry]
    found = Change.objects.filter(pk__in=ids).select_related("change_set__user").order_by("at", "pk")
    return {
        "merge": row,
        "may_undo": row.undone_at is None and access.may(request.user, row.survivor, EDIT),
        "lines": changes.lines(found),
        "rows": [entry for entry in row.left if "why" in entry],
    }


@require_POST
def undo(request: HttpRequest, pk: UUID):
    """Two files again; what was done since is listed on the merge's own page."""
    row = _row(request, pk)
    detail = reverse("profiles:merge-detail", args=[row.pk])
    try:
        done = unmerge.unmerge(page_actor(request), row)
    except Refused as refused:
        return go_on(request, detail, refused.message, error=True)
    words = _("%(name)s and %(other)s are two files again.") % {"name": row.survivor, "other": row.merged}
    file = reverse("profiles:kol-detail", args=[row.merged_id])
    return go_on(request, detail if done.left else file, words)


def _row(request, pk: UUID) -> Merge:
    rows = Merge.objects.select_related("survivor__owner", "merged__owner", "user", "undone_by")
    return access.row_or_404(rows, request.user, pk, VIEW, "")
