"""What lifecycle offers for the dashboard (DOMAIN 8.2)."""

from datetime import date

from django.db.models import Q

from lifecycle.filters import SOON, span


def review_spans(day: date) -> dict[str, Q]:
    """When the next review is, as conditions on files; each finds as many files as the list finds reviews."""
    return {
        "overdue": span("overdue", day),
        "soon": span("soon", day),
        "later": Q(review_due__gt=day + SOON),
    }
