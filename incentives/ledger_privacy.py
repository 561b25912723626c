"""What the ledger stores, and what for (RELIABILITY 5)."""

from kol_crm.core.personal import Entry, Kind, Privacy

ID = "to tell rows apart"
BOOKS = "to keep books of what was given, which the law demands"
PAID = "to know what was paid and what is owed"

LEDGER: Privacy = {
    "incentives.Entry": [
        Entry(Kind.SYSTEM, ID, "id kol item reversal_of"),
        Entry(Kind.FINANCE, BOOKS, "kind form what amount currency given_on note"),
        Entry(Kind.FINANCE, BOOKS, "converted converted_to rate rate_on"),
        Entry(Kind.GENERAL, BOOKS, "author created_at"),
    ],
    "incentives.Payout": [
        Entry(Kind.SYSTEM, ID, "id entry number batch"),
        Entry(Kind.FINANCE, PAID, "state on reference reason"),
        Entry(Kind.GENERAL, PAID, "author created_at"),
    ],
    "incentives.PayoutBatch": [
        Entry(Kind.SYSTEM, ID, "id number"),
        Entry(Kind.GENERAL, PAID, "author created_at"),
    ],
    "incentives.ExchangeRate": [
        Entry(Kind.SYSTEM, ID, "id currency base day rate note"),
        Entry(Kind.GENERAL, "to know who entered a rate", "author created_at"),
    ],
}
