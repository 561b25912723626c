from incentives.models.campaign import (
    Campaign,
    Deliverable,
    Metric,
    Participant,
    Result,
    UnitValue,
)
from incentives.models.entry import Entry
from incentives.models.greeting import Greeting
from incentives.models.invitation import Dispute, Invitation, InvitationCode, Ruling
from incentives.models.payout import Payout, PayoutBatch
from incentives.models.plan import IncentivePlan, Kind, PlanItem
from incentives.models.rate import ExchangeRate
from incentives.models.strategy import Strategy

__all__ = [
    "Campaign",
    "Deliverable",
    "Dispute",
    "Entry",
    "ExchangeRate",
    "Greeting",
    "IncentivePlan",
    "Invitation",
    "InvitationCode",
    "Kind",
    "Metric",
    "Participant",
    "Payout",
    "PayoutBatch",
    "PlanItem",
    "Result",
    "Ruling",
    "Strategy",
    "UnitValue",
]
