"""What keeping stores, and what for (RELIABILITY 5)."""

from kol_crm.core.personal import Entry, Kind, Privacy

ID = "to tell rows apart"
RISK = "to know what share of those at risk is lost"
COHORTS = "to know how long KOLs stay"

PRIVACY: Privacy = {
    "incentives.RiskMonth": [
        Entry(Kind.SYSTEM, ID, "id kol"),
        Entry(Kind.GENERAL, RISK, "on stage risk bond"),
    ],
    "incentives.BandRate": [
        Entry(Kind.SYSTEM, ID, "id"),
        Entry(Kind.GENERAL, RISK, "on band kols departed departures reaches"),
    ],
    "incentives.CohortStep": [
        Entry(Kind.SYSTEM, ID, "id"),
        Entry(Kind.GENERAL, COHORTS, "team field level cohort month entered net"),
    ],
}
