"""What the KOL file stores, and what for (RELIABILITY 5)."""

from kol_crm.core.personal import Entry, Kind, Privacy

ID = "to tell rows apart"
RELATION = "to know whom we work with and how to treat them well"
BUSINESS = "to judge what they are good at"
FIGURES = "to compare how they do here and elsewhere"
ORDER = "to find and sort files; follows from other fields"

PRIVACY: Privacy = {
    "profiles.Kol": [
        Entry(Kind.SYSTEM, ID, "id version"),
        Entry(Kind.GENERAL, RELATION, "name name_other alias gender city zone language introduction"),
        Entry(Kind.GENERAL, RELATION, "likes dislikes character family how_met"),
        Entry(
            Kind.GENERAL, "to congratulate them", "birth_calendar birth_year birth_month birth_day birth_leap"
        ),
        Entry(Kind.GENERAL, "to keep what a minor must not get from them", "minor guardian_consent_on"),
        Entry(Kind.GENERAL, BUSINESS, "type credentials good_at agency main_field"),
        Entry(Kind.GENERAL, "to say whose file it is", "owner team staff_user"),
        Entry(Kind.GENERAL, "to leave in peace whom nobody should write to", "quiet_cause"),
        Entry(
            Kind.GENERAL,
            "to plan the work",
            "archived_at dormant touch_interval created_at stage stage_since",
        ),
        Entry(Kind.GENERAL, "to plan the work", "last_touch_at next_due next_due_kind touch_due review_due"),
        Entry(Kind.GENERAL, "to plan the work", "next_birthday"),
        Entry(Kind.GENERAL, FIGURES, "level level_override verdict own_followers own_followers_on bond risk"),
        Entry(Kind.GENERAL, FIGURES, "own_followers_change own_followers_trend most_followers"),
        Entry(Kind.GENERAL, ORDER, "pinyin sort_name handle search grams"),
    ],
    "profiles.ContactPoint": [
        Entry(Kind.SYSTEM, ID, "id kol agency position"),
        Entry(Kind.CONTACT, "to reach them", "sealed"),
        Entry(Kind.CONTACT, "to find a file by a contact; a keyed hash", "digest tail_digest"),
        Entry(Kind.CONTACT, "to show that there is a contact", "masked"),
        Entry(Kind.GENERAL, "to reach them the right way", "channel label preferred verified_on dead_since"),
        Entry(Kind.GENERAL, "to reach them the right way", "shared guardian"),
    ],
    "profiles.Touch": [
        Entry(Kind.SYSTEM, ID, "id kol takes_back"),
        Entry(
            Kind.GENERAL,
            "to know what was said, and when to speak again",
            "at user channel began text answered",
        ),
        Entry(Kind.SYSTEM, "to know how long its author may take it back", "written_at"),
    ],
    "profiles.Account": [
        Entry(Kind.SYSTEM, ID, "id kol"),
        Entry(Kind.GENERAL, FIGURES, "platform external_id handle title url followers followers_on"),
        Entry(Kind.GENERAL, ORDER, "handle_folded"),
    ],
    "profiles.Holding": [
        Entry(Kind.SYSTEM, "to know who held an account when", "id account kol since until")
    ],
    "profiles.Snapshot": [
        Entry(Kind.SYSTEM, ID, "id account takes_back standing"),
        Entry(Kind.GENERAL, FIGURES, "metric value start end source writer at"),
    ],
    "profiles.Median": [
        Entry(Kind.SYSTEM, "to compare like with like; about nobody", "id on side level value kols")
    ],
    "profiles.LevelRecord": [
        Entry(Kind.SYSTEM, ID, "id kol"),
        Entry(Kind.GENERAL, FIGURES, "level since override reason parts by at"),
    ],
    "profiles.FanReport": [
        Entry(Kind.SYSTEM, ID, "id kol"),
        Entry(
            Kind.GENERAL,
            FIGURES,
            "on portability estimator reason loyalty audience fake_share fake_source at",
        ),
    ],
    "profiles.Quote": [
        Entry(Kind.SYSTEM, ID, "id kol"),
        Entry(Kind.FINANCE, "to know what they ask", "what amount currency on"),
    ],
    "profiles.Agency": [
        Entry(Kind.SYSTEM, ID, "id version folded"),
        Entry(Kind.GENERAL, "to know who represents them", "name contact_person"),
    ],
    "profiles.Field": [
        Entry(Kind.SYSTEM, "a word of the trade; about nobody", "id slug name_en name_zh position")
    ],
    "profiles.KolType": [
        Entry(Kind.SYSTEM, "a word of the trade; about nobody", "id slug name_en name_zh position")
    ],
    "profiles.Tag": [Entry(Kind.GENERAL, "a team's own words", "id team name folded")],
    "profiles.KolField": [Entry(Kind.GENERAL, BUSINESS, "id kol field strength position")],
    "profiles.KolTag": [Entry(Kind.GENERAL, "a team's own words", "id kol tag")],
}
