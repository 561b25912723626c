"""The way into and through one's due reviews (UI, screen 7)."""

from uuid import UUID

from django.http import HttpRequest
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from lifecycle import review_flow as flow
from lifecycle.days import installation_day
from lifecycle.models import Review


@require_safe
def next_due(request: HttpRequest):
    """To the first due one, or with ``?after=`` past this one; where none is due it says what comes next."""
    day = installation_day(timezone.now())
    found = flow.following(request.user, day, _after(request))
    if found is not None:
        return redirect("lifecycle:review-detail", found.pk)
    return render(
        request, "lifecycle/review/none.html", {"upcoming": flow.upcoming(request.user), "day": day}
    )


def _after(request: HttpRequest) -> Review | None:
    try:
        wanted = UUID(request.GET.get("after", ""))
    except ValueError:
        return None
    return Review.objects.visible_to(request.user).filter(pk=wanted).first()
