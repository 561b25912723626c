"""What incentives store, and what for (RELIABILITY 5)."""

from incentives import campaign_privacy, gift_privacy, keeping_privacy, strategy_privacy
from incentives.ledger_privacy import LEDGER
from kol_crm.core.personal import Entry, Kind, Privacy

ID = "to tell rows apart"
WHY = "to say who decided on a plan, and by what"
CARE = "to congratulate a KOL once, in the right words"

PRIVACY: Privacy = {
    **LEDGER,
    **campaign_privacy.PRIVACY,
    **keeping_privacy.PRIVACY,
    **strategy_privacy.PRIVACY,
    **gift_privacy.PRIVACY,
    "incentives.IncentivePlan": [
        Entry(Kind.SYSTEM, ID, "id version kol"),
        Entry(Kind.GENERAL, "to keep what was promised", "title note state author created_at"),
        Entry(Kind.GENERAL, WHY, "reason sent_back submitted_at submitted_by ended_at"),
    ],
    "incentives.IncentivePolicy": [
        Entry(Kind.SYSTEM, ID, "id number"),
        Entry(Kind.GENERAL, "to know what may be given", "from_day reason cells currency author at"),
    ],
    "incentives.PlanJudgement": [
        Entry(Kind.SYSTEM, ID, "id plan policy"),
        Entry(Kind.FINANCE, WHY, "act inside stage level figures reason by at"),
    ],
    "incentives.PlanTemplate": [
        Entry(Kind.SYSTEM, ID, "id version"),
        Entry(Kind.GENERAL, "to begin plans from", "title note stage kol_type items author created_at"),
    ],
    "incentives.PlanItem": [
        Entry(Kind.SYSTEM, ID, "id plan position"),
        Entry(Kind.FINANCE, "to keep what was promised", "kind what amount currency due_on next_on"),
        Entry(
            Kind.FINANCE, "to pay what was promised", "pay rate base floor cap expected period ends_on need"
        ),
    ],
    "incentives.Greeting": [
        Entry(Kind.SYSTEM, ID, "id version kol send"),
        Entry(
            Kind.GENERAL,
            CARE,
            "occasion about what year on state edited language subject body personal_line channel",
        ),
        Entry(Kind.GENERAL, CARE, "done_at done_by"),
        # the server's answer without the address it was about
        Entry(Kind.CONTACT, "to say why a mail did not arrive", "outcome"),
    ],
}
