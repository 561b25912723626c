from incentives.models.entry import Entry
from incentives.models.greeting import Greeting
from incentives.models.payout import Payout, PayoutBatch
from incentives.models.plan import IncentivePlan, Kind, PlanItem
from incentives.models.rate import ExchangeRate

__all__ = [
    "Entry",
    "ExchangeRate",
    "Greeting",
    "IncentivePlan",
    "Kind",
    "Payout",
    "PayoutBatch",
    "PlanItem",
]
