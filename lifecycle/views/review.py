"""Reviews: the list, one review with its evidence, its end, another date (DOMAIN 5.4; UI, screen 7)."""

from datetime import date
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kol_crm.core import lists, policy
from kol_crm.core.answers import toast
from kol_crm.core.doors import page_actor
from kol_crm.core.errors import Conflict, Refused
from kol_crm.core.lists import Listing
from lifecycle import evidence, reviewing, stage_words
from lifecycle import review_flow as flow
from lifecycle.days import installation_day
from lifecycle.due import why
from lifecycle.evidence import Evidence
from lifecycle.filters import SPANS, STATES
from lifecycle.forms.review import RescheduleForm, ReviewForm
from lifecycle.look_again import look_again_default
from lifecycle.models import Review
from lifecycle.review_list import REVIEWS
from lifecycle.rules.review import Suggestion
from lifecycle.services import gate as gates
from lifecycle.services import review as reviews
from lifecycle.services import review_end
from lifecycle.services.review_end import Ended
from profiles.models import Kol, Stage
from profiles.models.querysets import EDIT, VIEW
from profiles.services.access import may, row_or_404
from profiles.views.facets import FACETS, opened


@require_safe
def review_list(request: HttpRequest):
    """Without filters in the address it opens on what is to do: one's own, for a manager the team's."""
    if not request.GET and not request.htmx:
        mine = {"owner": "me"} if request.user.role == request.user.Role.OPERATOR else {}
        return redirect(f"{request.path}?{urlencode({'state': 'open', **mine})}")
    return lists.render_list(request, REVIEWS, _list_context)


def _list_context(listing: Listing) -> dict:
    on = listing.filterset.active
    chosen = on.get("due", [])
    return {
        "day": listing.filterset.day,
        "mine_due": flow.left(listing.filterset.user, listing.filterset.day),
        "tabs": [
            {
                "label": label,
                "url": listing.url(state=state, due=None, sort=sort),
                "active": on.get("state") == state,
            }
            for (state, label), sort in zip(STATES, ("due", "-done"), strict=True)
        ],
        "spans": [
            {
                "label": label,
                "on": name in chosen,
                "dot": {"overdue": "bad", "soon": "warn"}.get(name, ""),
                "url": listing.url(due=[] if name in chosen else [name]),
            }
            for name, label in SPANS
        ],
        "facets": [
            opened(FACETS[key], listing.filterset, listing.params, listing.path)
            | {"clear_url": listing.url(**{key: None})}
            for key in ("stage", "owner")
        ],
    }


@require_http_methods(["GET", "HEAD", "POST"])
def review_detail(request: HttpRequest, pk: UUID):
    """The evidence and the decision bar, as a page or as the part beside the queue; POST ends the review."""
    review = review_or_404(request.user, pk, EDIT if request.method == "POST" else VIEW)
    if request.method != "POST":
        return _detail(request, review)
    form = _form(review, installation_day(timezone.now()), request.POST.get("decision", ""), request.POST)
    if not form.is_valid():
        return _detail(request, review, form=form, status=422)
    try:
        ended = review_end.end(page_actor(request), review, **form.cleaned_data)
    except ValidationError as error:
        form.add_error(None, error)
        return _detail(request, review, form=form, status=422)
    except Refused as refused:
        if refused.code == "already_done":
            return _overtaken(request, review, form)
        form.refuse(refused)
        return _detail(request, review, form=form, status=409)
    except Conflict:
        return _overtaken(request, review, form)
    return _done(request, ended)


@require_safe
def decision(request: HttpRequest, pk: UUID):
    """What ``?decision=`` asks for: the gate of its step, the cause of a departure, the next date."""
    review = review_or_404(request.user, pk, EDIT)
    day = installation_day(timezone.now())
    form = _form(review, day, request.GET.get("decision", ""))
    return render(
        request,
        "lifecycle/review/_decision.html",
        _gate(request, review, form, day) | {"form": form, "kol": review.kol},
    )


@require_POST
def reschedule(request: HttpRequest, pk: UUID):
    """Another date for a review that is still to be done."""
    review = review_or_404(request.user, pk, EDIT)
    form = RescheduleForm(request.POST, review=review)
    if not form.is_valid():
        return _detail(request, review, dating=form, status=422)
    try:
        saved = reviews.reschedule(page_actor(request), review, **form.cleaned_data)
    except ValidationError as error:
        form.add_error(None, error)
        return _detail(request, review, dating=form, status=422)
    except (Conflict, Refused):
        return _overtaken(request, review, _form(review, installation_day(timezone.now()), ""))
    answer = _detail(request, saved)
    return toast(answer, _("The review is redated."))


def review_or_404(user, pk: UUID, action: str = VIEW) -> Review:
    """The review, if ``user`` may do ``action`` on its file. Raises ``Http404`` or ``PermissionDenied``."""
    refusal = _("You may see this review but not end it.")
    return row_or_404(Review.objects.for_list(), user, pk, action, refusal)


def _form(review: Review, day: date, decision: str, data=None) -> ReviewForm:
    stage = review.kol.stage
    to_stage = review_end.leads_to(stage, decision)
    return ReviewForm(
        data,
        review=review,
        decisions=reviews.decisions_for(stage),
        decision=decision,
        to_stage=to_stage,
        next_on=reviews.next_date(to_stage or stage, day, policy.current()),
        look_again_on=look_again_default(day),
    )


def _gate(request: HttpRequest, review: Review, form: ReviewForm, day: date) -> dict:
    """The gate on the way that the form's decision leads."""
    checks = gates.ask(review.kol, form.to_stage, day) if form.to_stage else []
    shut = gates.shut(checks)
    if shut:
        form.demand_reason()
    return {
        "shut": shut,
        "passed": len(checks) - len(shut),
        "closed": gates.needs_manager(checks) and not gates.is_manager(page_actor(request)),
        "to_label": Stage(form.to_stage).label if form.to_stage else "",
        "written": stage_words.written(review.kol.stage, form.to_stage),
        "not_won": form.to_stage == Stage.DEPARTED and review.kol.stage == Stage.INTRODUCTION,
    }


def _known(review: Review, day: date) -> tuple[list[Evidence], Suggestion | None]:
    """What is known and suggested now; of a review that ended, what was then."""
    if review.done_at is None:
        return evidence.gather(review.kol, day), reviewing.suggest(review.kol, day)
    kept = review.evidence.get("suggestion")
    advice = Suggestion(kept["decision"], tuple(kept["reasons"])) if kept else None
    return [Evidence(**row) for row in review.evidence.get("rows", ())], advice


def _detail(request: HttpRequest, review: Review, *, status: int = 200, **context) -> HttpResponse:
    day, kol = installation_day(timezone.now()), review.kol
    known, advice = _known(review, day)
    context = {
        "form": None,
        "dating": None,
        "review": review,
        "kol": kol,
        "known": known,
        "advice": advice,
        "advice_label": Review.Decision(advice.decision).label if advice else "",
        "why": why(kol, review.due_on, day),
        "day": day,
        "left": flow.left(request.user, day) if flow.is_on(request) else None,
        "may_edit": review.done_at is None and may(request.user, kol, EDIT),
        **context,
    }
    if context["may_edit"]:
        # a suggestion to stay is ready to be confirmed; whatever moves the KOL is chosen by hand
        stays = advice is not None and advice.decision == Review.Decision.STAY
        context["form"] = context["form"] or _form(review, day, Review.Decision.STAY if stays else "")
        context["dating"] = context["dating"] or RescheduleForm(review=review)
        context |= _gate(request, review, context["form"], day)
    template = "lifecycle/review/_detail.html" if request.htmx else "lifecycle/review/detail.html"
    return render(request, template, context, status=status)


def _overtaken(request: HttpRequest, review: Review, form: ReviewForm) -> HttpResponse:
    """Somebody was faster: the review as it stands now, with what was typed."""
    current = review_or_404(request.user, review.pk)
    if current.done_at is None:
        form = form.on_version(current)
    return _detail(request, current, form=form, overtaken=True, status=409)


def _done(request: HttpRequest, ended: Ended) -> HttpResponse:
    """After the end; in the flow of one's due reviews the next follows by itself."""
    done, move = ended
    kol = Kol.objects.get(pk=done.kol_id)
    told = {"name": kol.name, "decision": done.get_decision_display(), "stage": kol.get_stage_display()}
    words = _("%(name)s moved to %(stage)s.") % told if move else _("%(name)s: %(decision)s.") % told
    if kol.review_due:
        day = installation_day(done.done_at)
        words = _("%(what)s Next review %(day)s.") % {
            "what": words,
            "day": evidence.day_words(kol.review_due, day),
        }
    undo_url = reverse("lifecycle:move-undo", args=[move.pk]) if move else ""
    if not request.htmx:
        messages.success(request, words, extra_tags=undo_url)
        return redirect("lifecycle:review-list")
    in_flow = flow.is_on(request)
    day = installation_day(timezone.now())
    context = {
        "done": done,
        "kol": kol,
        "in_flow": in_flow,
        "following": flow.following(request.user, day, done) if in_flow else None,
    }
    return toast(render(request, "lifecycle/review/_done.html", context), words, undo_url=undo_url)
