"""What core and the libraries below it store, and what for (RELIABILITY 5)."""

from kol_crm.core.personal import EVERY_FIELD, Entry, Kind, Privacy

ID = "to tell rows apart"
TRACE = "to show who did what, when and through which door"
WORK = "to do each piece of work once"

PRIVACY: Privacy = {
    "core.User": [
        Entry(Kind.SYSTEM, ID, "id"),
        Entry(Kind.SYSTEM, "to let staff in, and nobody else", "password last_login is_active date_joined"),
        Entry(Kind.SYSTEM, "Django's own rights, not used here", "is_superuser is_staff"),
        Entry(Kind.GENERAL, "to name colleagues to each other", "username display_name first_name last_name"),
        Entry(Kind.GENERAL, "to write to staff", "email"),
        Entry(Kind.GENERAL, "to decide what they may do", "role team"),
        Entry(Kind.GENERAL, "to speak their language at their hour", "language zone"),
    ],
    "core.Team": [Entry(Kind.SYSTEM, ID, "id path parent"), Entry(Kind.GENERAL, "to name a team", "name")],
    "core.ApiToken": [
        Entry(Kind.SYSTEM, "to let REST clients in; the token itself is not kept", "digest token_key"),
        Entry(Kind.SYSTEM, TRACE, "user name created expiry last_used_at"),
        Entry(Kind.SYSTEM, "to decide what the client may do", "scopes"),
    ],
    "core.ChangeSet": [
        Entry(Kind.SYSTEM, ID, "id"),
        Entry(Kind.GENERAL, TRACE, "user door at reason insisted"),
    ],
    "core.Change": [
        Entry(Kind.SYSTEM, ID, "id change_set root row"),
        Entry(Kind.GENERAL, TRACE, "model field at"),
        # of contact points the sealed value and its mask; of everything else the value
        Entry(Kind.CONTACT, TRACE, "before after"),
    ],
    "core.Disclosure": [
        Entry(Kind.SYSTEM, ID, "id subject"),
        Entry(Kind.GENERAL, "to show who saw contact data", "at user door action rows detail reason"),
    ],
    "core.DataKey": [
        Entry(
            Kind.SYSTEM,
            "to make a person's contact data readable, and for good unreadable",
            "subject kek wrapped",
        )
    ],
    "core.PolicyVersion": [
        Entry(Kind.SYSTEM, ID, "id number"),
        Entry(Kind.GENERAL, "to know which rules held when", "values at user reason"),
    ],
    "core.Snooze": [Entry(Kind.SYSTEM, "to put a row of Today off for one user", "id user key until")],
    "core.Send": [
        Entry(Kind.SYSTEM, WORK, "id key kind subject recipient state not_before give_up_after attempts"),
        Entry(Kind.SYSTEM, WORK, "lease_until fence message_id created_at sent_at"),
        # the server's answer without the address it was about
        Entry(Kind.CONTACT, "to say why a mail did not arrive", "outcome"),
    ],
    "core.JobRun": [
        Entry(
            Kind.SYSTEM,
            "to see whether jobs run",
            "id job started_at ended_at seen done skipped failed error",
        )
    ],
    "core.Horizon": [Entry(Kind.SYSTEM, WORK, "name until")],
    "core.Dirty": [Entry(Kind.SYSTEM, WORK, "id planner subject")],
    "sessions.Session": [Entry(Kind.SYSTEM, "to keep staff logged in", EVERY_FIELD)],
    "account.EmailAddress": [Entry(Kind.SYSTEM, "allauth's copy of staff addresses", EVERY_FIELD)],
    "account.EmailConfirmation": [Entry(Kind.SYSTEM, "allauth's, not used here", EVERY_FIELD)],
    "auth.Permission": [Entry(Kind.SYSTEM, "Django's own rights, not used here", EVERY_FIELD)],
    "auth.Group": [Entry(Kind.SYSTEM, "Django's own rights, not used here", EVERY_FIELD)],
    "contenttypes.ContentType": [Entry(Kind.SYSTEM, "Django's names of models", EVERY_FIELD)],
}
