"""What stages and reviews store, and what for (RELIABILITY 5)."""

from kol_crm.core.personal import Entry, Kind, Privacy

ID = "to tell rows apart"
DECISION = "to show how a decision about a KOL came about"

PRIVACY: Privacy = {
    "lifecycle.Move": [
        Entry(Kind.SYSTEM, ID, "id kol takes_back"),
        Entry(
            Kind.GENERAL, DECISION, "from_stage to_stage at user why cause goodbye look_again_on gate figures"
        ),
    ],
    "lifecycle.Stay": [Entry(Kind.GENERAL, DECISION, "id kol stage since until entered_by")],
    "lifecycle.Review": [
        Entry(Kind.SYSTEM, ID, "id version kol stay"),
        Entry(Kind.GENERAL, DECISION, "due_on done_at user decision note evidence"),
    ],
    "lifecycle.ReviewNotice": [
        Entry(Kind.SYSTEM, "to remind each person once", "id key review user on send created_at")
    ],
}
