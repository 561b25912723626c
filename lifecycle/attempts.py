"""Attempts as pages show them: by channel, with what is known by now, and the next one (DOMAIN 4.8)."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from lifecycle.models import LADDER, Attempt, Outreach, Result

CSS = {
    Result.NO_ANSWER: "silent",
    Result.READ: "read",
    Result.ANSWERED: "answered",
    Result.REFUSED: "refused",
    Result.WRONG: "wrong",
}
ICONS = {
    "platform": "message-square",
    "mail": "mail",
    "wechat": "message-circle",
    "phone": "phone",
    "community": "messages-square",
    "friend": "users",
    "agency": "building-2",
}


@dataclass(frozen=True)
class Shown:
    """An attempt; ``heard`` is the later row that says what came of it, if any."""

    attempt: Attempt
    heard: Attempt | None

    @property
    def result(self) -> Any:
        return Result((self.heard or self.attempt).result)

    @property
    def css(self) -> str:
        return CSS[self.result]


def shown_of(outreach_ids: Iterable[UUID]) -> dict[UUID, list[Shown]]:
    """Of each the attempts in their order: two queries."""
    ids = list(outreach_ids)
    made = list(
        Attempt.objects.made()
        .filter(outreach__in=ids)
        .select_related("user", "touch__beside__user")
        .order_by("at", "id")
    )
    told = Attempt.objects.filter(of__in=[row.pk for row in made]).order_by("at", "id")
    later = {row.of_id: row for row in told}
    found: dict[UUID, list[Shown]] = {pk: [] for pk in ids}
    for row in made:
        found[row.outreach_id].append(Shown(row, later.get(row.pk)))
    return found


def strip(outreach: Outreach, shown: Iterable[Shown]) -> list[dict[str, Any]]:
    """A column per channel of the ladder: ``icon, label, dots`` and whether the next attempt is there."""
    shown = list(shown)
    return [
        {
            "channel": channel.value,
            "label": channel.label,
            "icon": ICONS[channel.value],
            "dots": [one for one in shown if one.attempt.channel == channel],
            "next": outreach.is_live and outreach.next_channel == channel,
        }
        for channel in LADDER
    ]
