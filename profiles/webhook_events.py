"""What webhooks tell of files: themselves and what is noted on them (core.webhooks)."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from kol_crm.core.models import User
from kol_crm.core.webhook_facts import Fact, Told
from kol_crm.core.webhooks import Subject
from profiles.changes import OTHER_END
from profiles.models import Kol, Snapshot, Touch

ENTITIES = {
    "profiles.kol": "kol",
    "profiles.contactpoint": "contact",
    "profiles.account": "account",
    "profiles.quote": "quote",
    "profiles.need": "need",
    "profiles.promise": "promise",
    "profiles.request": "request",
    "profiles.importantdate": "date",
    "profiles.lifeevent": "life_event",
    "profiles.tie": "tie",
    "profiles.attachment": "attachment",
    "profiles.fanreport": "fans",
}


def visible(user: User, files: Collection[UUID]) -> set[UUID]:
    """Of these files those that the user sees, or saw before they were put away."""
    return set(Kol.objects.known_to(user).filter(pk__in=files).values_list("pk", flat=True))


FILES = Subject(ENTITIES, visible, frozenset({OTHER_END}))

OF_TOUCH = ("channel", "began", "text", "reason", "answered", "reply_minutes")


def _touches(rows: Collection[UUID]) -> list[Told]:
    """A touch, or that one was taken back, which names it."""
    found = Touch.objects.filter(pk__in=rows).select_related("user", "takes_back").order_by("pk")
    return [_taken_back(row) if row.takes_back else _touched(row) for row in found]


def _touched(row: Touch) -> Told:
    said = {name: (None, getattr(row, name)) for name in OF_TOUCH if getattr(row, name) not in (None, "")}
    beside = {"happened_at": row.at.isoformat()}
    return Told("touch.created", row.pk, row.kol_id, row.user, row.written_at, said, beside)


def _taken_back(row: Touch) -> Told:
    beside = {"takes_back": row.takes_back_id}
    return Told("touch.taken_back", row.pk, row.kol_id, row.user, row.written_at, {}, beside)


def _figures(rows: Collection[UUID]) -> list[Told]:
    """What one act recorded of one account is one message, a figure an attribute."""
    noted = Snapshot.objects.filter(pk__in=rows).values_list("account_id", "at", "pk")
    acts: dict[tuple[UUID, datetime], UUID] = {}
    for account, at, pk in sorted(noted):
        acts.setdefault((account, at), pk)
    like = Snapshot.objects.filter(
        account__in={account for account, _at in acts}, at__in={at for _account, at in acts}
    ).select_related("account", "writer", "takes_back")
    found: dict[tuple[UUID, datetime], list[Snapshot]] = {}
    for row in like.order_by("end", "pk"):
        if (row.account_id, row.at) in acts:
            found.setdefault((row.account_id, row.at), []).append(row)
    return [_recorded(pk, found[act]) for act, pk in acts.items()]


def _number(row: Snapshot | None) -> str | None:
    return None if row is None else f"{row.value.normalize():f}"


def _is_withdrawal(row: Snapshot) -> bool:
    """A correction has another value than what it takes back; a withdrawal repeats it."""
    return row.takes_back is not None and row.value == row.takes_back.value


def _recorded(pk: UUID, rows: list[Snapshot]) -> Told:
    first = rows[0]
    figures = [
        {
            "metric": row.metric,
            "start": row.start.isoformat(),
            "end": row.end.isoformat(),
            "source": row.source,
            "before": _number(row.takes_back),
            "after": None if _is_withdrawal(row) else _number(row),
        }
        for row in rows
    ]
    account = {"id": first.account_id, "platform": first.account.platform, "handle": first.account.handle}
    return Told(
        "snapshot.recorded",
        pk,
        first.account.kol_id,
        first.writer,
        first.at,
        {one["metric"]: (one["before"], one["after"]) for one in figures},
        {"account": account, "figures": figures},
        frozenset(row.pk for row in rows),
    )


TOUCHES = Fact("profiles_touch", ("touch.created", "touch.taken_back"), _touches)
FIGURES = Fact("profiles_snapshot", ("snapshot.recorded",), _figures)
