"""What stages, reviews and introduction store, and what for (RELIABILITY 5)."""

from kol_crm.core.personal import Entry, Kind, Privacy

ID = "to tell rows apart"
DECISION = "to show how a decision about a KOL came about"

OUTREACH = "to reach a person once, by one voice, and to stop when they say no"
AGREED = "to keep what was agreed, and how it came to that"
PACE = "to bring in as many KOLs as users need"
RULES = "to know which rules a KOL was told, and when they agreed to them"
TOGETHER = "to see that each KOL is looked after, and with whom they are together"
GIVEN = "to know which resources a KOL was given, and that all have their part"
GRANTED = "to know who holds what on the platform, by whom and until when"
HANDED = "to let whoever takes a file over know all that its giver knew"
PACKAGED = "to agree what a KOL stands for, and to learn what their fans make of it"
EMPOWERED = "to help a KOL grow, and to see whether it helped"
CONDUCT = "to treat a KOL who breaks a rule no more lightly than a user, and as fairly"

EXCLUSIVE = "to hold to what was promised, and to be reminded before it ends"
STOPPED = "to give nothing to a KOL who broke their word until a manager has decided"

PRIVACY: Privacy = {
    "lifecycle.Move": [
        Entry(Kind.SYSTEM, ID, "id kol takes_back"),
        Entry(
            Kind.GENERAL, DECISION, "from_stage to_stage at user why cause goodbye look_again_on gate figures"
        ),
    ],
    "lifecycle.Stay": [Entry(Kind.GENERAL, DECISION, "id kol stage since until entered_by look_again_on")],
    "lifecycle.Review": [
        Entry(Kind.SYSTEM, ID, "id version kol stay"),
        Entry(Kind.GENERAL, DECISION, "due_on done_at user decision note evidence"),
    ],
    "lifecycle.ReviewNotice": [
        Entry(Kind.SYSTEM, "to remind each person once", "id key review user on send created_at")
    ],
    **{
        f"lifecycle.{name}": [
            Entry(Kind.SYSTEM, ID, "id"),
            Entry(Kind.GENERAL, PACE, f"field since at user {figures}"),
        ]
        for name, figures in (("Demand", "users source"), ("Band", "low high"), ("Cap", "kols"))
    },
    "lifecycle.Programme": [
        Entry(Kind.SYSTEM, ID, "id version"),
        Entry(Kind.GENERAL, "to bring KOLs in for a purpose", "name purpose deeds success target"),
        Entry(Kind.GENERAL, "to know whose it is and when", "owner team starts_on ends_on state"),
        Entry(Kind.GENERAL, DECISION, "created_at started_at closed_at"),
    ],
    "lifecycle.ProgrammeField": [
        Entry(Kind.SYSTEM, "to find the programmes of a field", "id programme field position")
    ],
    "lifecycle.Candidate": [
        Entry(Kind.SYSTEM, ID, "id version programme kol"),
        Entry(Kind.GENERAL, "to know where a candidate came from", "source introducer highlight"),
        Entry(Kind.GENERAL, DECISION, "why_oversupplied why_external entered_at entered_by pace"),
        Entry(Kind.GENERAL, DECISION, "reviewed_at step step_since lead_on_by in_outreach"),
        Entry(Kind.GENERAL, DECISION, "outcome outcome_note outcome_at"),
    ],
    "lifecycle.CandidateStep": [
        Entry(Kind.SYSTEM, ID, "id candidate"),
        Entry(Kind.GENERAL, DECISION, "from_step to_step fact why at user"),
    ],
    "lifecycle.Rubric": [Entry(Kind.GENERAL, "to know by what was rated", "id number criteria at")],
    "lifecycle.Rating": [
        Entry(Kind.SYSTEM, ID, "id candidate rubric"),
        Entry(Kind.GENERAL, DECISION, "rater criterion value evidence at"),
    ],
    "lifecycle.PlatformUser": [
        Entry(Kind.SYSTEM, ID, "id version external_id handle_folded"),
        Entry(
            Kind.GENERAL, "to find who among the users may serve others", "handle name field output quality"
        ),
        Entry(Kind.GENERAL, "to find who among the users may serve others", "activity influence on"),
        Entry(Kind.GENERAL, DECISION, "state why decided_at decided_by look_again_on candidate"),
    ],
    "lifecycle.Outreach": [
        Entry(Kind.SYSTEM, ID, "id version kol candidate"),
        Entry(Kind.GENERAL, OUTREACH, "author created_at state ended_at why"),
        Entry(Kind.GENERAL, OUTREACH, "voice_reason next_channel next_on"),
    ],
    "lifecycle.Attempt": [
        Entry(Kind.SYSTEM, ID, "id outreach touch of"),
        Entry(Kind.GENERAL, OUTREACH, "channel result at user"),
    ],
    # its address stands in the contact point alone
    "lifecycle.OutreachMail": [
        Entry(Kind.SYSTEM, ID, "id outreach send"),
        Entry(Kind.GENERAL, OUTREACH, "author subject body voice_reason created_at"),
    ],
    "lifecycle.CooperationPlan": [
        Entry(Kind.SYSTEM, ID, "id version kol candidate number"),
        Entry(Kind.GENERAL, AGREED, "title note keeps keeps_how why_not starts_on ends_on state"),
        Entry(Kind.GENERAL, AGREED, "author created_at sent_at settled_at"),
    ],
    "lifecycle.CooperationPart": [
        Entry(Kind.SYSTEM, ID, "id plan position need"),
        Entry(Kind.GENERAL, AGREED, "side what answers exclusive due_on"),
        Entry(Kind.FINANCE, AGREED, "pay_model amount currency"),
    ],
    "lifecycle.CooperationVersion": [
        Entry(Kind.SYSTEM, ID, "id plan number"),
        Entry(Kind.FINANCE, AGREED, "content"),
        Entry(Kind.GENERAL, AGREED, "state at user"),
    ],
    **{
        f"lifecycle.{name}": [
            Entry(Kind.SYSTEM, ID, ids),
            Entry(Kind.GENERAL, "to say what holds for KOLs and users alike", f"title_en title_zh {more}"),
            Entry(Kind.GENERAL, "to say what holds for KOLs and users alike", "text_en text_zh severity"),
        ]
        for name, ids, more in (
            ("Rule", "id version number", "retired created_at"),
            ("RuleVersion", "id rule number", "at user"),
        )
    },
    # the address itself is kept nowhere
    "lifecycle.RuleLink": [
        Entry(Kind.SYSTEM, "to let a KOL read and acknowledge the rules once", "id kol digest send"),
        Entry(Kind.GENERAL, RULES, "user at expires_at used_at closed_at voice_reason"),
    ],
    "lifecycle.RuleFact": [
        Entry(Kind.SYSTEM, ID, "id kol rule_version link takes_back"),
        Entry(Kind.GENERAL, RULES, "kind at channel user written_at"),
    ],
    "lifecycle.Violation": [
        Entry(Kind.SYSTEM, ID, "id version kol rule told move"),
        Entry(Kind.GENERAL, CONDUCT, "author created_at happened_at what evidence links state due_on"),
        Entry(Kind.GENERAL, CONDUCT, "severity why decided_by decided_at ordinary proposed level"),
        Entry(Kind.GENERAL, CONDUCT, "grounds appealed_at answer answered_by answered_at"),
    ],
    "lifecycle.ViolationFile": [Entry(Kind.SYSTEM, ID, "id violation attachment")],
    "lifecycle.Exclusivity": [
        Entry(Kind.SYSTEM, ID, "id version kol renews"),
        Entry(Kind.GENERAL, EXCLUSIVE, "author created_at scope channels kinds starts_on ends_on"),
        Entry(Kind.GENERAL, EXCLUSIVE, "evidence links due_on ended_on ended_why ended_by"),
    ],
    "lifecycle.ExclusivityFile": [Entry(Kind.SYSTEM, ID, "id exclusivity attachment")],
    "lifecycle.ExclusivityNotice": [
        Entry(Kind.SYSTEM, "to remind each person once", "id key exclusivity user on send created_at")
    ],
    "lifecycle.Sighting": [
        Entry(Kind.SYSTEM, ID, "id version kol exclusivity stop"),
        Entry(Kind.GENERAL, STOPPED, "author created_at seen_on channel what evidence links state due_on"),
        Entry(Kind.GENERAL, STOPPED, "why decided_by decided_at"),
    ],
    "lifecycle.SightingFile": [Entry(Kind.SYSTEM, ID, "id sighting attachment")],
    "lifecycle.Stop": [
        Entry(Kind.SYSTEM, ID, "id version kol violation"),
        Entry(Kind.GENERAL, STOPPED, "author created_at cause why since until due_on"),
        Entry(Kind.GENERAL, STOPPED, "ended_at ended_by ending ended_why"),
    ],
    "lifecycle.Conflict": [
        Entry(Kind.SYSTEM, ID, "id version kol"),
        Entry(Kind.GENERAL, "to follow a conflict until it is closed", "author created_at what users detail"),
        Entry(Kind.GENERAL, "to follow a conflict until it is closed", "links due_on outcome closed_at"),
    ],
    "lifecycle.Task": [
        Entry(Kind.SYSTEM, ID, "id version kol follows"),
        Entry(Kind.GENERAL, "to do what is due by its day", "author created_at what note due_on assignee"),
        Entry(Kind.GENERAL, "to do what is due by its day", "repeat_days outcome done_at done_by"),
    ],
    "lifecycle.ConflictStep": [
        Entry(Kind.SYSTEM, ID, "id conflict"),
        Entry(Kind.GENERAL, "to follow a conflict until it is closed", "text next_on at user"),
    ],
    "lifecycle.Community": [
        Entry(Kind.SYSTEM, ID, "id version"),
        Entry(Kind.GENERAL, TOGETHER, "name type channel link host team capacity note"),
        Entry(Kind.GENERAL, TOGETHER, "spoke_percent spoke_on created_at closed_at"),
    ],
    "lifecycle.Member": [Entry(Kind.GENERAL, TOGETHER, "id community kol joined_on left_on")],
    "lifecycle.SingleContact": [Entry(Kind.GENERAL, TOGETHER, "id kol user since until")],
    "lifecycle.Slot": [
        Entry(Kind.SYSTEM, ID, "id version series"),
        Entry(Kind.GENERAL, GIVEN, "kind name starts_on ends_on team note created_at withdrawn_at"),
        Entry(Kind.FINANCE, GIVEN, "value currency"),
    ],
    "lifecycle.Budget": [
        Entry(Kind.SYSTEM, ID, "id version"),
        Entry(Kind.FINANCE, GIVEN, "month team field amount currency committed note created_at"),
    ],
    "lifecycle.Booking": [
        Entry(Kind.SYSTEM, ID, "id version kol slot budget"),
        Entry(Kind.GENERAL, GIVEN, "author created_at state what_for month stage low_share due_on"),
        Entry(Kind.GENERAL, GIVEN, "used_on used_at used_by cancelled_at cancelled_by why"),
        Entry(Kind.FINANCE, GIVEN, "value currency"),
    ],
    "lifecycle.PrivilegeKind": [
        Entry(Kind.SYSTEM, ID, "id version"),
        Entry(
            Kind.GENERAL, "to say who may hold what", "sort name_en name_zh levels stages retired created_at"
        ),
    ],
    "lifecycle.Privilege": [
        Entry(Kind.SYSTEM, ID, "id version kol kind"),
        Entry(Kind.GENERAL, GRANTED, "note granted_at granted_by withdrawn_at withdrawn_by cause reason"),
    ],
    "lifecycle.PlatformRole": [
        Entry(Kind.SYSTEM, ID, "id version kol"),
        Entry(Kind.GENERAL, GRANTED, "role since until note granted_by granted_at"),
        Entry(Kind.GENERAL, GRANTED, "ended_at ended_by reason"),
    ],
    "lifecycle.Handover": [
        Entry(Kind.SYSTEM, ID, "id change_set"),
        Entry(Kind.GENERAL, HANDED, "giver receiver at due_on user"),
    ],
    "lifecycle.HandedFile": [
        Entry(Kind.SYSTEM, ID, "id handover kol"),
        Entry(Kind.GENERAL, HANDED, "handed_at confirmed_at ended_at"),
    ],
    "lifecycle.HandoverNote": [
        Entry(Kind.SYSTEM, ID, "id file"),
        Entry(Kind.GENERAL, HANDED, "text at user"),
    ],
    "lifecycle.PromiseOwner": [
        Entry(Kind.SYSTEM, ID, "id promise kol"),
        Entry(Kind.GENERAL, "to know who keeps a promise after a handover", "user since"),
    ],
    "lifecycle.Persona": [
        Entry(Kind.SYSTEM, ID, "id version kol number"),
        Entry(Kind.GENERAL, PACKAGED, "author created_at state highlights story image tone points"),
        Entry(Kind.GENERAL, PACKAGED, "topics_in topics_out submitted_by submitted_at sent_back"),
        Entry(Kind.GENERAL, DECISION, "approved_by approved_at"),
    ],
    "lifecycle.Adjustment": [
        Entry(Kind.SYSTEM, ID, "id version kol former trial account"),
        Entry(Kind.GENERAL, PACKAGED, "author created_at hypothesis change state look_on"),
        Entry(Kind.GENERAL, PACKAGED, "reaction_before reaction_after decided_by decided_at"),
        Entry(Kind.GENERAL, PACKAGED, "account_name metric before before_on after after_on"),
    ],
    "lifecycle.CoachingPlan": [
        Entry(Kind.SYSTEM, ID, "id version kol"),
        Entry(Kind.GENERAL, EMPOWERED, "author created_at title aim result closed_at"),
    ],
    "lifecycle.CoachingFigure": [
        Entry(Kind.SYSTEM, ID, "id plan account"),
        Entry(Kind.GENERAL, EMPOWERED, "account_name metric before before_on after after_on"),
    ],
    "lifecycle.CoachingSession": [
        Entry(Kind.SYSTEM, ID, "id version kol plan"),
        Entry(Kind.GENERAL, EMPOWERED, "author created_at on topic audience prefers how"),
        Entry(Kind.GENERAL, EMPOWERED, "homework homework_due homework_done_at held_at held_by said"),
    ],
    "lifecycle.AccessGrant": [
        Entry(Kind.SYSTEM, ID, "id version kol"),
        Entry(Kind.GENERAL, EMPOWERED, "author created_at kind what since until level note"),
        Entry(Kind.GENERAL, DECISION, "withdrawn_at withdrawn_by by_level why"),
    ],
    "lifecycle.DataSheet": [
        Entry(Kind.SYSTEM, ID, "id kol"),
        Entry(Kind.GENERAL, "to know which of their figures a KOL was handed", "content at user"),
    ],
}
