"""Who acts, through which door, and when. Every verb takes one, so that no rule ever reads the clock."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from kol_crm.core.models import User, uuid7


@dataclass(frozen=True)
class Actor:
    """``user`` is None for the system; all that one actor writes is one change-set (DOMAIN 3.12).

    ``insists`` marks an act that goes on over a refusal on purpose: a stale version, a twin on file.
    """

    user: User | None
    door: str
    at: datetime
    reason: str = ""
    insists: bool = False
    change_set: UUID = field(default_factory=uuid7)

    @property
    def person(self) -> User:
        """The user, for what only people do. Raises ``ValueError`` for the system."""
        if self.user is None:
            raise ValueError("The system acts here, not a person.")
        return self.user

    @classmethod
    def job(cls, now: datetime) -> "Actor":
        return cls(user=None, door="job", at=now)

    def again(self, **changes) -> "Actor":
        """The same actor in a change-set of its own."""
        return replace(self, change_set=uuid7(), **changes)
