"""Who looks after whose queue today (DOMAIN 2.3, 2.4): an absent one's moves to the deputy and comes back."""

from datetime import date

from django.utils import timezone

from kol_crm.core import clock, installation
from kol_crm.core.models import Absence, User


def day() -> date:
    """Absences count in the installation's days."""
    return clock.local_day(timezone.now(), installation.zone())


def stand_ins(day: date) -> dict[int, int]:
    """Who stands in for whom on a day: ids, the absent one's → the deputy's."""
    return dict(Absence.objects.on(day).values_list("user", "deputy"))


def absent_ones(deputy: User):
    """Ids of the users whom ``deputy`` stands in for today, as a query to be used inside another."""
    return Absence.objects.on(day()).filter(deputy=deputy).values("user")


def absence_of(user: User) -> Absence | None:
    """The absence that the user is in today; no query for who has none."""
    if not user.covers:
        return None
    return Absence.objects.on(day()).filter(user=user).select_related("deputy").order_by("-ends_on").first()


def queue_of(user: User) -> list[User]:
    """Whose rows stand on this user's Today: one's own unless one is away, and the absent ones'."""
    if not user.covers:
        return [user]
    others = list(User.objects.filter(pk__in=absent_ones(user), is_active=True).order_by("pk"))
    return others if absence_of(user) else [user, *others]
