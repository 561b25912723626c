"""What incentives store, and what for (RELIABILITY 5)."""

from incentives import campaign_privacy, strategy_privacy
from incentives.ledger_privacy import LEDGER
from kol_crm.core.personal import Entry, Kind, Privacy

ID = "to tell rows apart"
CARE = "to congratulate a KOL once, in the right words"

PRIVACY: Privacy = {
    **LEDGER,
    **campaign_privacy.PRIVACY,
    **strategy_privacy.PRIVACY,
    "incentives.IncentivePlan": [
        Entry(Kind.SYSTEM, ID, "id version kol"),
        Entry(Kind.GENERAL, "to keep what was promised", "title note state author created_at"),
    ],
    "incentives.PlanItem": [
        Entry(Kind.SYSTEM, ID, "id plan position"),
        Entry(Kind.FINANCE, "to keep what was promised", "kind what amount currency due_on"),
    ],
    "incentives.Greeting": [
        Entry(Kind.SYSTEM, ID, "id version kol send"),
        Entry(
            Kind.GENERAL, CARE, "occasion year on state edited language subject body personal_line channel"
        ),
        Entry(Kind.GENERAL, CARE, "done_at done_by"),
        # the server's answer without the address it was about
        Entry(Kind.CONTACT, "to say why a mail did not arrive", "outcome"),
    ],
}
