"""One fact edited in place: click, type, Enter (UI, screen 3)."""

from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from kol_crm.core.doors import page_actor
from kol_crm.core.errors import Conflict
from profiles import facts
from profiles.forms.editor import last_acts
from profiles.forms.kol import KolForm
from profiles.forms.versioned import rebase
from profiles.models import Kol
from profiles.models.querysets import EDIT
from profiles.services import kol as verbs
from profiles.services.access import kol_or_404


@require_http_methods(["GET", "HEAD", "POST"])
def fact(request, pk: UUID, name: str):
    """GET the row, with ``?edit=1`` its input; POST saves it on the version it was opened with."""
    fact = facts.BY_KEY.get(name)
    if fact is None:
        raise Http404
    kol = kol_or_404(request.user, pk, EDIT, Kol.objects.select_related("agency", "type", "owner"))
    if request.method == "POST":
        return _save(request, kol, fact)
    if "edit" in request.GET:
        return _input(request, kol, fact, KolForm(user=request.user, kol=kol, only=fact.columns))
    return _row(request, kol, fact)


def _save(request, kol: Kol, fact: facts.Fact):
    form = KolForm(request.POST, user=request.user, kol=kol, only=fact.columns)
    if not form.is_valid():
        return _input(request, kol, fact, form, status=422)
    changes, _tags = form.facts()
    try:
        saved = verbs.edit(page_actor(request), kol, changes, form.cleaned_data["version"])
    except ValidationError as error:
        for messages in form.take(error.message_dict).values():
            form.add_error(None, messages)
        return _input(request, kol, fact, form, status=422)
    except Conflict as conflict:
        return _stale(request, conflict.current, fact, form)
    was_saved = saved.version != kol.version
    return _row(request, saved, fact, was_saved=was_saved)


def _stale(request, current: Kol, fact: facts.Fact, form: KolForm):
    """Nothing was saved: both values, what was typed kept, on the version that stands now."""
    data = request.POST.copy()
    fresh = KolForm(user=request.user, kol=current, only=fact.columns)
    clashes = rebase(form, fresh, data, last_acts(current))
    data["version"] = str(current.version)
    again = KolForm(data, user=request.user, kol=current, only=fact.columns)
    return _input(request, current, fact, again, status=409, clashes=clashes, stale=True)


def _row(request, kol: Kol, fact: facts.Fact, *, was_saved: bool = False):
    row = facts.row(kol, fact, timezone.localtime())
    context = {"kol": kol, "row": row, "may_edit": True, "was_saved": was_saved}
    answer = render(request, "profiles/kol/_fact.html", context)
    if was_saved:
        answer["HX-Trigger"] = "kol-changed"
    return answer


def _input(request, kol: Kol, fact: facts.Fact, form: KolForm, *, status: int = 200, clashes=(), stale=False):
    before = facts.row(kol, fact, timezone.localtime()).shown
    context = {"kol": kol, "fact": fact, "form": form, "before": before, "is_single": len(fact.columns) == 1}
    context |= {"stale": stale, "clashes": clashes, "clashing": {clash.name for clash in clashes}}
    return render(request, "profiles/kol/_fact_input.html", context, status=status)
