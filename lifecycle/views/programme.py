"""Pages of programmes: the list, one with its ranked candidates, the editor, start and close (DOMAIN 4.3)."""

from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Count, Q
from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from kol_crm.core import lists
from kol_crm.core.answers import go_on
from kol_crm.core.doors import page_actor
from kol_crm.core.errors import Conflict, Refused
from lifecycle.days import installation_day
from lifecycle.forms.programme import ProgrammeForm
from lifecycle.models import Candidate, Programme, Step
from lifecycle.programme_history import told
from lifecycle.programme_lists import PROGRAMMES
from lifecycle.programme_page import CHANNELS, CLOSED, ProgrammePage
from lifecycle.services import programme as verbs
from lifecycle.services.reaching import programme_or_404
from lifecycle.views.candidate import sheet
from profiles.models import Field
from profiles.models.querysets import EDIT
from profiles.services import access

METHODS = ["GET", "HEAD", "POST"]


@require_GET
def programme_list(request):
    def context(listing) -> dict:
        tallies = {
            row["programme"]: row
            for row in Candidate.objects.filter(programme__in=[one.pk for one in listing.rows])
            .visible_to(request.user)
            .values("programme")
            .annotate(
                every=Count("pk"),
                agreed=Count("pk", filter=Q(step=Step.AGREED)),
                open=Count("pk", filter=Q(outcome="")),
            )
        }
        for programme in listing.rows:
            programme.tally = tallies.get(programme.pk, {"every": 0, "agreed": 0, "open": 0})
        return {
            "states": _options(listing, "state", Programme.State.choices),
            "purposes": _options(listing, "purpose", Programme.Purpose.choices),
            "fields": _fields(listing),
            "mine_url": listing.url(owner=None if listing.params.get("owner") == "me" else "me"),
            "is_mine": listing.params.get("owner") == "me",
            "may_create": access.may_create(request.user),
        }

    return lists.render_list(request, PROGRAMMES, context)


@require_safe
def programme_detail(request, pk: UUID):
    """Pace, candidates in their order, and the sheet of the chosen one beside them."""
    return _detail(request, programme_or_404(request.user, pk))


@require_safe
def programme_history(request, pk: UUID):
    """What was changed, in the programme, its candidates and their ratings."""
    programme = programme_or_404(request.user, pk)
    context = {"programme": programme, "rows": told(programme, request.user)}
    return render(request, "lifecycle/programme/history.html", context)


@require_http_methods(METHODS)
def programme_create(request):
    if not access.may_create(request.user):
        raise PermissionDenied(_("Programmes are made by those who work with KOL files."))
    form = ProgrammeForm(request.POST if request.method == "POST" else None, user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            made = verbs.create(page_actor(request), form.facts, form.chosen)
        except ValidationError as error:
            form.refuse(error)
        else:
            return go_on(request, _url(made), _("The programme is drafted."))
    return _form(request, form)


@require_http_methods(METHODS)
def programme_edit(request, pk: UUID):
    programme = programme_or_404(request.user, pk, EDIT)
    posted = request.POST if request.method == "POST" else None
    form = ProgrammeForm(posted, user=request.user, programme=programme)
    if request.method == "POST" and form.is_valid():
        version = form.cleaned_data["version"] or 0
        try:
            verbs.edit(page_actor(request), programme, form.facts, form.chosen, version)
        except ValidationError as error:
            form.refuse(error)
        except Refused as refused:
            form.add_error(None, str(refused.message))
            return _form(request, form, programme, status=409)
        except Conflict as conflict:
            form.data = form.data.copy()
            form.data["version"] = str(conflict.current.version)
            words = _("Somebody changed this programme meanwhile: %(what)s. Save again if yours still holds.")
            form.add_error(None, words % {"what": ", ".join(_names(conflict.changed)) or "–"})
            return _form(request, form, programme, status=409)
        else:
            return go_on(request, _url(programme), _("Saved."))
    return _form(request, form, programme)


@require_POST
def programme_start(request, pk: UUID):
    """draft → live."""
    programme = programme_or_404(request.user, pk, EDIT)
    try:
        verbs.start(page_actor(request), programme)
    except ValidationError as error:
        problems = [words for messages in error.message_dict.values() for words in messages]
        return _detail(request, programme, problem=" ".join(problems), status=422)
    except Refused as refused:
        return _detail(request, programme, problem=str(refused.message), status=409)
    return go_on(request, _url(programme), _("Outreach may begin."))


@require_http_methods(METHODS)
def programme_close(request, pk: UUID):
    """Close it: an outcome for every candidate who has none."""
    programme = programme_or_404(request.user, pk, EDIT)
    waiting = list(
        programme.candidates.visible_to(request.user)
        .open()
        .standing()
        .select_related("kol__owner", "kol__main_field")
        .order_by("entered_at", "pk")
    )
    problems: dict[str, list[str]] = {}
    if request.method == "POST":
        outcomes = {
            one.pk: (request.POST.get(f"outcome-{one.pk}", ""), request.POST.get(f"note-{one.pk}", ""))
            for one in waiting
        }
        try:
            verbs.close(page_actor(request), programme, outcomes)
        except ValidationError as error:
            problems = error.message_dict
        except Refused as refused:
            return _detail(request, programme, problem=str(refused.message), status=409)
        else:
            return go_on(request, _url(programme), _("The programme is closed."))
    hidden = set(problems) - {f"outcomes.{one.pk}" for one in waiting}
    context = {
        "programme": programme,
        "rows": [_closing(request, one, problems) for one in waiting],
        "outcomes": Candidate.Outcome.choices,
        "hidden": len(hidden),
    }
    return render(request, "lifecycle/programme/close.html", context, status=422 if problems else 200)


def _closing(request, one: Candidate, problems) -> dict:
    """A row of the closing form; a KOL who has moved on counts as won unless somebody says otherwise."""
    usual = Candidate.Outcome.WON if one.kol.stage not in ("introduction", "departed") else ""
    return {
        "candidate": one,
        "outcome": request.POST.get(f"outcome-{one.pk}", usual),
        "note": request.POST.get(f"note-{one.pk}", ""),
        "errors": problems.get(f"outcomes.{one.pk}", []),
    }


def _detail(request, programme: Programme, *, problem: str = "", status: int = 200):
    shown = request.GET.get("step", "")
    if shown not in ("", CLOSED, *Step.values):
        raise Http404
    asked = request.GET.get("candidate", "")
    day, after = installation_day(timezone.now()), request.GET.get("after", "")
    page = ProgrammePage(programme, request.user, day, shown=shown, after=after, at=asked)
    context = {
        "page": page,
        "programme": programme,
        "problem": problem,
        "channels": CHANNELS,
        "chips": [{**chip, "url": f"{_url(programme)}?step={chip['key']}"} for chip in page.chips],
    }
    chosen = next((one.candidate for one in page.chosen if str(one.candidate.pk) == asked), None)
    if chosen is None and page.rows and not asked:
        chosen = page.rows[0].candidate
    if chosen is not None:
        context |= sheet(request, page, chosen)
    return render(request, "lifecycle/programme/detail.html", context, status=status)


def _form(request, form: ProgrammeForm, programme: Programme | None = None, status: int | None = None):
    context = {"form": form, "programme": programme}
    status = status or (422 if form.errors else 200)
    return render(request, "lifecycle/programme/form.html", context, status=status)


def _url(programme: Programme) -> str:
    return reverse("lifecycle:programme-detail", args=[programme.pk])


def _names(changed) -> list[str]:
    known = {field.name: str(field.verbose_name) for field in Programme._meta.fields}
    return [known.get(name, name) for name in sorted(changed)]


def _options(listing, key: str, choices) -> list[dict]:
    chosen = set(listing.params.getlist(key))
    return [
        {"label": _("All"), "url": listing.url(**{key: None}), "on": not chosen},
        *(
            {"label": label, "url": listing.url(**{key: value}), "on": value in chosen}
            for value, label in choices
        ),
    ]


def _fields(listing) -> dict:
    """What ``_parts/facet.html`` draws."""
    chosen = set(listing.params.getlist("field"))
    return {
        "key": "field",
        "label": _("Field"),
        "options": [
            {"value": one.slug, "label": str(one), "count": None, "selected": one.slug in chosen}
            for one in Field.objects.all()
        ],
        "action": listing.path,
        "keep": [
            (name, value)
            for name, values in listing.params.lists()
            for value in values
            if name not in ("field", "cursor")
        ],
        "total": None,
        "clear_url": listing.url(field=None),
    }
