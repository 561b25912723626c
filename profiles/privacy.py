"""What the KOL file stores, and what for (RELIABILITY 5)."""

from kol_crm.core.personal import Entry, Kind, Privacy

ID = "to tell rows apart"
RELATION = "to know whom we work with and how to treat them well"
BUSINESS = "to judge what they are good at"
FIGURES = "to compare how they do here and elsewhere"
TAKEN_IN = "to show what an import brought, and to take it back"
WANTS = "to know what they want, what was promised, and to do it in time"
TOLD = "to tell REST clients which files changed, and who must forget one"
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
        Entry(Kind.SYSTEM, "to lead from a merged file to the one that stands for both", "merged_into"),
        Entry(Kind.GENERAL, "to know a face", "picture"),
        Entry(Kind.GENERAL, "to leave in peace whom nobody should write to", "quiet_cause"),
        Entry(Kind.GENERAL, "to give nothing to who is stopped", "stop"),
        Entry(
            Kind.GENERAL,
            "to plan the work",
            "archived_at trash_over dormant touch_interval created_at stage stage_since",
        ),
        Entry(Kind.GENERAL, "to plan the work", "last_touch_at next_due next_due_kind touch_due review_due"),
        Entry(Kind.GENERAL, "to plan the work", "next_birthday"),
        Entry(Kind.GENERAL, FIGURES, "level level_override verdict own_followers own_followers_on bond risk"),
        Entry(Kind.GENERAL, FIGURES, "own_followers_change own_followers_trend most_followers figures_due"),
        Entry(Kind.GENERAL, ORDER, "pinyin sort_name handle search grams"),
    ],
    "profiles.FileCount": [
        Entry(
            Kind.SYSTEM, "to say how many files there are of each sort", "id team dimension value stage count"
        )
    ],
    "profiles.ScopeCount": [
        Entry(Kind.SYSTEM, "to say how many files there are", "id team kind field level value count"),
    ],
    "profiles.CountLines": [
        Entry(
            Kind.SYSTEM, "to tell late from near", "id day long_late soon introduction initial mid_term late"
        ),
    ],
    "profiles.SyncState": [
        Entry(Kind.SYSTEM, TOLD, "kol at others_at version kind survivor origin team hidden_from changed_at"),
    ],
    "profiles.SyncLeft": [Entry(Kind.SYSTEM, TOLD, "id kol team whom but at changed_at")],
    "profiles.SyncClock": [Entry(Kind.SYSTEM, TOLD, "id value")],
    "profiles.ContactPoint": [
        Entry(Kind.SYSTEM, ID, "id kol agency position"),
        Entry(Kind.CONTACT, "to reach them", "sealed"),
        Entry(Kind.CONTACT, "to find a file by a contact; a keyed hash", "digest tail_digest"),
        Entry(Kind.CONTACT, "to show that there is a contact", "masked"),
        Entry(Kind.GENERAL, "to reach them the right way", "channel label preferred verified_on dead_since"),
        Entry(Kind.GENERAL, "to reach them the right way", "shared guardian"),
    ],
    "profiles.Source": [
        Entry(Kind.SYSTEM, ID, "id version"),
        Entry(Kind.SYSTEM, "to know which system says what", "slug name owner owns retired"),
    ],
    "profiles.ExternalId": [
        Entry(Kind.SYSTEM, ID, "id kol source"),
        Entry(Kind.GENERAL, "to find the file that another system means", "external_id"),
        Entry(Kind.SYSTEM, "to pass over what was sent before; a keyed hash", "digest version"),
    ],
    "profiles.Duplicate": [
        Entry(Kind.SYSTEM, ID, "id first second"),
        Entry(Kind.SYSTEM, "to know whether a decision still holds; a hash", "facts"),
        # of a contact its mask
        Entry(Kind.CONTACT, "to show why two files may be of one person", "parts"),
        Entry(Kind.GENERAL, "to keep one file per person", "state score found_at decided_at decided_by"),
    ],
    "profiles.Merge": [
        Entry(Kind.SYSTEM, ID, "id survivor merged change_set"),
        Entry(Kind.GENERAL, "to make two files of one again", "at user choices undone_at undone_by"),
        # of a contact its mask
        Entry(Kind.CONTACT, "to show what was done since and stayed", "left"),
    ],
    "profiles.MergedRow": [
        Entry(Kind.SYSTEM, ID, "id merge model row parent of_merged"),
        # of contact points the sealed value, its hash and its mask; of everything else the value
        Entry(Kind.CONTACT, "to make two files of one again", "before after"),
    ],
    "profiles.Touch": [
        Entry(Kind.SYSTEM, ID, "id kol takes_back agency beside"),
        Entry(
            Kind.GENERAL,
            "to know what was said, and when to speak again",
            "at user channel began reason text answered reply_minutes next_on voice_reason",
        ),
        Entry(Kind.SYSTEM, "to know how long its author may take it back", "written_at"),
    ],
    "profiles.Follow": [Entry(Kind.SYSTEM, "to tell staff of files that concern them", "id user kol since")],
    "profiles.Pin": [Entry(Kind.SYSTEM, "to keep what matters on top", "id kol kind entry at by pinned_at")],
    "profiles.Attachment": [
        Entry(Kind.SYSTEM, ID, "id kol"),
        Entry(Kind.GENERAL, RELATION, "file thumbnail kind width height as_it_came user at removed_at"),
    ],
    "profiles.Picture": [
        Entry(Kind.SYSTEM, ID, "id kol"),
        Entry(Kind.GENERAL, "to know a face", "small large user at"),
    ],
    "profiles.Attribute": [
        Entry(
            Kind.SYSTEM,
            "a fact that admins ask for; about nobody",
            "id version key name_en name_zh kind group choices position required retired_at",
        )
    ],
    "profiles.AttributeValue": [
        Entry(Kind.SYSTEM, ID, "id kol attribute"),
        Entry(Kind.GENERAL, RELATION, "text number day flag"),
    ],
    "profiles.Account": [
        Entry(Kind.SYSTEM, ID, "id kol"),
        Entry(Kind.SYSTEM, "to know who held an account when", "held_since"),
        Entry(Kind.GENERAL, FIGURES, "platform external_id handle title url followers followers_on"),
        Entry(Kind.GENERAL, ORDER, "handle_folded"),
    ],
    "profiles.Holding": [
        Entry(Kind.SYSTEM, "to know who held an account when", "id account kol since until first")
    ],
    "profiles.Snapshot": [
        Entry(Kind.SYSTEM, ID, "id account takes_back standing newest"),
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
        Entry(Kind.GENERAL, "to know who represents them", "name contact_person city note"),
    ],
    "profiles.Need": [
        Entry(Kind.SYSTEM, ID, "id version kol"),
        Entry(Kind.GENERAL, WANTS, "kind what due_on state outcome settled_at author created_at"),
    ],
    "profiles.Promise": [
        Entry(Kind.SYSTEM, ID, "id version kol"),
        Entry(Kind.GENERAL, WANTS, "by what due_on state make_good settled_at author created_at"),
    ],
    "profiles.Request": [
        Entry(Kind.SYSTEM, ID, "id version kol"),
        Entry(Kind.GENERAL, WANTS, "what taker due_on answer answered_at satisfied author created_at"),
    ],
    "profiles.ImportantDate": [
        Entry(Kind.SYSTEM, ID, "id version kol"),
        Entry(Kind.GENERAL, "to remember their days", "what festival calendar year month day leap"),
        Entry(Kind.GENERAL, "to remember their days", "yearly greet note"),
        Entry(Kind.GENERAL, "to remember their days", "next_on seen_for author created_at"),
    ],
    "profiles.LifeEvent": [
        Entry(Kind.SYSTEM, ID, "id version kol"),
        Entry(
            Kind.GENERAL, "to share in their lives", "what calendar year month day leap greet gift_idea note"
        ),
        Entry(Kind.GENERAL, "to share in their lives", "next_on closed_at author created_at"),
    ],
    "profiles.Tie": [
        Entry(Kind.SYSTEM, ID, "id version kol"),
        Entry(Kind.GENERAL, RELATION, "kind other name note ended_on author created_at"),
    ],
    "profiles.Field": [
        Entry(
            Kind.SYSTEM,
            "a word of the trade; about nobody",
            "id slug name_en name_zh position retired version",
        )
    ],
    "profiles.KolType": [
        Entry(
            Kind.SYSTEM,
            "a word of the trade; about nobody",
            "id slug name_en name_zh position retired version",
        )
    ],
    "profiles.Tag": [Entry(Kind.GENERAL, "a team's own words", "id team name folded")],
    "profiles.KolField": [Entry(Kind.GENERAL, BUSINESS, "id kol field strength position")],
    "profiles.Import": [
        Entry(Kind.SYSTEM, ID, "id file work change_set"),
        Entry(Kind.GENERAL, TAKEN_IN, "user at name kind platform key mode overwrite owner day by_hand"),
        Entry(Kind.GENERAL, TAKEN_IN, "dropped decisions notes total counts state run_at undone_at"),
        # the first values of columns, contacts as their masks
        Entry(Kind.CONTACT, TAKEN_IN, "columns"),
        Entry(Kind.CONTACT, "cells that somebody mended; sealed", "mends"),
    ],
    "profiles.NoGo": [
        Entry(Kind.SYSTEM, ID, "id version kol"),
        Entry(Kind.GENERAL, "to remember who said no, and why", "name team kind cause evidence on"),
        Entry(Kind.GENERAL, "to remember who said no, and why", "look_again_on whole_agency"),
        Entry(Kind.GENERAL, "to remember who said no, and why", "author created_at lifted_at lifted_why"),
    ],
    # keyed hashes alone: nothing can be read from them
    "profiles.NoGoMark": [
        Entry(Kind.SYSTEM, ID, "id no_go kind"),
        Entry(Kind.CONTACT, "to find a no again by contact, account or agency", "digest"),
    ],
    "profiles.ImportRow": [
        Entry(Kind.SYSTEM, ID, "id imported kol"),
        Entry(Kind.GENERAL, TAKEN_IN, "number outcome written name why undo left known"),
        # of contact points only the masks
        Entry(Kind.CONTACT, TAKEN_IN, "changes problems twins"),
    ],
    "profiles.Export": [
        Entry(Kind.SYSTEM, ID, "id work file ids"),
        Entry(
            Kind.GENERAL,
            "to show who took what away, and why",
            "user at format in_clear reason language query name total rows expires_at",
        ),
    ],
    "profiles.ExportPart": [
        Entry(Kind.SYSTEM, "to go on with an export, and to know whom it is about", "id export number ids"),
        Entry(Kind.SYSTEM, "to go on with an export, and to know whom it is about", "written rows file"),
    ],
    "profiles.KolTag": [Entry(Kind.GENERAL, "a team's own words", "id kol tag")],
}
