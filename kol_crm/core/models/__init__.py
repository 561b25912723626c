from kol_crm.core.models.audit import Disclosure
from kol_crm.core.models.base import Row, VersionedRow, uuid7
from kol_crm.core.models.history import Change, ChangeSet
from kol_crm.core.models.job import Dirty, Horizon, JobRun
from kol_crm.core.models.outbox import Send
from kol_crm.core.models.policy import PolicyVersion
from kol_crm.core.models.snooze import Snooze
from kol_crm.core.models.team import Team, User
from kol_crm.core.models.token import ApiToken
from kol_crm.core.models.vault import DataKey

__all__ = [
    "ApiToken",
    "Change",
    "ChangeSet",
    "DataKey",
    "Dirty",
    "Disclosure",
    "Horizon",
    "JobRun",
    "PolicyVersion",
    "Row",
    "Send",
    "Snooze",
    "Team",
    "User",
    "VersionedRow",
    "uuid7",
]
