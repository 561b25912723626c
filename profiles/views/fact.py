"""One fact edited in place: click, type, Enter (UI, screen 3)."""

from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from kol_crm.core import merging
from kol_crm.core.doors import page_actor
from profiles import attributes, facts
from profiles.forms.kol import QUIET, KolForm
from profiles.models import Kol
from profiles.services import kol as verbs
from profiles.services import quiet
from profiles.views import fact_lines, gone, in_place

FILES = Kol.objects.select_related("agency", "type", "owner")


@require_http_methods(["GET", "HEAD", "POST"])
def fact(request, pk: UUID, name: str):
    """GET the row, with ``?edit=1`` its input; POST saves it, merged with what others saved meanwhile."""
    fact = facts.BY_KEY.get(name) or attributes.find(name)
    if fact is None:
        raise Http404
    kol = gone.kol_to_edit(request, pk, FILES)
    if request.method == "POST":
        return _save(request, kol, fact)
    if "edit" in request.GET:
        return _input(request, kol, fact, KolForm(user=request.user, kol=kol, only=fact.columns))
    return _row(kol, fact)


def _save(request, kol: Kol, fact: facts.Fact):
    form = KolForm(request.POST, user=request.user, kol=kol, only=fact.columns)
    if not form.is_valid():
        return _input(request, kol, fact, form, status=422)
    if lost := gone.words(kol):
        form.add_error(None, lost)
        return _input(request, kol, fact, form, status=409)
    actor = page_actor(request)

    def act(form: KolForm):
        changes, tags = form.facts()
        if QUIET in changes:
            return quiet.put(actor, kol, changes[QUIET], form.base_version)
        return verbs.edit(actor, kol, changes, form.base_version, tags=tags)

    try:
        saved = merging.save(form, act)
    except ValidationError as error:
        for messages in form.take(error.message_dict).values():
            form.add_error(None, messages)
        return _input(request, kol, fact, form, status=422)
    except merging.Unmerged as unmerged:
        return _input(request, unmerged.current, fact, unmerged.editor, status=409)
    answer = _row(saved.row, fact, was_saved=saved.written)
    return in_place.told_beside(answer, saved, request.user)


def _row(kol: Kol, fact: facts.Fact, *, was_saved: bool = False):
    row = facts.row(kol, fact, timezone.localtime())
    return HttpResponse(fact_lines.line(kol, row, may_edit=True, was_saved=was_saved))


def _input(request, kol: Kol, fact: facts.Fact, form: KolForm, *, status: int = 200):
    before = facts.row(kol, fact, timezone.localtime()).shown
    context = {"kol": kol, "fact": fact, "form": form, "before": before, "is_single": len(fact.columns) == 1}
    return render(request, "profiles/kol/_fact_input.html", context, status=status)
