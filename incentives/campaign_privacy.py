"""What campaigns store, and what for (RELIABILITY 5)."""

from kol_crm.core.personal import Entry, Kind, Privacy

ID = "to tell rows apart"
ASKED = "to know what a KOL does for the platform's users, and when"
BROUGHT = "to see what a KOL brought back"
FAIR = "to count each invited user once, and to settle disputes"

PRIVACY: Privacy = {
    "incentives.Campaign": [
        Entry(Kind.SYSTEM, ID, "id version"),
        Entry(Kind.GENERAL, ASKED, "name type monetising state starts_on ends_on owner team field topic"),
        Entry(Kind.GENERAL, ASKED, "purpose note created_at started_at ended_at"),
    ],
    "incentives.Participant": [
        Entry(Kind.SYSTEM, ID, "id version campaign kol"),
        Entry(Kind.GENERAL, ASKED, "joined_on left_on added_by created_at"),
        Entry(Kind.GENERAL, "to show how a decision about a KOL came about", "guard passed_by pass_reason"),
    ],
    "incentives.Deliverable": [
        Entry(Kind.SYSTEM, ID, "id version participant position"),
        Entry(Kind.GENERAL, ASKED, "what due_on done_on link"),
    ],
    "incentives.Result": [
        Entry(Kind.SYSTEM, ID, "id participant takes_back"),
        Entry(Kind.FINANCE, BROUGHT, "first_on last_on new_users active_users paid_amount currency source"),
        Entry(Kind.GENERAL, BROUGHT, "at user"),
    ],
    "incentives.UnitValue": [
        Entry(Kind.FINANCE, BROUGHT, "id metric amount currency since at user"),
    ],
    "incentives.InvitationCode": [
        Entry(Kind.SYSTEM, ID, "id participant"),
        Entry(Kind.GENERAL, FAIR, "code created_at"),
    ],
    # the platform's own number of a user, no name and no address
    "incentives.Invitation": [
        Entry(Kind.SYSTEM, ID, "id campaign code"),
        Entry(Kind.GENERAL, FAIR, "user_ref registered_at left_out at by"),
    ],
    "incentives.Dispute": [
        Entry(Kind.SYSTEM, ID, "id invitation participant"),
        Entry(Kind.GENERAL, FAIR, "says at user"),
    ],
    "incentives.Ruling": [
        Entry(Kind.SYSTEM, ID, "id dispute instead_of"),
        Entry(Kind.GENERAL, FAIR, "counts reason before after at user"),
    ],
}
