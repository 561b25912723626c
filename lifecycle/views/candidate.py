"""Candidates: bringing one in, the sheet beside the table, rating, outreach, steps, outcome (DOMAIN 4)."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import Http404, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from kol_crm.core import lists
from kol_crm.core.answers import go_on, toast
from kol_crm.core.doors import page_actor
from kol_crm.core.errors import Refused
from lifecycle import attempts
from lifecycle.days import installation_day
from lifecycle.forms.fit import FitForm
from lifecycle.forms.programme import CandidateForm, CandidateOfForm, OutcomeForm, StepForm
from lifecycle.models import WORK, Candidate, Outreach, Rating, Step
from lifecycle.programme_lists import CANDIDATES
from lifecycle.programme_page import CHANNELS, ProgrammePage
from lifecycle.rules import fit as rules
from lifecycle.services import candidate as verbs
from lifecycle.services import fit, outreach
from lifecycle.services.reaching import candidate_or_404, programme_or_404
from profiles.models import Kol
from profiles.services import access, one_voice
from profiles.views import side

METHODS = ["GET", "HEAD", "POST"]
ACTS = ("begin", "end")
LATEST = 8


@require_GET
def candidate_list(request):
    """All candidates that one may see; as a panel those of one file."""
    return lists.render_list(request, CANDIDATES, _list_context)


def _list_context(listing) -> dict[str, Any]:
    steps = set(listing.params.getlist("step"))
    mine = listing.params.getlist("owner") == ["me"]
    is_open = listing.params.get("open") == "true"
    return {
        "kol_id": listing.params.get("kol", ""),
        "steps": [
            {
                "label": step.label,
                "url": listing.url(step=None if step in steps else step.value),
                "on": step in steps,
            }
            for step in Step
        ],
        "open_url": listing.url(open=None if is_open else "true"),
        "is_open": is_open,
        "mine_url": listing.url(owner=None if mine else "me"),
        "is_mine": mine,
    }


@require_http_methods(METHODS)
def candidate_create(request, pk: UUID):
    """A file in introduction becomes a candidate of the programme."""
    programme = programme_or_404(request.user, pk, WORK)
    posted = request.POST if request.method == "POST" else None
    asked = _id(request.GET.get("kol", ""))
    kol = Kol.objects.visible_to(request.user).filter(pk=asked).first() if asked else None
    form = CandidateForm(posted, user=request.user, kol=kol)

    def act(values):
        told = {name: values[name] for name in verbs.FACTS if name in values}
        return verbs.add(page_actor(request), programme, values["kol"], told)

    title = _("New candidate")
    back = reverse("lifecycle:programme-detail", args=[programme.pk])
    return side.answer(request, None, form, act, title=title, done=_("The candidate is in."), back=back)


@require_http_methods(METHODS)
def candidate_of(request, pk: UUID):
    """The same from the file: it becomes a candidate of a programme that is chosen."""
    kol = access.kol_or_404(request.user, pk)
    form = CandidateOfForm(request.POST if request.method == "POST" else None, user=request.user, kol=kol)

    def act(values):
        told = {name: values[name] for name in verbs.FACTS if name in values}
        return verbs.add(page_actor(request), values["programme"], kol, told)

    title, done = _("Add to a programme"), _("The candidate is in.")
    return side.answer(request, kol, form, act, title=title, done=done, onward=_url)


@require_safe
def candidate_detail(request, pk: UUID):
    """The sheet of one candidate: beside the table, or (a plain link) the programme with it chosen."""
    candidate = candidate_or_404(request.user, pk)
    return _sheet(request, candidate)


@require_POST
def candidate_rate(request, pk: UUID):
    """Save one's own sheet; the table follows. ``next`` goes on to the next in the order."""
    candidate = candidate_or_404(request.user, pk, WORK)
    _number, criteria = fit.in_force()
    form = FitForm(request.POST, criteria=criteria, mine={})
    if not form.is_valid():
        return _sheet(request, candidate, form=form, status=422)
    try:
        fit.rate(page_actor(request), candidate, form.given)
    except ValidationError as error:
        form.refuse(error)
        return _sheet(request, candidate, form=form, status=422)
    except Refused as refused:
        form.add_error(None, str(refused.message))
        return _sheet(request, candidate, form=form, status=409)
    following = (
        Candidate.objects.visible_to(request.user).filter(pk=_id(request.POST.get("next", ""))).first()
    )
    shown = candidate_or_404(request.user, following.pk if following else candidate.pk)
    if not request.htmx:
        return go_on(request, _url(shown), _("Saved."))
    return toast(_sheet(request, shown, table=True), _("Saved."))


@require_http_methods(METHODS)
def candidate_step(request, pk: UUID):
    """Setting a candidate back, by drop, menu or key; forward lead only facts."""
    candidate = candidate_or_404(request.user, pk, WORK)
    if (to := request.GET.get("to", "")) not in ("", *Step.values):
        raise Http404
    form = StepForm(request.POST if request.method == "POST" else None, candidate=candidate, to=to)

    def act(values):
        version = values["version"] or 0
        return verbs.set_back(page_actor(request), candidate, values["step"], values["why"], version)

    title = _("Set %(name)s back") % {"name": candidate.kol.name}
    note = _("Steps follow facts: an attempt, an answer, an agreed plan. By hand one only sets back.")
    back = _back(request, candidate)
    return side.answer(request, None, form, act, title=title, done=_("Set back."), note=note, back=back)


@require_http_methods(METHODS)
def candidate_outcome(request, pk: UUID):
    """What became of a candidate."""
    candidate = candidate_or_404(request.user, pk, WORK)
    initial = {"outcome": candidate.outcome, "note": candidate.outcome_note}
    form = OutcomeForm(request.POST if request.method == "POST" else None, initial=initial)

    def act(values):
        return verbs.decide(page_actor(request), candidate, values["outcome"], values["note"])

    title = _("Outcome of %(name)s") % {"name": candidate.kol.name}
    return side.answer(request, None, form, act, title=title, done=_("Saved."), back=_url(candidate))


@require_POST
def candidate_outreach(request, pk: UUID, act: str):
    """Begin or end the outreach to a candidate."""
    if act not in ACTS:
        raise Http404
    candidate = candidate_or_404(request.user, pk, WORK)
    try:
        if act == "begin":
            outreach.begin(page_actor(request), candidate, request.POST.get("voice_reason", "")[:300])
        else:
            outreach.end(page_actor(request), candidate)
    except Refused as refused:
        if not request.htmx:
            return go_on(request, _url(candidate), refused.message, error=True)
        return toast(_sheet(request, candidate, status=409), refused.message, kind="bad")
    words = {"begin": _("In outreach from now on."), "end": _("The outreach has ended.")}[act]
    if not request.htmx:
        return go_on(request, _url(candidate), words)
    return toast(_sheet(request, candidate_or_404(request.user, pk), table=True), words)


def sheet(request, page: ProgrammePage, candidate: Candidate, form: FitForm | None = None) -> dict[str, Any]:
    """What the sheet of one candidate shows."""
    ranked = next(one for one in page.ranked if one.candidate.pk == candidate.pk)
    number, criteria = page.judging.number, page.judging.criteria
    ratings = list(
        candidate.ratings.select_related("rubric", "rater").order_by("-rubric__number", "rater", "criterion")
    )
    mine = _mine(request.user, ratings, number)
    before, after = page.neighbours(candidate)
    return {
        "chosen": ranked,
        "candidate": candidate,
        "form": form or FitForm(criteria=criteria, mine=mine),
        "rubric": number,
        "sheets": _sheets(ratings) if mine or not page.may_work else [],
        "others": len({row.rater_id for row in ratings if row.rater_id != request.user.pk}),
        "mine": rules.fit(
            fit.criteria_of(criteria),
            [rules.Given(request.user.pk, key, rating.value) for key, rating in mine.items()],
        ),
        "next": page.next_of(candidate),
        "before": before,
        "after": after,
        "ahead": _ahead(page, ranked),
        "outreach": _outreach_of(candidate),
        "voice": one_voice.look(page_actor(request), candidate.kol),
        "steps": list(candidate.steps.select_related("user").order_by("-at", "-pk")),
        "earlier": [step for step in Step if verbs.rank_of(step) < verbs.rank_of(candidate.step)],
    }


def _sheet(request, candidate: Candidate, *, form=None, table: bool = False, status: int = 200):
    """The sheet alone, with ``table`` also the table as it was turned to; without htmx the whole page."""
    programme = candidate.programme
    day, asked = installation_day(timezone.now()), _turned_to(request)
    page = ProgrammePage(
        programme,
        request.user,
        day,
        shown=asked.get("step", ""),
        after=asked.get("after", ""),
        at=str(candidate.pk),
    )
    if not any(one.candidate.pk == candidate.pk for one in page.ranked):
        raise Http404
    context = {"page": page, "programme": programme, "channels": CHANNELS, "table": table}
    context |= sheet(request, page, candidate, form)
    if request.htmx:
        return render(request, "lifecycle/candidate/_answer.html", context, status=status)
    base = reverse("lifecycle:programme-detail", args=[programme.pk])
    context["chips"] = [{**chip, "url": f"{base}?step={chip['key']}"} for chip in page.chips]
    return render(request, "lifecycle/programme/detail.html", context, status=status)


def _turned_to(request) -> QueryDict:
    """The chip and page of the table beside which the sheet stands."""
    came_from = request.htmx.current_url if request.htmx else ""
    return QueryDict(urlsplit(came_from or "").query)


def _mine(user, ratings: Iterable[Rating], number: int) -> dict[str, Rating]:
    """One's own ratings by the rubric in force."""
    own = (one for one in ratings if one.rater_id == user.pk and one.rubric.number == number)
    return {rating.criterion: rating for rating in own}


def _sheets(ratings: Iterable[Rating]) -> list[dict[str, Any]]:
    """What each rater gave by each version, newest version first."""
    found: dict[tuple, dict[str, Any]] = {}
    for row in ratings:
        key = (row.rubric.number, row.rater_id)
        one = found.setdefault(key, {"rubric": row.rubric, "rater": row.rater, "ratings": []})
        one["ratings"].append(row)
    for one in found.values():
        given = [rules.Given(one["rater"].pk, row.criterion, row.value) for row in one["ratings"]]
        one["fit"] = rules.fit(fit.criteria_of(one["rubric"].criteria), given)
    return list(found.values())


def _outreach_of(candidate: Candidate) -> dict[str, Any]:
    """The attempts of the newest outreach to a candidate, and the next rung."""
    row = Outreach.objects.filter(candidate=candidate).order_by("-created_at", "-pk").first()
    shown = attempts.shown_of([row.pk])[row.pk][-LATEST:] if row else []
    return {"row": row, "shown": shown, "day": timezone.localdate()}


def _ahead(page: ProgrammePage, ranked) -> dict[str, Any] | None:
    """Who stands just before, and by how much."""
    place = ranked.placed.place
    if place is None or place == 1:
        return None
    other = next((one for one in page.ranked if one.placed.place == place - 1), None)
    if other is None:
        return None
    return {"name": other.candidate.kol.name, "by": other.placed.score.value - ranked.placed.score.value}


def _back(request, candidate: Candidate) -> str:
    """To the board where one came from it, else to the candidate."""
    board = reverse("lifecycle:candidate-board", args=[candidate.programme_id])
    came_from = request.htmx.current_url if request.htmx else request.headers.get("Referer", "")
    return board if came_from and board in came_from else _url(candidate)


def _url(candidate: Candidate) -> str:
    base = reverse("lifecycle:programme-detail", args=[candidate.programme_id])
    return f"{base}?candidate={candidate.pk}"


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
