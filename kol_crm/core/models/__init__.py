from kol_crm.core.models.absence import Absence
from kol_crm.core.models.audit import Disclosure
from kol_crm.core.models.base import Row, Versioned, VersionedRow, uuid7
from kol_crm.core.models.feed import Feed
from kol_crm.core.models.generation import Generation
from kol_crm.core.models.handed_row import HandedRow
from kol_crm.core.models.history import Change, ChangeSet
from kol_crm.core.models.idempotency import IdempotencyKey
from kol_crm.core.models.job import Dirty, Horizon, JobRun
from kol_crm.core.models.notice import Notice
from kol_crm.core.models.notice_settings import NoticeSettings
from kol_crm.core.models.outbox import Send
from kol_crm.core.models.policy import PolicyVersion
from kol_crm.core.models.presence import Presence
from kol_crm.core.models.robot import Robot, RobotNote
from kol_crm.core.models.saved_view import SavedView, ViewPin
from kol_crm.core.models.session import LoginSession, WrongLogins
from kol_crm.core.models.snooze import Snooze
from kol_crm.core.models.stored import StoredFile
from kol_crm.core.models.team import Team, User
from kol_crm.core.models.throttle import Throttle
from kol_crm.core.models.token import ApiToken
from kol_crm.core.models.vault import DataKey
from kol_crm.core.models.webhook import Delivery, Webhook
from kol_crm.core.models.work import Work

__all__ = [
    "Absence",
    "ApiToken",
    "Change",
    "ChangeSet",
    "DataKey",
    "Delivery",
    "Dirty",
    "Disclosure",
    "Feed",
    "Generation",
    "HandedRow",
    "Horizon",
    "IdempotencyKey",
    "JobRun",
    "LoginSession",
    "Notice",
    "NoticeSettings",
    "PolicyVersion",
    "Presence",
    "Robot",
    "RobotNote",
    "Row",
    "SavedView",
    "Send",
    "Snooze",
    "StoredFile",
    "Team",
    "Throttle",
    "User",
    "Versioned",
    "VersionedRow",
    "ViewPin",
    "Webhook",
    "Work",
    "WrongLogins",
    "uuid7",
]
