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
    def ids(self) -> list[UUID]:
        """Of all participants in sight: what is shown stops at ``MOST``, sums and ranks do not."""
        rows = Participant.objects.visible_to(self.user).filter(campaign=self.campaign).standing()
        return list(rows.order_by("created_at", "pk").values_list("pk", flat=True))

    @cached_property
    def worths(self) -> dict[UUID, Worth]:
        return of_participants(self.ids, self.day)

    @cached_property
    def counts(self) -> dict[UUID, dict[str, int]]:
        return tallies(self.campaign.pk, self.day) if self.campaign.is_contest else {}

    @property
    def is_cut(self) -> bool:
        return len(self.ids) > MOST

    @property
    def most(self) -> int:
        return MOST

    @cached_property
    def participants(self) -> list[Participant]:
        return self._shown(self.ids[:MOST])

    @cached_property
    def rows(self) -> list[Row]:
        return self._rows(self.participants)

    @staticmethod
    def _shown(ids: list[UUID]) -> list[Participant]:
        known = Participant.objects.for_list().in_bulk(ids)
        return [known[pk] for pk in ids if pk in known]

    def _rows(self, participants: list[Participant]) -> list[Row]:
        ids = [one.pk for one in participants]
        owed: dict[UUID, list[Deliverable]] = defaultdict(list)
        for one in Deliverable.objects.filter(participant__in=ids).order_by("position", "id"):
            owed[one.participant_id].append(one)
        codes = dict(
            InvitationCode.objects.filter(participant__in=ids)
            .order_by("-created_at", "-id")
            .values_list("participant", "code")
        )
        return [
            Row(
                one, owed[one.pk], self.worths[one.pk], self.counts.get(one.pk, NOBODY), codes.get(one.pk, "")
            )
            for one in participants
        ]

    @property
    def value(self) -> Decimal:
        return sum((worth.value for worth in self.worths.values()), Decimal(0))

    @property
    def new_users(self) -> int:
        return sum(worth.new_users for worth in self.worths.values())

    @property
    def active_users(self) -> int:
        return sum(worth.active_users for worth in self.worths.values())

    @property
    def lacking(self) -> list[tuple[Row, Line]]:
        return [(row, line) for row in self.rows for line in row.worth.lacking]

    @cached_property
    def ranked(self) -> list[Row]:
        """Of a contest, best first, against the day before; ranks are among all who take part."""
        eve = tallies(self.campaign.pk, date.fromordinal(self.day.toordinal() - 1))
        everybody = list(
            self.campaign.participants.standing().order_by("created_at", "pk").values_list("pk", flat=True)
        )
        standing = {pk: self.counts.get(pk, NOBODY)["counted"] for pk in everybody}
        before = {pk: eve.get(pk, NOBODY)["counted"] for pk in everybody}
        seen = set(self.ids)
        best = [place for place in places(standing, before) if place.who in seen][:MOST]
        found = self._rows(self._shown([place.who for place in best]))
        for row, place in zip(found, best, strict=True):
            row.place = place
        return found
