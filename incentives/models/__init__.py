from incentives.models.greeting import Greeting
from incentives.models.plan import IncentivePlan, Kind, PlanItem

__all__ = ["Greeting", "IncentivePlan", "Kind", "PlanItem"]
