"""Reminders of reviews: rows that stand until a morning mail gathers them (DOMAIN 5.4, RELIABILITY 1).

plan(actor, since, until): every reminder whose working day lies in the window.
plan(actor, since, until, kol_ids): the same for files whose dates changed (``Dirty`` rows of ``PLANNER``).
ReviewNotice.objects.to_gather(reader, day): what still stands for the mail of that morning.
lines_for(notices, day): one line a review, the most overdue first.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kol_crm.core import clock, dirty, policy
from kol_crm.core.actor import Actor
from kol_crm.core.models import Team, User
from kol_crm.core.shapes import Number, Numbers
from kol_crm.core.workdays import HOLIDAYS
from lifecycle.days import installation_day
from lifecycle.models import Review, ReviewNotice
from profiles.models import Kol

PLANNER = "review-notices"
OPERATOR, MANAGER = "operator", "manager"
BEFORE = policy.declare(
    "review_reminder_days_before",
    [3, 0],
    _("Remind the operator before a review"),
    _("days"),
    section=policy.RHYTHM,
    shape=Numbers(0, 60, 5),
    help=_("Several days with commas between; 0 is the day itself."),
)
AFTER = policy.declare(
    "review_reminder_days_after",
    7,
    _("Remind the manager after a review was due"),
    _("days"),
    section=policy.RHYTHM,
    shape=Number(1, 90),
)
LONGEST_BREAK = timedelta(days=10)  # no festival moves a reminder further forward
BATCH = 500


@dataclass(frozen=True)
class Line:
    """One review in the morning mail; the words are the mail's."""

    review: Review
    days_late: int  # below 0: still to come
    role: str
    user: User  # whose notice it is


def key_of(review: Review, days_before: int, role: str) -> str:
    """The natural key: kind, stay, due date, days before (below 0: after), who is told."""
    return f"review:{review.stay_id}:{review.due_on.isoformat()}:{days_before}:{role}"


def mark(actor: Actor, kol_ids: Collection[UUID]) -> None:
    """These files' reviews, owners or states changed: the next tick plans again what is near."""
    changed = Kol.objects.filter(pk__in=kol_ids, review_due__lte=_near(actor))
    dirty.mark(PLANNER, changed.values_list("pk", flat=True))


def mark_new(actor: Actor, kols: Sequence[Kol]) -> None:
    """``mark`` for new files, which say themselves when their first review is due."""
    near = _near(actor)
    dirty.mark(PLANNER, [kol.pk for kol in kols if kol.review_due is not None and kol.review_due <= near])


def _near(actor: Actor) -> date:
    return installation_day(actor.at) + timedelta(days=max(policy.current().get(BEFORE))) + LONGEST_BREAK


def plan(actor: Actor, since: date, until: date, kol_ids: Collection[UUID] | None = None) -> int:
    """Insert the notices whose working day lies from ``since`` to ``until`` inclusive; how many were new.

    What stands already is left alone, so that planners may overlap and repeat; a notice not yet mailed
    follows the file to its new owner.
    """
    rules = policy.current()
    due = Review.objects.awaiting().filter(kol__in=Kol.objects.active())
    if kol_ids is not None:
        due = due.filter(kol__in=kol_ids)
    wanted = {
        notice.key: notice for notice in _notices(due, since, until, rules) if since <= notice.on <= until
    }
    for notice in wanted.values():
        notice.created_at = actor.at
    with transaction.atomic():
        standing: dict[str, ReviewNotice] = {}
        keys = list(wanted)
        for start in range(0, len(keys), BATCH):
            rows = ReviewNotice.objects.filter(key__in=keys[start : start + BATCH])
            standing |= {row.key: row for row in rows}
        moved = [
            row for key, row in standing.items() if row.send_id is None and row.user_id != wanted[key].user_id
        ]
        for row in moved:
            row.user_id = wanted[row.key].user_id
        ReviewNotice.objects.bulk_update(moved, ["user"], batch_size=BATCH)
        fresh = [notice for key, notice in wanted.items() if key not in standing]
        ReviewNotice.objects.bulk_create(fresh, batch_size=BATCH, ignore_conflicts=True)
    return len(fresh)


def lines_for(notices: Iterable[ReviewNotice], day: date) -> list[Line]:
    """What one mail says: a review stands in it once, the most overdue first."""
    lines = {
        notice.review_id: Line(notice.review, (day - notice.review.due_on).days, notice.role, notice.user)
        for notice in notices
    }
    return sorted(lines.values(), key=lambda line: (-line.days_late, str(line.review.pk)))


def _notices(due, since: date, until: date, rules: policy.Policy) -> Iterator[ReviewNotice]:
    country = rules.get(HOLIDAYS)

    def notice(review: Review, user_id, days_before: int, role: str) -> ReviewNotice:
        on = clock.working_day_before(review.due_on - timedelta(days=days_before), country)
        return ReviewNotice(key=key_of(review, days_before, role), review=review, user_id=user_id, on=on)

    def within(days_before: int):
        ahead = timedelta(days=days_before)
        rows = due.filter(due_on__range=(since + ahead, until + ahead + LONGEST_BREAK))
        return rows.select_related("kol", "kol__owner").order_by("due_on", "pk").iterator(BATCH)

    for days in rules.get(BEFORE):
        for review in within(days):
            if review.kol.owner.is_active:
                yield notice(review, review.kol.owner_id, days, OPERATOR)
    managers = _Managers()
    for review in within(-rules.get(AFTER)):
        for user_id in managers.of(review.kol.team_id):
            if user_id != review.kol.owner_id:
                yield notice(review, user_id, -rules.get(AFTER), f"{MANAGER}.{user_id}")


class _Managers:
    """Who is told for a team: its managers; where it has none, those of the next team up."""

    def __init__(self):
        self.parents = dict(Team.objects.values_list("pk", "parent_id"))
        self.members = defaultdict(list)
        managers = User.objects.filter(Q(role=User.Role.MANAGER), is_active=True, team__isnull=False)
        for team_id, user_id in managers.order_by("pk").values_list("team_id", "pk"):
            self.members[team_id].append(user_id)

    def of(self, team_id) -> list:
        while team_id is not None and not self.members.get(team_id):
            team_id = self.parents.get(team_id)
        return self.members.get(team_id, [])
