"""One plan as its page tells it: beside the queue of Today, or whole; the answers of its steps."""

from uuid import UUID

from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from incentives import figures, given_items, judging, verdict_words
from incentives.forms.plan_step import SendBackForm, StepForm, SubmitForm
from incentives.models import IncentivePlan
from incentives.services import plan as plans
from incentives.services import plan_approval as approvals
from incentives.views import plan_history
from kol_crm.core import installation
from kol_crm.core.doors import page_actor
from lifecycle.views import beside
from profiles.services.access import may, row_or_404

STEPS = {
    "activate": (StepForm, approvals.activate, gettext_lazy("The plan is running.")),
    "submit": (SubmitForm, approvals.submit, gettext_lazy("A manager is asked to approve it.")),
    "withdraw": (StepForm, approvals.withdraw, gettext_lazy("It is a draft again.")),
    "approve": (StepForm, approvals.approve, gettext_lazy("Approved: it can be started.")),
    "send_back": (SendBackForm, approvals.send_back, gettext_lazy("It is a draft again.")),
    "finish": (StepForm, plans.finish, gettext_lazy("The plan is done.")),
    "stop": (StepForm, plans.stop, gettext_lazy("The plan is stopped.")),
}
JUDGED = (IncentivePlan.State.DRAFT, IncentivePlan.State.SUBMITTED, IncentivePlan.State.APPROVED)


@require_GET
def plan_detail(request, pk: UUID):
    """The page; for htmx the part beside the queue."""
    return show(request, plan_or_404(request.user, pk))


@require_POST
def plan_step(request, pk: UUID, verb: str):
    """A step of the plan's state, on the version that the page showed."""
    if verb not in STEPS:
        raise Http404
    plan = plan_or_404(request.user, pk, "edit")
    form_class, act, done = STEPS[verb]
    return beside.step(
        request,
        form_class(request.POST),
        lambda **values: act(page_actor(request), plan, **values),
        lambda **context: show(request, plan_or_404(request.user, pk), **context),
        page_of(plan),
        done,
    )


def plan_or_404(user, pk: UUID, action: str = "view") -> IncentivePlan:
    """The plan, if ``user`` may do ``action`` on its file. Raises ``Http404`` or ``PermissionDenied``."""
    rows = IncentivePlan.objects.select_related("kol__owner", "kol__main_field", "author", "submitted_by")
    return row_or_404(rows, user, pk, action, _("You may see this plan but not change it."))


def page_of(plan: IncentivePlan) -> str:
    return reverse("incentives:plan-detail", args=[plan.pk])


def show(request, plan: IncentivePlan, *, form=None, problem: str = "", status: int = 200):
    """The plan as it stands; ``form``: one that was refused, with what was typed."""
    items = list(plan.items.select_related("need"))
    given = given_items.of(items)
    for item in items:
        item.given = given[item.pk]
    may_edit = may(request.user, plan.kol, "edit")
    day = installation.day(timezone.now())
    verdict = judging.judge(plan.kol, items, day, plan=plan) if plan.state in JUDGED else None
    verbs = approvals.verbs_of(plan) if may_edit else []
    why_not = approvals.why_not_approve(request.user, plan) if "approve" in verbs else ""
    if why_not:
        verbs = [verb for verb in verbs if verb not in ("approve", "send_back")]
    if verdict is not None:
        needless = "submit" if verdict.inside else "activate" if plan.state == plan.State.DRAFT else ""
        verbs = [verb for verb in verbs if verb != needless]
    context = {
        "plan": plan,
        "kol": plan.kol,
        "items": items,
        "totals": figures.totals(items),
        "verdict": verdict_words.told(verdict) if verdict and items else None,
        "verbs": verbs,
        "why_not": why_not,
        "may_edit": may_edit and plan.state in plans.EDITED,
        "may_open_file": may(request.user, plan.kol, "view"),
        "decisions": [
            {"row": row, "kept": verdict_words.kept(row.figures)}
            for row in plan.judgements.select_related("by", "policy")
        ],
        "history": plan_history.acts(plan),
        "submitting": form if isinstance(form, SubmitForm) else SubmitForm(initial={"reason": plan.reason}),
        "sending_back": form if isinstance(form, SendBackForm) else SendBackForm(),
        "form": form,
        "problem": problem,
    }
    part = "incentives/plan/_detail.html" if request.htmx else "incentives/plan/detail.html"
    return render(request, part, context, status=status)
