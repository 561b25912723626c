"""What strategy adjustments store, and what for (RELIABILITY 5)."""

from kol_crm.core.personal import Entry, Kind, Privacy

LEARN = "to learn from what was changed about a KOL or a group"

PRIVACY: Privacy = {
    "incentives.Strategy": [
        Entry(Kind.SYSTEM, "to tell rows apart", "id version kol"),
        Entry(Kind.GENERAL, LEARN, "team cohort stage level what why expected decided_on look_on"),
        Entry(Kind.GENERAL, LEARN, "happened settled_at author created_at"),
    ],
}
