"""What gifts store, and what for (RELIABILITY 5). No address is kept: it is asked for when a gift is sent."""

from kol_crm.core.personal import Entry, Kind, Privacy

GIVE = "to give something that is wanted, and not the same twice"

PRIVACY: Privacy = {
    "incentives.Gift": [
        Entry(Kind.SYSTEM, "to tell rows apart", "id version kol entry"),
        Entry(Kind.GENERAL, GIVE, "state item folded note date event occasion for_on next_on author"),
        Entry(Kind.GENERAL, "to know for whom of the family it is", "tie recipient"),
        Entry(Kind.FINANCE, "to keep within the budget", "amount currency over_reason"),
        Entry(Kind.GENERAL, "to know whether it arrived", "carrier tracking sent_on received_on"),
        Entry(Kind.GENERAL, "to learn what they like", "reaction liked drop_reason dropped_from"),
        Entry(
            Kind.GENERAL, "to tell what was done when", "created_at chosen_at sent_at received_at dropped_at"
        ),
    ],
}
