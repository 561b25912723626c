"""The inbox of approvals, and the verdict while a plan is typed (DOMAIN 6.2)."""

from uuid import UUID

from django.http import HttpRequest
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from incentives import judging, verdict_words
from incentives.filters import PlanFilter
from incentives.forms.plan import ItemForm, PlanEditor
from incentives.models import IncentivePlan, PlanItem
from incentives.services import plan_items
from kol_crm.core import installation, lists
from kol_crm.core.lists import Column, ListSpec
from kol_crm.core.paging import Sort
from profiles.models import Kol
from profiles.services.access import kol_or_404


def _waiting(user):
    return IncentivePlan.objects.visible_to(user).filter(state=IncentivePlan.State.SUBMITTED)


APPROVALS = lists.register(
    ListSpec(
        name="plan-approvals",
        rows=_waiting,
        prepare=lambda rows: rows.for_list().select_related("submitted_by").prefetch_related("judgements"),
        filterset=PlanFilter,
        sorts=(Sort("submitted", "submitted_at", _("Submitted")),),
        default_sort="submitted",
        columns=(
            Column("kol", "KOL", css="col-kol"),
            Column("title", _("Plan")),
            Column("why", _("Why outside")),
            Column("amount", _("Sum and ceiling"), css="col-plan-kinds", right=True),
            Column("submitted", _("Submitted"), sort="submitted", css="col-plan-due"),
            Column("by", _("By"), css="col-owner"),
        ),
        template="incentives/approval/list.html",
        rows_template="incentives/approval/_rows.html",
    )
)


@require_safe
def approval_list(request: HttpRequest):
    def context(listing) -> dict:
        for plan in listing.rows:
            judged = next((row for row in plan.judgements.all() if row.act == row.Act.SUBMITTED), None)
            plan.kept = verdict_words.kept(judged.figures) if judged else None
        asked = listing.params.get("for_me", "")
        return {
            "chips": [
                {"label": _("All that wait"), "url": listing.url(for_me=None), "on": not asked},
                {"label": _("For me to decide"), "url": listing.url(for_me="true"), "on": asked == "true"},
            ],
            "may_open_files": request.user.role != request.user.Role.FINANCE,
        }

    return lists.render_list(request, APPROVALS, context)


@require_POST
def plan_verdict(request: HttpRequest, pk: UUID):
    """What the policy says of the plan as it is typed, nothing of it saved; ``plan``: which one is edited."""
    kol = kol_or_404(request.user, pk, "edit")
    editor = PlanEditor(request.POST, kol=kol)
    editor.is_valid()
    rows = [(form, item) for form in editor.item_forms if (item := _whole(kol, form)) is not None]
    plan = _of(kol, request.POST.get("plan", ""))
    verdict = judging.judge(kol, [item for _form, item in rows], installation.day(timezone.now()), plan=plan)
    told = verdict_words.told(verdict)
    said = {form.index: line for (form, _item), line in zip(rows, told["lines"], strict=True)}
    lines = [{"index": form.index, "line": said.get(form.index)} for form in editor.item_forms]
    context = {"verdict": told, "lines": lines, "unfinished": len(editor.item_forms) - len(rows)}
    return render(request, "incentives/plan/_live.html", context)


def _whole(kol: Kol, form: ItemForm) -> PlanItem | None:
    """The item of a row that says all it must; None while it is being typed."""
    if form.errors:
        return None
    values = {name: value for name, value in form.values.items() if name not in ("id", "need")}
    item = PlanItem(plan=IncentivePlan(kol=kol), **values)
    return None if plan_items.problems(kol, [item]) else item


def _of(kol: Kol, pk: str) -> IncentivePlan | None:
    return next((row for row in IncentivePlan.objects.filter(kol=kol) if str(row.pk) == pk), None)
