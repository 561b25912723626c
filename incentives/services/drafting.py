"""What the greetings of files should be, and writing that in a fixed number of statements (DOMAIN 7.1–7.3).

``look_at`` decides for one file and writes nothing; ``write`` writes for all that were looked at. A file that
cannot be looked at therefore leaves the others as they were meant.
"""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext_noop

from incentives.models import Greeting
from incentives.services import greetable, greeting, occasion
from kol_crm.core import outbox, policy
from kol_crm.core.actor import Actor
from kol_crm.core.clock import local_day, local_to_utc
from kol_crm.core.models import Send
from kol_crm.core.occurrence import natural_year
from profiles.models import Kol
from profiles.services import birthday, next_due

BIRTHDAY = Greeting.Occasion.BIRTHDAY.value
AHEAD = timedelta(days=occasion.DRAFT_DAYS)
LATE = timedelta(hours=occasion.LATE_HOURS)
BATCH = 500
State = Greeting.State


def send_at(kol: Kol, on: date, rules: policy.Policy) -> datetime:
    """HH:MM of that day where the KOL is."""
    return local_to_utc(on, occasion.hour(BIRTHDAY, rules), birthday.zone_of(kol))


def too_late(kol: Kol, on: date, now: datetime, rules: policy.Policy) -> bool:
    """More than 24 hours after its time (DOMAIN 7.3)."""
    return now > send_at(kol, on, rules) + LATE


class Drafting:
    """The greetings of one batch of files under one policy."""

    def __init__(self, actor: Actor, rules: policy.Policy):
        self.actor, self.rules = actor, rules
        self.fresh: list[Greeting] = []
        self.moved: dict[UUID, Greeting] = {}
        self.revived: list[Greeting] = []
        self.withdrawn: dict[str, list[Greeting]] = defaultdict(list)
        self.unsent: list[Greeting] = []  # drafts that stand and have no mail waiting
        self.passed: list[Kol] = []

    def look_at(self, kol: Kol, standing: Mapping[int, Greeting]) -> None:
        """Decide for one file; ``standing``: its greetings by natural year."""
        today = local_day(self.actor.at, birthday.zone_of(kol))
        on = kol.next_birthday
        if on is not None and on < today:
            self.passed.append(kol)
        if on is not None and on - AHEAD > today:
            on = None
        year = natural_year(birthday.partial_day(kol), on) if on else None
        for row in standing.values():
            row.kol = kol
            if row.state == State.DRAFT and row.on >= today and (row.year, row.on) != (year, on):
                self._correct(row, on if row.year == year else None)
        if on is not None and year is not None:
            self._greet(kol, standing.get(year), on, year)

    def write(self) -> int:
        """Write all that was decided; how many rows were added or changed."""
        self._withdraw()
        self._place()
        fresh = self._create()
        candidates = [*fresh, *self.revived, *self.moved.values(), *self.unsent]
        scheduled = self._schedule([row for row in candidates if self._goes_by_itself(row)])
        birthday.roll(self.passed, self.actor.at)
        changed = {row.pk: row.kol_id for rows in self.withdrawn.values() for row in rows}
        changed |= {row.pk: row.kol_id for row in (*fresh, *self.revived, *self.moved.values(), *scheduled)}
        next_due.refresh(set(changed.values()))
        return len(changed)

    def _correct(self, row: Greeting, on: date | None) -> None:
        """The birthday was corrected: within its year the draft follows, else it is taken off."""
        if on is None:
            row.state = State.SKIPPED
            self.withdrawn[gettext_noop("the birthday was corrected")].append(row)
        else:
            row.on = on
            self.moved[row.pk] = row

    def _greet(self, kol: Kol, row: Greeting | None, on: date, year: int) -> None:
        reason = greetable.why_not(kol, on)
        if row is None:
            if not reason:
                self.fresh.append(self._new(kol, on, year))
        elif row.state == State.DRAFT and reason:
            self.withdrawn[reason].append(row)
        elif row.state == State.DRAFT and row.send_id is None:
            self.unsent.append(row)
        elif self._is_wanted_again(row, on) and not reason:
            row.state, row.on = State.DRAFT, on
            self.revived.append(row)

    def _new(self, kol: Kol, on: date, year: int) -> Greeting:
        """A draft, or where the day was missed for too long a row that says so, never a hole."""
        row = Greeting(kol=kol, occasion=BIRTHDAY, year=year, on=on)
        for name, value in greeting.draft_for(kol, BIRTHDAY, self.rules).items():
            setattr(row, name, value)
        if too_late(kol, on, self.actor.at, self.rules):
            row.state, row.outcome, row.done_at = State.SKIPPED, outbox.TOO_LATE, self.actor.at
        return row

    def _is_wanted_again(self, row: Greeting, on: date) -> bool:
        """Skipped by a job, not by a person, and there is still time."""
        by_job = row.state == State.SKIPPED and row.done_by_id is None
        return by_job and not too_late(row.kol, on, self.actor.at, self.rules)

    def _goes_by_itself(self, row: Greeting) -> bool:
        return (
            row.state == State.DRAFT
            and not row.edited
            and row.kol.stage in greetable.BY_ITSELF_STAGES
            and occasion.by_itself(BIRTHDAY, self.rules)
        )

    def _withdraw(self) -> None:
        for reason, rows in self.withdrawn.items():
            outbox.withdraw([row.send_id for row in rows], reason)
            drafts = Greeting.objects.filter(pk__in=[row.pk for row in rows], state=State.DRAFT)
            drafts.update(state=State.SKIPPED, outcome=reason)

    def _place(self) -> None:
        for row in self.moved.values():
            Greeting.objects.filter(pk=row.pk, state=State.DRAFT).update(on=row.on)
        for row in self.revived:
            Greeting.objects.filter(pk=row.pk, state=State.SKIPPED).update(
                state=State.DRAFT, on=row.on, outcome="", done_at=None
            )

    def _create(self) -> list[Greeting]:
        """The new rows that no other planner was faster with."""
        Greeting.objects.bulk_create(self.fresh, ignore_conflicts=True, batch_size=BATCH)
        mine = Greeting.objects.filter(pk__in=[row.pk for row in self.fresh])
        inserted = set(mine.values_list("pk", flat=True)) if self.fresh else set()
        return [row for row in self.fresh if row.pk in inserted]

    def _schedule(self, rows: list[Greeting]) -> list[Greeting]:
        """Their mails, at HH:MM of the day; one that was taken back before waits again."""
        wanted = {row.pk: self._send_of(row) for row in rows}
        standing = outbox.enqueue(*wanted.values()) if rows else {}
        for row in rows:
            new = wanted[row.pk]
            row.send = standing[new.key]
            if row.send.pk != new.pk:
                again = Send.objects.filter(
                    pk=row.send.pk, state__in=(Send.State.PENDING, Send.State.SKIPPED)
                )
                again.update(
                    state=Send.State.PENDING,
                    not_before=new.not_before,
                    give_up_after=new.give_up_after,
                    outcome="",
                )
        Greeting.objects.bulk_update(rows, ["send"], batch_size=BATCH)
        return rows

    def _send_of(self, row: Greeting) -> Send:
        at = send_at(row.kol, row.on, self.rules)
        return outbox.new(
            greeting.key_of(row),
            greeting.KIND,
            subject=row.kol_id,
            not_before=at,
            give_up_after=at + LATE,
            at=self.actor.at,
        )
