"""What a user finished today, told from the facts themselves and not from clicks (DOMAIN 8.1).

Each kind names the column whose change finishes a row. What was opened again since is not finished any more,
and a touch that was taken back is none.
"""

from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils import timezone

from kol_crm import today_facts
from kol_crm.core.models import Change, User
from kol_crm.today_facts import MOST, Done
from kol_crm.today_finish import Finish
from kol_crm.today_finishes import FINISHES
from profiles.models import Kol


def of(user: User, since: datetime) -> list[Done]:
    """What ``user`` finished since then and what still is, newest first: a query for each kind of it."""
    acts = [*_changed(user, since), *today_facts.of(user, since)]
    return sorted(acts, key=lambda act: act.at, reverse=True)[:MOST]


def since_midnight() -> datetime:
    """When the user's day began."""
    return timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)


def _changed(user: User, since: datetime) -> list[Done]:
    asked = Q(pk__in=())
    for finish in FINISHES:
        asked |= Q(model=finish.model._meta.label_lower, field=finish.column)
    changes = Change.objects.filter(asked, change_set__user=user, change_set__at__gte=since)
    latest = {(one.model, one.field, one.row): one for one in changes.order_by("at", "id")[: 4 * MOST]}
    found = []
    for finish in FINISHES:
        ours = {
            one.row: one.at
            for one in latest.values()
            if (one.model, one.field) == (finish.model._meta.label_lower, finish.column)
            and finish.holds(one.after)
        }
        found += _standing(finish, ours, user) if ours else []
    return found


def _standing(finish: Finish, ours: dict[Any, datetime], user: User) -> list[Done]:
    """Of these rows those that are finished still, and that the user sees still."""
    rows = finish.model._default_manager.filter(pk__in=ours)
    if finish.file:
        seen = Q(**{f"{finish.file}__in": Kol.objects.visible_to(user)})
        rows = rows.filter(seen | Q(**{finish.file: None}) if finish.alone else seen)
        rows = rows.select_related(finish.file)
    else:
        rows = rows.filter(pk__in=finish.model._default_manager.visible_to(user).values("pk"))
    return [
        Done(
            finish.kind,
            finish.label,
            finish.icon,
            finish.subject(row),
            str(finish.words(row)),
            ours[row.pk],
            finish.undo(row) if finish.undo else "",
        )
        for row in rows
        if finish.holds(getattr(row, finish.column))
    ]
