"""What core and the libraries below it store, and what for (RELIABILITY 5)."""

from kol_crm.core.personal import EVERY_FIELD, Entry, Kind, Privacy

ID = "to tell rows apart"
TRACE = "to show who did what, when and through which door"
WORK = "to do each piece of work once"

PRIVACY: Privacy = {
    "core.User": [
        Entry(Kind.SYSTEM, ID, "id version"),
        Entry(Kind.SYSTEM, "to let staff in, and nobody else", "password last_login is_active date_joined"),
        Entry(Kind.SYSTEM, "Django's own rights, not used here", "is_superuser is_staff"),
        Entry(Kind.GENERAL, "to name colleagues to each other", "username display_name first_name last_name"),
        Entry(Kind.GENERAL, "to write to staff", "email"),
        Entry(Kind.GENERAL, "to decide what they may do", "role team"),
        Entry(Kind.GENERAL, "to speak their language at their hour", "language zone"),
        Entry(Kind.GENERAL, "to sign what they write", "signature"),
        Entry(Kind.SYSTEM, "to look for absences only where there are some", "covers"),
        Entry(Kind.SYSTEM, "to look for handed rows only where there are some", "shares"),
    ],
    "core.Team": [
        Entry(Kind.SYSTEM, ID, "id path parent version"),
        Entry(Kind.GENERAL, "to name a team", "name"),
    ],
    "core.ApiToken": [
        Entry(Kind.SYSTEM, "to let REST clients in; the token itself is not kept", "digest token_key"),
        Entry(Kind.SYSTEM, TRACE, "user name created expiry last_used_at"),
        Entry(Kind.SYSTEM, "to show its owner who uses it", "used_from used_with"),
        Entry(Kind.SYSTEM, "to decide what the client may do", "scopes"),
    ],
    "core.IdempotencyKey": [
        Entry(Kind.SYSTEM, WORK, "id user key status at"),
        Entry(Kind.SYSTEM, "to tell the same request from another; a keyed hash", "digest"),
        Entry(Kind.SYSTEM, "to answer again: ids, versions, what became of each", "answer"),
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
    "core.SavedView": [
        Entry(Kind.SYSTEM, ID, "id version deleted_at"),
        # a term that reads as contact data is refused before it is kept
        Entry(
            Kind.GENERAL,
            "to look at a list in the same way again",
            "of_list name owner sharing team query columns layout grouping",
        ),
    ],
    "core.ViewPin": [Entry(Kind.SYSTEM, "to keep a user's tabs in their order", "id user view position")],
    "core.Presence": [
        Entry(Kind.SYSTEM, ID, "id subject"),
        Entry(Kind.GENERAL, "to say who else has it open; gone within a minute", "user seen_at"),
    ],
    "core.HandedRow": [
        Entry(Kind.SYSTEM, ID, "id key subject"),
        Entry(Kind.GENERAL, "to let a colleague do what is due", "holder giver receiver word at ends_on"),
    ],
    "core.Snooze": [Entry(Kind.SYSTEM, "to put a row of Today off for one user", "id user key until")],
    "core.Webhook": [
        Entry(Kind.SYSTEM, ID, "id version"),
        Entry(
            Kind.SYSTEM,
            "to tell a user's programs what changed",
            "user name url events fields skip_own active",
        ),
        Entry(Kind.SYSTEM, "to sign what is told; sealed", "secrets"),
        Entry(Kind.SYSTEM, WORK, "gone_at stopped_at failing_since failures retry_at created_at"),
    ],
    "core.Delivery": [
        Entry(Kind.SYSTEM, WORK, "id webhook change_set root row event send created_at"),
    ],
    "core.Send": [
        Entry(Kind.SYSTEM, WORK, "id key kind subject recipient state not_before give_up_after attempts"),
        Entry(Kind.SYSTEM, WORK, "lease_until fence message_id created_at sent_at held_by"),
        # the server's answer without the address it was about
        Entry(Kind.CONTACT, "to say why a mail did not arrive", "outcome"),
    ],
    "core.Work": [
        Entry(Kind.SYSTEM, WORK, "id kind user door subject params change_set state done total counts error"),
        Entry(Kind.SYSTEM, WORK, "attempts lease_until fence created_at ended_at"),
    ],
    "core.Notice": [
        Entry(Kind.SYSTEM, "to tell a user once what concerns them", "id user kind key subject data by at"),
        Entry(Kind.SYSTEM, "to tell what is new from what was read", "read_at"),
        Entry(Kind.SYSTEM, "to tell it where its user wants to be told, once", "shown in_morning send"),
    ],
    "core.NoticeSettings": [
        Entry(Kind.SYSTEM, ID, "id version"),
        Entry(
            Kind.GENERAL,
            "to tell each user what they want to know, where and when",
            "user channels morning_hour working_days quiet_from quiet_until",
        ),
    ],
    "core.Robot": [
        Entry(Kind.SYSTEM, ID, "id version"),
        Entry(Kind.GENERAL, "to let a team's chat know what waits", "name kind team kinds active"),
        Entry(Kind.GENERAL, "to know a robot's address again without its secrets", "address"),
        Entry(Kind.SYSTEM, "to post there; both are secrets, and sealed", "sealed_url sealed_secret"),
    ],
    "core.RobotNote": [
        Entry(Kind.SYSTEM, "to post each notice once", "id robot notice send created_at"),
    ],
    "core.Feed": [
        Entry(Kind.SYSTEM, ID, "id user kind created_at"),
        Entry(Kind.SYSTEM, "to let the one program in that knows the address", "digest in_clear"),
        Entry(Kind.SYSTEM, "to slow down what reads too often", "window reads"),
    ],
    "core.StoredFile": [
        # the content lies sealed beside the database
        Entry(Kind.SYSTEM, "to find a file and what unseals it", "id subject content_type size"),
        Entry(Kind.GENERAL, TRACE, "name by at"),
    ],
    "core.JobRun": [
        Entry(
            Kind.SYSTEM,
            "to see whether jobs run",
            "id job asked_by asked_at started_at ended_at seen done skipped failed error",
        )
    ],
    "core.Generation": [
        Entry(
            Kind.SYSTEM,
            WORK,
            "id number cause instance began_at due_before kept_outside released_at released_by",
        )
    ],
    "core.Horizon": [Entry(Kind.SYSTEM, WORK, "name until")],
    "core.Dirty": [Entry(Kind.SYSTEM, WORK, "id planner subject")],
    "core.Absence": [
        Entry(Kind.SYSTEM, ID, "id version"),
        Entry(Kind.GENERAL, "to let a deputy look after the queue", "user deputy starts_on ends_on"),
    ],
    "core.LoginSession": [
        Entry(Kind.SYSTEM, "to keep staff logged in", "session_key session_data expire_date user_id")
    ],
    "core.WrongLogins": [
        Entry(
            Kind.SYSTEM,
            "to slow guessing down; the account stands there as a keyed hash",
            "key times last_at",
        )
    ],
    "core.Throttle": [
        Entry(
            Kind.SYSTEM,
            "to let nobody call too often; tokens and networks stand there as hashes",
            "key clear_at refused",
        )
    ],
    "mfa.Authenticator": [
        Entry(Kind.SYSTEM, "the second factor of staff, its secrets sealed", "id user type data"),
        Entry(Kind.SYSTEM, TRACE, "created_at last_used_at"),
    ],
    "sessions.Session": [Entry(Kind.SYSTEM, "to keep staff logged in", EVERY_FIELD)],
    "account.EmailAddress": [Entry(Kind.SYSTEM, "allauth's copy of staff addresses", EVERY_FIELD)],
    "account.EmailConfirmation": [Entry(Kind.SYSTEM, "allauth's, not used here", EVERY_FIELD)],
    "auth.Permission": [Entry(Kind.SYSTEM, "Django's own rights, not used here", EVERY_FIELD)],
    "auth.Group": [Entry(Kind.SYSTEM, "Django's own rights, not used here", EVERY_FIELD)],
    "contenttypes.ContentType": [Entry(Kind.SYSTEM, "Django's names of models", EVERY_FIELD)],
}
