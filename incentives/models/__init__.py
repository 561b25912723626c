from incentives.models.entry import Entry
from incentives.models.greeting import Greeting
from incentives.models.payout import Payout, PayoutBatch
from incentives.models.plan import IncentivePlan, PlanItem, PlanJudgement
from incentives.models.plan_template import PlanTemplate
from incentives.models.policy import IncentivePolicy
from incentives.models.rate import ExchangeRate
from incentives.models.words import Kind, Pay, Period

__all__ = [
    "Entry",
    "ExchangeRate",
    "Greeting",
    "IncentivePlan",
    "IncentivePolicy",
    "Kind",
    "Pay",
    "Payout",
    "PayoutBatch",
    "Period",
    "PlanItem",
    "PlanJudgement",
    "PlanTemplate",
]
