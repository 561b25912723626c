"""Reviews: the list, one review with its evidence, its end, another date (DOMAIN 5.4; UI, screen 7)."""

from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kol_crm.core import lists, policy
from kol_crm.core.answers import toast
from kol_crm.core.doors import page_actor
from kol_crm.core.errors import Conflict, Refused
from kol_crm.core.lists import Column, Listing, ListSpec
from kol_crm.core.paging import Sort
from lifecycle import evidence
from lifecycle.days import installation_day
from lifecycle.due import why
from lifecycle.evidence import Evidence
from lifecycle.filters import SPANS, STATES, ReviewFilter
from lifecycle.forms.review import RescheduleForm, ReviewForm
from lifecycle.models import Review
from lifecycle.services import review as reviews
from lifecycle.services import steps
from profiles.models import Kol, Stage
from profiles.models.querysets import EDIT, VIEW
from profiles.services.access import may, row_or_404
from profiles.views.facets import FACETS, opened

REVIEWS = lists.register(
    ListSpec(
        name="reviews",
        rows=Review.objects.visible_to,
        prepare=lambda rows: rows.for_list(),
        filterset=ReviewFilter,
        sorts=(
            Sort("due", "due_on", gettext_lazy("Due")),
            Sort("done", "done_at", gettext_lazy("Done"), descending_first=True, nullable=True),
        ),
        default_sort="due",
        columns=(
            Column("kol", gettext_lazy("KOL"), css="col-kol"),
            Column("stage", gettext_lazy("Stage"), css="col-stage"),
            Column("due", gettext_lazy("Due"), sort="due", css="col-due"),
            Column("verdict", gettext_lazy("Verdict"), css="col-verdict"),
            Column("owner", gettext_lazy("Owner"), css="col-owner"),
            Column("outcome", gettext_lazy("How it ended"), css="col-fields"),
            Column("done", gettext_lazy("Done"), sort="done", css="col-touch", right=True),
        ),
        template="lifecycle/review/list.html",
        rows_template="lifecycle/review/_rows.html",
        panel_template="lifecycle/review/_panel.html",
    )
)
MOVES_TO = {Review.Decision.ADVANCE: 1, Review.Decision.STEP_BACK: -1}


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
    day = installation_day(timezone.now())
    form = _form(review, day, request.POST)
    if not form.is_valid():
        return _detail(request, review, form=form, status=422)
    try:
        done = reviews.complete(page_actor(request), review, **form.cleaned_data)
    except ValidationError as error:
        form.add_error(None, error)
        return _detail(request, review, form=form, status=422)
    except (Conflict, Refused):
        return _overtaken(request, review, form)
    return _done(request, done)


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
        return _overtaken(request, review, _form(review, installation_day(timezone.now())))
    answer = _detail(request, saved)
    return toast(answer, _("The review is redated."))


def review_or_404(user, pk: UUID, action: str = VIEW) -> Review:
    """The review, if ``user`` may do ``action`` on its file. Raises ``Http404`` or ``PermissionDenied``."""
    refusal = _("You may see this review but not end it.")
    return row_or_404(Review.objects.for_list(), user, pk, action, refusal)


def _form(review: Review, day, data=None) -> ReviewForm:
    following = reviews.next_date(review.kol.stage, day, policy.current())
    decisions = reviews.decisions_for(review.kol.stage)
    return ReviewForm(data, review=review, decisions=decisions, next_on=following)


def _detail(request: HttpRequest, review: Review, *, status: int = 200, **context) -> HttpResponse:
    day, kol = installation_day(timezone.now()), review.kol
    if review.done_at is None:
        known = evidence.gather(kol, day)
    else:
        known = [Evidence(**row) for row in review.evidence.get("rows", ())]
    context = {
        "form": None,
        "dating": None,
        "review": review,
        "kol": kol,
        "known": known,
        "why": why(kol, review.due_on, day),
        "day": day,
        "may_edit": review.done_at is None and may(request.user, kol, EDIT),
        **context,
    }
    if context["may_edit"]:
        context["form"] = context["form"] or _form(review, day)
        context["dating"] = context["dating"] or RescheduleForm(review=review)
    template = "lifecycle/review/_detail.html" if request.htmx else "lifecycle/review/detail.html"
    return render(request, template, context, status=status)


def _overtaken(request: HttpRequest, review: Review, form: ReviewForm) -> HttpResponse:
    """Somebody was faster: the review as it stands now, with what was typed."""
    current = review_or_404(request.user, review.pk)
    if current.done_at is None:
        form = form.on_version(current)
    return _detail(request, current, form=form, overtaken=True, status=409)


def _done(request: HttpRequest, done: Review) -> HttpResponse:
    """After the end: the move it asks for opens at the side; on the review's own page the next follows."""
    kol = Kol.objects.get(pk=done.kol_id)
    words = _("%(name)s: %(decision)s. Next review %(day)s.") % {
        "name": kol.name,
        "decision": done.get_decision_display(),
        "day": evidence.day_words(kol.review_due, installation_day(done.done_at)),
    }
    to_stage = _move_of(kol, done.decision)
    page = reverse("lifecycle:review-detail", args=[done.pk])
    on_its_page = bool(request.htmx) and request.htmx.current_url_abs_path == page
    following = next_review(request.user) if on_its_page else None
    context = {
        "done": done,
        "kol": kol,
        "to_stage": to_stage,
        "following": following,
        "on_its_page": on_its_page,
    }
    if not request.htmx:
        return redirect("lifecycle:review-list")
    return toast(render(request, "lifecycle/review/_done.html", context), words)


def _move_of(kol: Kol, decision: str) -> str:
    """The stage that a decision leads to; empty when the KOL stays."""
    if decision == Review.Decision.DEPART:
        return Stage.DEPARTED
    if decision not in MOVES_TO:
        return ""
    return steps.ORDER[steps.ORDER.index(Stage(kol.stage)) + MOVES_TO[decision]]


def next_review(user) -> Review | None:
    """The one of one's own that is due first."""
    mine = Review.objects.awaiting().filter(kol__in=Kol.objects.active().visible_to(user).filter(owner=user))
    return mine.for_list().order_by("due_on", "pk").first()
