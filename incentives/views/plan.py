"""Pages of IncentivePlans: the list and panel, one plan, its editor, its next step (DOMAIN 6.2)."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from incentives import figures, proposing
from incentives.filters import PlanFilter
from incentives.forms.plan import PlanEditor
from incentives.models import IncentivePlan, Kind
from incentives.services import plan as plans
from incentives.views import plan_history
from incentives.views.plan_page import page_of, plan_or_404
from incentives.views.plan_template import begun, templates_for
from kol_crm.core import installation, lists, merging
from kol_crm.core.doors import page_actor
from kol_crm.core.errors import Refused
from kol_crm.core.lists import Column, ListSpec
from kol_crm.core.paging import Sort
from profiles.models import Kol
from profiles.services.access import kol_or_404

PLANS = lists.register(
    ListSpec(
        name="plans",
        rows=IncentivePlan.objects.visible_to,
        prepare=lambda rows: rows.for_list(),
        filterset=PlanFilter,
        sorts=(
            Sort("created", "created_at", gettext_lazy("Created"), descending_first=True),
            Sort("title", "title", gettext_lazy("Title")),
        ),
        default_sort="-created",
        columns=(
            Column("kol", "KOL", css="col-kol"),
            Column("title", gettext_lazy("Plan"), sort="title"),
            Column("state", gettext_lazy("State"), css="col-plan-state"),
            Column("kinds", gettext_lazy("What kind"), css="col-plan-kinds"),
            Column("amount", gettext_lazy("Amount"), css="col-plan-amount", right=True),
            Column("due", gettext_lazy("Next due"), css="col-plan-due"),
            Column("owner", gettext_lazy("Owner"), css="col-owner"),
            Column("created", gettext_lazy("Created"), sort="created", css="col-plan-due"),
        ),
        template="incentives/plan/list.html",
        rows_template="incentives/plan/_rows.html",
        panel_template="incentives/plan/_panel.html",
    )
)


@require_GET
def plan_list(request):
    return lists.render_list(request, PLANS, _list_context(request))


@require_http_methods(["GET", "POST"])
def plan_create(request, pk: UUID):
    """A new plan for the file ``pk``."""
    kol = kol_or_404(request.user, pk, "edit")
    data = request.POST if request.method == "POST" else None
    editor = PlanEditor(data, kol=kol, begun=begun(request, kol))
    if request.method == "POST" and editor.is_valid():
        try:
            plan = plans.create(page_actor(request), kol, editor.facts, editor.items)
        except ValidationError as error:
            editor.add_error(error)
        except Refused as refused:
            return _editor(request, kol, editor, refused=refused)
        else:
            messages.success(request, _("The plan is drafted."))
            return redirect(page_of(plan))
    return _editor(request, kol, editor)


@require_http_methods(["GET", "POST"])
def plan_edit(request, pk: UUID):
    """The editor of a draft. What others saved meanwhile is merged; what both changed is asked."""
    plan = plan_or_404(request.user, pk, "edit")
    editor = PlanEditor(request.POST if request.method == "POST" else None, plan=plan)
    if request.method != "POST" or not editor.is_valid():
        return _editor(request, plan.kol, editor, plan=plan)
    actor = page_actor(request)

    def act(editor: PlanEditor) -> IncentivePlan:
        return plans.edit(actor, plan, editor.facts, editor.items, editor.base_version)

    try:
        saved = merging.save(editor, act)
    except ValidationError as error:
        editor.add_error(error)
        return _editor(request, plan.kol, editor, plan=plan)
    except Refused as refused:
        return _editor(request, plan.kol, editor, plan=plan, refused=refused)
    except merging.Unmerged as unmerged:
        return _editor(request, plan.kol, unmerged.editor, plan=plan, theirs=unmerged.current)
    words = plan_history.told(saved.others, request.user)
    messages.success(request, " ".join(filter(None, (_("Saved."), words))))
    return redirect(page_of(plan))


def _editor(request, kol: Kol, editor: PlanEditor, *, plan=None, refused=None, theirs=None):
    context = {
        "kol": kol,
        "plan": plan,
        "editor": editor,
        "proposed": proposing.of(kol, installation.day(timezone.now())),
        "templates": [] if plan else templates_for(kol),
        "problem": refused.message if refused else "",
        "theirs": theirs,
    }
    status = 409 if refused or theirs else 422 if request.method == "POST" else 200
    return render(request, "incentives/plan/form.html", context, status=status)


def _list_context(request):
    def context(listing) -> dict:
        for plan in listing.rows:
            plan.summary = figures.summary(plan.items.all(), timezone.localdate())
        chosen = {name: set(request.GET.getlist(name)) for name in ("state", "kind", "owner")}
        kol_id = request.GET.get("kol", "")
        return {
            "proposed": _proposed(request, kol_id),
            "may_open_files": request.user.role != request.user.Role.FINANCE,
            "kol_id": kol_id,
            "states": [
                {
                    "value": value,
                    "label": label,
                    "url": listing.url(state=value),
                    "on": value in chosen["state"],
                }
                for value, label in IncentivePlan.State.choices
            ],
            "all_states_url": listing.url(state=None),
            "is_any_state": not chosen["state"],
            "kinds": _facet(listing, "kind", _("Kind"), Kind.choices, chosen["kind"]),
            "window": (listing.filterset.active.get("due_from"), listing.filterset.active.get("due_to")),
            "is_windowed": bool({"due_from", "due_to"} & set(listing.filterset.active)),
            "any_time_url": listing.url(due_from=None, due_to=None),
            "keep_for_search": _others(listing, "q"),
            "keep_for_window": _others(listing, "due_from", "due_to"),
            "mine_url": listing.url(owner=None if chosen["owner"] == {"me"} else "me"),
            "is_mine": chosen["owner"] == {"me"},
        }

    return context


def _proposed(request, kol_id: str):
    """What the file's verdict proposes; only its own panel says so."""
    if not (request.htmx and kol_id) or request.user.role == request.user.Role.FINANCE:
        return None
    try:
        kol = Kol.objects.visible_to(request.user).filter(pk=kol_id).first()
    except ValidationError:
        return None
    return proposing.of(kol, installation.day(timezone.now())) if kol else None


def _facet(listing, key: str, label: str, choices, chosen: set[str]) -> dict:
    """What ``_parts/facet.html`` draws."""
    return {
        "key": key,
        "label": label,
        "options": [
            {"value": value, "label": words, "count": None, "selected": value in chosen}
            for value, words in choices
        ],
        "action": listing.path,
        "keep": _others(listing, key),
        "total": None,
        "clear_url": listing.url(**{key: None}),
    }


def _others(listing, *names: str) -> list[tuple[str, str]]:
    """What a form for some of the parameters carries along of the others."""
    left_out = {*names, "cursor"}
    return [
        (name, value) for name, values in listing.params.lists() for value in values if name not in left_out
    ]
