"""Advice only: who else has an aggregate open. Whoever pings has just been checked to see it."""

from datetime import datetime, timedelta
from uuid import UUID

from kol_crm.core.models import Presence, User

SPAN = timedelta(seconds=40)  # three pings of the page, and a little


def ping(user: User, subject: UUID, now: datetime) -> list[User]:
    """Say that ``user`` has it open; who else has. What is older than ``SPAN`` goes."""
    Presence.objects.filter(seen_at__lt=now - SPAN).delete()
    Presence.objects.bulk_create(
        [Presence(subject=subject, user=user, seen_at=now)],
        update_conflicts=True,
        unique_fields=["subject", "user"],
        update_fields=["seen_at"],
    )
    others = Presence.objects.filter(subject=subject, user__is_active=True).exclude(user=user)
    return [one.user for one in others.select_related("user").order_by("user__display_name", "user_id")]
