from incentives.models.campaign import (
    Campaign,
    Deliverable,
    Metric,
    Participant,
    Result,
    UnitValue,
)
from incentives.models.greeting import Greeting
from incentives.models.invitation import Dispute, Invitation, InvitationCode, Ruling
from incentives.models.plan import IncentivePlan, Kind, PlanItem

__all__ = [
    "Campaign",
    "Deliverable",
    "Dispute",
    "Greeting",
    "IncentivePlan",
    "Invitation",
    "InvitationCode",
    "Kind",
    "Metric",
    "Participant",
    "PlanItem",
    "Result",
    "Ruling",
    "UnitValue",
]
