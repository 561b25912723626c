"""What plans and their policy hand to core: the tables in which nothing is changed (DOMAIN 6.1, 6.2)."""

from incentives.models import IncentivePolicy, PlanJudgement
from kol_crm.core import append_only

APPEND_ONLY = (IncentivePolicy, PlanJudgement)


def register() -> None:
    for model in APPEND_ONLY:
        append_only.tables.register(model._meta.db_table, ())
