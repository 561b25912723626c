"""What lifecycle offers for Today: the reviews of one's own files (DOMAIN 5.4, 8.1)."""

from collections.abc import Collection
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kol_crm.core import wording
from kol_crm.core.due import DueRow, DueSource
from lifecycle.models import Review
from profiles.models import Kol

KIND = "review"


def _due(user, until: date, without: Collection[str]):
    """The files first, by the index on owner and date; their one open review is fetched for the page only."""
    files = Kol.objects.active().filter(owner=user, review_due__lte=until)
    if without:
        files = files.exclude(reviews__in=Review.objects.filter(pk__in=without, done_at=None))
    return files


def why(kol: Kol, due_on: date, day: date) -> str:
    """Initial review due 21 Nov; 21 d in stage."""
    words = {
        "stage": kol.get_stage_display(),
        "day": wording.day_words(due_on, "plain", day, wording.babel_locale()),
        "days": wording.days_words((day - kol.stage_since).days if kol.stage_since else None),
    }
    return _("%(stage)s review due %(day)s; %(days)s in stage") % words


def _rows(user, day: date, until: date, limit: int, without: Collection[str] = ()) -> list[DueRow]:
    kols = list(_due(user, until, without).order_by("review_due", "id")[:limit])
    reviews = dict(Review.objects.awaiting().filter(kol__in=kols).values_list("kol", "pk"))
    return [
        DueRow(
            key=f"{KIND}:{reviews[kol.pk]}",
            kind=KIND,
            icon="clipboard-check",
            kind_label=_("Review"),
            subject=kol,
            why=why(kol, kol.review_due, day),
            due=kol.review_due,
            action=_("Review"),
            detail_url=reverse("lifecycle:review-detail", args=[reviews[kol.pk]]),
        )
        for kol in kols
        if kol.pk in reviews
    ]


def _count(user, until: date, cap: int, without: Collection[str] = ()) -> int:
    return _due(user, until, without).values("pk")[:cap].count()


REVIEWS = DueSource(label=gettext_lazy("Reviews"), rows=_rows, count=_count)
