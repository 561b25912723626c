"""What the page of a campaign shows of its participants: what they owe, what they brought (6.5)."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any
from uuid import UUID

from incentives.models import Campaign, Deliverable, InvitationCode, Participant
from incentives.returned import of_participants, tallies
from incentives.rules.campaign_value import Line, Worth
from incentives.rules.invitation import places
from profiles.models.querysets import EDIT

MOST = 500
NOBODY = {"counted": 0, "pending": 0, "left_out": 0}


@dataclass
class Row:
    """A participant with what stands about them."""

    participant: Participant
    owed: list[Deliverable]
    worth: Worth
    tally: dict[str, int]
    code: str = ""
    place: Any = None

    @property
    def done(self) -> int:
        return sum(one.done_on is not None for one in self.owed)

    @property
    def guard_state(self) -> str:
        """Not asked, passed, or passed by a manager."""
        if not self.participant.guard:
            return ""
        return "passed" if self.participant.guard.get("passed") else "by_manager"


class CampaignPage:
    """A campaign as ``user`` sees it on ``day``: participants whose file they see, sums over those."""

    def __init__(self, campaign: Campaign, user, day: date):
        self.campaign, self.user, self.day = campaign, user, day

    @cached_property
    def may_edit(self) -> bool:
        return Campaign.objects.visible_to(self.user, EDIT).filter(pk=self.campaign.pk).exists()

    @cached_property
    def participants(self) -> list[Participant]:
        rows = Participant.objects.visible_to(self.user).filter(campaign=self.campaign).standing()
        return list(rows.for_list().order_by("created_at", "pk")[:MOST])

    @cached_property
    def rows(self) -> list[Row]:
        ids = [one.pk for one in self.participants]
        owed: dict[UUID, list[Deliverable]] = defaultdict(list)
        for one in Deliverable.objects.filter(participant__in=ids).order_by("position", "id"):
            owed[one.participant_id].append(one)
        worths = of_participants(ids, self.day)
        counts = tallies(self.campaign.pk, self.day) if self.campaign.is_contest else {}
        codes = dict(
            InvitationCode.objects.filter(participant__in=ids)
            .order_by("-created_at", "-id")
            .values_list("participant", "code")
        )
        return [
            Row(one, owed[one.pk], worths[one.pk], counts.get(one.pk, NOBODY), codes.get(one.pk, ""))
            for one in self.participants
        ]

    @property
    def value(self) -> Decimal:
        return sum((row.worth.value for row in self.rows), Decimal(0))

    @property
    def new_users(self) -> int:
        return sum(row.worth.new_users for row in self.rows)

    @property
    def active_users(self) -> int:
        return sum(row.worth.active_users for row in self.rows)

    @property
    def lacking(self) -> list[tuple[Row, Line]]:
        return [(row, line) for row in self.rows for line in row.worth.lacking]

    @cached_property
    def ranked(self) -> list[Row]:
        """Of a contest, best first, against the day before; ranks are among all who take part."""
        now = {one: row["counted"] for one, row in tallies(self.campaign.pk, self.day).items()}
        eve = tallies(self.campaign.pk, date.fromordinal(self.day.toordinal() - 1))
        everybody = list(
            self.campaign.participants.standing().order_by("created_at", "pk").values_list("pk", flat=True)
        )
        standing = {pk: now.get(pk, 0) for pk in everybody}
        before = {pk: eve.get(pk, NOBODY)["counted"] for pk in everybody}
        by_participant = {row.participant.pk: row for row in self.rows}
        found = []
        for place in places(standing, before):
            row = by_participant.get(place.who)
            if row is not None:
                row.place = place
                found.append(row)
        return found
