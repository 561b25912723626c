from incentives.models.greeting import Greeting
from incentives.models.plan import IncentivePlan, PlanItem, PlanJudgement
from incentives.models.plan_template import PlanTemplate
from incentives.models.policy import IncentivePolicy
from incentives.models.words import Kind, Pay, Period

__all__ = [
    "Greeting",
    "IncentivePlan",
    "IncentivePolicy",
    "Kind",
    "Pay",
    "Period",
    "PlanItem",
    "PlanJudgement",
    "PlanTemplate",
]
