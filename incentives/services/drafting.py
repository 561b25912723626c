"""What the greetings of files should be, and writing that in a fixed number of statements (DOMAIN 7.1–7.3).

``look_at`` decides for one file and writes nothing; ``write`` writes for all that were looked at. A file that
cannot be looked at therefore leaves the others as they were meant.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext_noop

from incentives.models import Greeting
from incentives.services import coming, greetable, greeting, occasion
from incentives.services.coming import Coming
from kol_crm.core import outbox, policy
from kol_crm.core.actor import Actor
from kol_crm.core.clock import local_day, local_to_utc
from kol_crm.core.models import Send
from profiles.models import Kol
from profiles.services import birthday, next_due

Occasion = Greeting.Occasion
Key = tuple[str, str, int]
LATE = timedelta(hours=occasion.LATE_HOURS)
BATCH = 500
State = Greeting.State
HELD = (Occasion.MILESTONE, Occasion.OWN)  # a planner does not move their day
BIRTHDAY_CORRECTED = gettext_noop("the birthday was corrected")
DAY_CORRECTED = gettext_noop("the day was corrected or taken off")


def _is_surpassed(one: Coming, standing: Iterable[Greeting]) -> bool:
    """A milestone at or below which the KOL was congratulated on a higher one (DOMAIN 7.1: the highest)."""
    return one.occasion == Occasion.MILESTONE and any(
        row.occasion == Occasion.MILESTONE and int(row.about) > one.number for row in standing
    )


def send_at(kol: Kol, kind: str, on: date, rules: policy.Policy) -> datetime:
    """HH:MM of that day where the KOL is."""
    return local_to_utc(on, occasion.hour(kind, rules), birthday.zone_of(kol))


def too_late(kol: Kol, kind: str, on: date, now: datetime, rules: policy.Policy) -> bool:
    """More than 24 hours after its time (DOMAIN 7.3)."""
    return now > send_at(kol, kind, on, rules) + LATE


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
        self.by_operator: set[UUID] = set()

    def look_at(self, kol: Kol, standing: Mapping[Key, Greeting], occasions: Iterable[Coming]) -> None:
        """Decide for one file; ``standing``: its greetings; ``occasions``: all that come round for it now."""
        today = local_day(self.actor.at, birthday.zone_of(kol))
        if kol.next_birthday is not None and kol.next_birthday < today:
            self.passed.append(kol)
        due = {one.key: one for one in occasions if one.drafted_from <= today}
        for row in standing.values():
            row.kol = kol
            one = due.get(row.key)
            stays = row.occasion in HELD or (one is not None and one.on == row.on)
            if row.state == State.DRAFT and row.on >= today and not stays:
                self._correct(row, one.on if one else None)
        for key, one in due.items():
            if not _is_surpassed(one, standing.values()):
                self._greet(kol, standing.get(key), one)

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
        """The day was corrected: within its year the draft follows, else it is taken off."""
        if on is None:
            row.state = State.SKIPPED
            was_born = row.occasion == Occasion.BIRTHDAY
            self.withdrawn[BIRTHDAY_CORRECTED if was_born else DAY_CORRECTED].append(row)
        else:
            row.on = on
            self.moved[row.pk] = row

    def _greet(self, kol: Kol, row: Greeting | None, one: Coming) -> None:
        reason = greetable.why_not(kol, one.on)
        if row is not None and one.by_operator:
            self.by_operator.add(row.pk)
        if row is None:
            if not reason:
                self.fresh.append(self._new(kol, one))
        elif row.state == State.DRAFT and reason:
            self.withdrawn[reason].append(row)
        elif row.state == State.DRAFT and row.send_id is None:
            self.unsent.append(row)
        elif self._is_wanted_again(row, one.on) and not reason:
            row.state, row.on = State.DRAFT, one.on
            self.revived.append(row)

    def _new(self, kol: Kol, one: Coming) -> Greeting:
        """A draft, or where the day was missed for too long a row that says so, never a hole."""
        row = Greeting(kol=kol, occasion=one.occasion, about=one.about, year=one.year, on=one.on)
        if one.by_operator:
            self.by_operator.add(row.pk)
        language = greeting.language_of(kol)
        what = coming.words(one, language)
        for name, value in greeting.draft_for(kol, one.occasion, self.rules, what).items():
            setattr(row, name, value)
        if too_late(kol, one.occasion, one.on, self.actor.at, self.rules):
            row.state, row.outcome, row.done_at = State.SKIPPED, outbox.TOO_LATE, self.actor.at
        return row

    def _is_wanted_again(self, row: Greeting, on: date) -> bool:
        """Skipped by a job, not by a person, and there is still time."""
        by_job = row.state == State.SKIPPED and row.done_by_id is None
        if row.occasion in HELD and row.outcome == outbox.TOO_LATE:
            return False  # it has no day of its own that could come round
        return by_job and not too_late(row.kol, row.occasion, on, self.actor.at, self.rules)

    def _goes_by_itself(self, row: Greeting) -> bool:
        return (
            row.state == State.DRAFT
            and not row.edited
            and row.kol.stage in greetable.BY_ITSELF_STAGES
            and row.pk not in self.by_operator
            and occasion.by_itself(row.occasion, self.rules)
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
        at = send_at(row.kol, row.occasion, row.on, self.rules)
        return outbox.new(
            greeting.key_of(row),
            greeting.KIND,
            subject=row.kol_id,
            not_before=at,
            give_up_after=at + LATE,
            at=self.actor.at,
        )
