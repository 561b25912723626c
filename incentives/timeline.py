"""Plans and greetings in the story of a file (UI, screen 3)."""

from django.db.models import F, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from incentives.models import Greeting, IncentivePlan
from incentives.services.greeting import text_of
from profiles.models import Kol
from profiles.timeline import Entry, Place, TimelineSource, older

TOLD = (Greeting.State.SENT, Greeting.State.BY_HAND, Greeting.State.FAILED, Greeting.State.SKIPPED)


def _plans(kol: Kol, before: Place | None, limit: int) -> list[Entry]:
    rows = IncentivePlan.objects.filter(kol=kol).annotate(at=F("created_at")).select_related("author")
    return [
        Entry(
            at=plan.created_at,
            id=plan.pk,
            kind="plan",
            icon="hand-heart",
            title=_("Plan: %(title)s") % {"title": plan.title},
            note=plan.get_state_display(),
            body=plan.note,
            who=plan.author,
            url=reverse("incentives:plan-detail", args=[plan.pk]),
        )
        for plan in older(rows, before, limit)
    ]


def _told_plans(kol: Kol) -> list[QuerySet]:
    return [IncentivePlan.objects.filter(kol=kol)]


def _told(kol: Kol):
    return Greeting.objects.filter(kol=kol, state__in=TOLD, done_at__isnull=False)


def _greetings(kol: Kol, before: Place | None, limit: int) -> list[Entry]:
    rows = _told(kol).annotate(at=F("done_at")).select_related("done_by")
    return [
        Entry(
            at=greeting.done_at,
            id=greeting.pk,
            kind="greeting",
            icon="gift",
            title=_("Greeting: %(occasion)s") % {"occasion": greeting.get_occasion_display()},
            note=greeting.get_state_display(),
            body=text_of(greeting) if greeting.state in (Greeting.State.SENT, Greeting.State.BY_HAND) else "",
            who=greeting.done_by,
        )
        for greeting in older(rows, before, limit)
    ]


def _told_greetings(kol: Kol) -> list[QuerySet]:
    return [_told(kol)]


PLANS = TimelineSource(gettext_lazy("Plans"), _plans, _told_plans)
GREETINGS = TimelineSource(gettext_lazy("Greetings"), _greetings, _told_greetings)
