from incentives.models.campaign import (
    Campaign,
    Deliverable,
    Metric,
    Participant,
    Result,
    UnitValue,
)
from incentives.models.entry import Entry
from incentives.models.gift import Gift
from incentives.models.greeting import Greeting
from incentives.models.invitation import Dispute, Invitation, InvitationCode, Ruling
from incentives.models.keeping import BandRate, CohortStep, RiskMonth
from incentives.models.payout import Payout, PayoutBatch
from incentives.models.plan import IncentivePlan, PlanItem, PlanJudgement
from incentives.models.plan_template import PlanTemplate
from incentives.models.policy import IncentivePolicy
from incentives.models.rate import ExchangeRate
from incentives.models.strategy import Strategy
from incentives.models.words import Kind, Pay, Period

__all__ = [
    "BandRate",
    "Campaign",
    "CohortStep",
    "Deliverable",
    "Dispute",
    "Entry",
    "ExchangeRate",
    "Gift",
    "Greeting",
    "IncentivePlan",
    "IncentivePolicy",
    "Invitation",
    "InvitationCode",
    "Kind",
    "Metric",
    "Participant",
    "Pay",
    "Payout",
    "PayoutBatch",
    "Period",
    "PlanItem",
    "PlanJudgement",
    "PlanTemplate",
    "Result",
    "RiskMonth",
    "Ruling",
    "Strategy",
    "UnitValue",
]
