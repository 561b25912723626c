"""What Today shows of introduction: a candidate to lead on, a programme to look after (DOMAIN 4.3, 8.1)."""

from uuid import UUID

from django.http import Http404
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from lifecycle import due_introduction, suggestions
from lifecycle.days import installation_day
from lifecycle.models import Programme
from lifecycle.programme_page import ProgrammePage
from lifecycle.services import programme as programmes
from lifecycle.services.reaching import candidate_or_404, programme_or_404
from profiles.models.querysets import EDIT

BEST = 8


@require_safe
def candidate_today(request, pk: UUID):
    """One candidate without a next step: where they stand and the one thing that leads on."""
    candidate = candidate_or_404(request.user, pk)
    day = installation_day(timezone.now())
    page = ProgrammePage(candidate.programme, request.user, day, at=str(pk))
    ranked = next((one for one in page.ranked if one.candidate.pk == pk), None)
    if ranked is None:
        raise Http404
    context = {
        "candidate": candidate,
        "kol": candidate.kol,
        "programme": candidate.programme,
        "page": page,
        "chosen": ranked,
        "next": page.next_of(candidate),
        "why": due_introduction.why_resting(candidate, day),
        "steps": list(candidate.steps.select_related("user").order_by("-at", "-pk")),
        "day": timezone.localdate(),
    }
    return render(request, _template(request, "candidate"), context)


@require_safe
def programme_today(request, pk: UUID):
    """A programme whose period is over, or whose own users nobody looked through."""
    programme = programme_or_404(request.user, pk)
    day = installation_day(timezone.now())
    fields = [row.field for row in programme.programme_fields.select_related("field")]
    counted = due_introduction.undecided_of(Programme.objects.filter(pk=pk)).get()
    context = {
        "programme": programme,
        "waiting": suggestions.unseen().filter(field__in=fields).count(),
        "best": suggestions.best(fields, day, limit=BEST),
        "ends": due_introduction.why_ending(programme, day, counted.undecided) if programme.ends_on else "",
        "is_over": bool(programme.ends_on and programme.ends_on <= day),
        "may_edit": programmes.may(request.user, programme, EDIT),
    }
    return render(request, _template(request, "programme"), context)


def _template(request, what: str) -> str:
    """The part beside the queue; a page of its own without the script."""
    return f"lifecycle/introduction/{'_' if request.htmx else ''}{what}.html"
