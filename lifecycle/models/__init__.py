from lifecycle.models.access_grant import AccessGrant
from lifecycle.models.coaching import CoachingFigure, CoachingPlan, CoachingSession
from lifecycle.models.community import Community, Medium, Member, SingleContact
from lifecycle.models.conflict import Conflict, ConflictStep
from lifecycle.models.cooperation import CooperationPart, CooperationPlan, CooperationVersion, PayModel
from lifecycle.models.data_sheet import DataSheet
from lifecycle.models.exclusivity import (
    CHANNELS,
    ContentKind,
    Exclusivity,
    ExclusivityFile,
    ExclusivityNotice,
)
from lifecycle.models.fit import Rating, Rubric
from lifecycle.models.handover import HandedFile, Handover, HandoverNote, PromiseOwner
from lifecycle.models.mining import PlatformUser
from lifecycle.models.outreach import LADDER, LADDER_CHOICES, Attempt, Outreach, OutreachMail, Result
from lifecycle.models.pace import Band, Cap, Demand
from lifecycle.models.persona import Adjustment, Persona
from lifecycle.models.platform_role import PlatformRole
from lifecycle.models.privilege import Privilege, PrivilegeKind
from lifecycle.models.programme import WORK, Candidate, CandidateStep, Programme, ProgrammeField, Step
from lifecycle.models.resource import Booking, Budget, ResourceKind, Slot
from lifecycle.models.review import Review, ReviewNotice
from lifecycle.models.rule import Rule, RuleFact, RuleLink, RuleVersion, Severity
from lifecycle.models.stage import LOST_FROM, Cause, Move, Stay
from lifecycle.models.stop import Sighting, SightingFile, Stop
from lifecycle.models.task import Task
from lifecycle.models.violation import Violation, ViolationFile

__all__ = [
    "CHANNELS",
    "LADDER",
    "LADDER_CHOICES",
    "LOST_FROM",
    "WORK",
    "AccessGrant",
    "Adjustment",
    "Attempt",
    "Band",
    "Booking",
    "Budget",
    "Candidate",
    "CandidateStep",
    "Cap",
    "Cause",
    "CoachingFigure",
    "CoachingPlan",
    "CoachingSession",
    "Community",
    "Conflict",
    "ConflictStep",
    "ContentKind",
    "CooperationPart",
    "CooperationPlan",
    "CooperationVersion",
    "DataSheet",
    "Demand",
    "Exclusivity",
    "ExclusivityFile",
    "ExclusivityNotice",
    "HandedFile",
    "Handover",
    "HandoverNote",
    "Medium",
    "Member",
    "Move",
    "Outreach",
    "OutreachMail",
    "PayModel",
    "Persona",
    "PlatformRole",
    "PlatformUser",
    "Privilege",
    "PrivilegeKind",
    "Programme",
    "ProgrammeField",
    "PromiseOwner",
    "Rating",
    "ResourceKind",
    "Result",
    "Review",
    "ReviewNotice",
    "Rubric",
    "Rule",
    "RuleFact",
    "RuleLink",
    "RuleVersion",
    "Severity",
    "Sighting",
    "SightingFile",
    "SingleContact",
    "Slot",
    "Stay",
    "Step",
    "Stop",
    "Task",
    "Violation",
    "ViolationFile",
]
