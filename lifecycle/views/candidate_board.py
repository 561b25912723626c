"""The board of a programme's candidates: steps that follow facts, set back by hand (DOMAIN 4.11)."""

from uuid import UUID

from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from lifecycle.days import installation_day
from lifecycle.models import Step
from lifecycle.programme_page import ProgrammePage, board_of
from lifecycle.services.reaching import programme_or_404


@require_safe
def candidate_board(request, pk: UUID):
    """Four columns with the conversion between them; a phone shows the one asked for."""
    programme = programme_or_404(request.user, pk)
    page = ProgrammePage(programme, request.user, installation_day(timezone.now()))
    columns = board_of(page)
    asked = request.GET.get("column", "")
    asked = asked if asked in Step.values else Step.IDENTIFIED.value
    context = {
        "page": page,
        "programme": programme,
        "columns": columns,
        "asked": asked,
        "tabs": [
            {
                "label": column.label,
                "url": f"{request.path}?column={column.step}",
                "active": column.step == asked,
                "count": column.count,
            }
            for column in columns
        ],
    }
    return render(request, "lifecycle/candidate/board.html", context)
