"""Rules, violations and conflicts by API."""

from tests.permissions.rows import (
    ADMIN,
    COLLEAGUE,
    FILES,
    FINANCE,
    KEEPERS,
    OWNER,
    PROGRAMME_KEEPERS,
    PROGRAMME_TEAM,
    STAFF,
    Row,
    edit,
    insist,
    view,
)

INSISTS = (("If-Match", "*"),)
RULE = {"title_en": "x", "title_zh": "x", "text_en": "x", "text_zh": "x", "severity": 2}


def _of_file(world) -> dict:
    return {"kol": str(world.file.kol.pk)}


def _of_second(world) -> dict:
    return {"kol": str(world.second.kol.pk)}


def _violation(world) -> dict:
    seen = {"rule": str(world.file.introduced["rule"].pk), "happened_at": "2026-11-23T11:00:00+08:00"}
    return _of_file(world) | seen | {"what": "x", "evidence": "y"}


def _exclusivity(world) -> dict:
    term = {"starts_on": "2026-01-01", "ends_on": "2027-01-01"}
    return _of_file(world) | term | {"scope": "x", "evidence": "y"}


def _sighting(world) -> dict:
    bound = {"exclusivity": str(world.file.introduced["exclusivity"].pk), "seen_on": "2026-11-20"}
    return bound | {"channel": "douyin", "what": "x", "evidence": "y"}


def _conflict(world) -> dict:
    return _of_file(world) | {"what": "x", "users": "y"}


COMMUNITY_API = [
    Row("api:community-list", "GET", STAFF),
    Row("api:community-list", "POST", FILES - ADMIN, ok=201, seen=FINANCE, unseen=400, data={"name": "New"}),
    Row("api:community-detail", "GET", PROGRAMME_TEAM),
    Row(
        "api:community-detail",
        "PATCH",
        PROGRAMME_KEEPERS,
        seen=COLLEAGUE,
        data={"note": "x"},
        headers=INSISTS,
    ),
    Row("api:community-close", "POST", PROGRAMME_KEEPERS, seen=COLLEAGUE),
    Row("api:community-reopen", "POST", PROGRAMME_KEEPERS, seen=COLLEAGUE, ok=409),
    Row("api:community-members", "GET", PROGRAMME_TEAM),
    Row("api:community-join", "POST", PROGRAMME_KEEPERS, ok=201, seen=COLLEAGUE, data=_of_second),
    # they are in their own, not in this one
    Row("api:community-leave", "POST", PROGRAMME_KEEPERS, ok=400, seen=COLLEAGUE, data=_of_second),
    view("api:kol-single-contact"),
    edit("api:kol-single-contact", method="PUT", data={"user": None}),
    Row("api:coverage-list", "GET", FILES, seen=FINANCE),
]


def _kind(world) -> dict:
    return _of_file(world) | {"kind": str(world.file.introduced["privilege-kind"].pk)}


def _role(world) -> dict:
    return _of_file(world) | {"role": "council"}


def _promise(world) -> dict:
    return {"promise": str(world.file.names["promise"].pk), "user": None}


NEW_KIND = {"name_en": "x", "name_zh": "x", "levels": ["mega"], "stages": ["late"]}
GRANTED_API = [
    Row("api:privilege-kind-list", "GET", STAFF),
    Row("api:privilege-kind-list", "POST", ADMIN, ok=201, seen=STAFF, data=NEW_KIND),
    Row("api:privilege-kind-detail", "GET", STAFF),
    Row(
        "api:privilege-kind-detail",
        "PATCH",
        ADMIN,
        seen=STAFF,
        data={"retired": True},
        headers=INSISTS,
    ),
    Row("api:privilege-list", "GET", STAFF),
    # they hold it
    Row("api:privilege-list", "POST", KEEPERS, ok=409, seen=COLLEAGUE, unseen=400, data=_kind),
    view("api:privilege-detail"),
    edit("api:privilege-withdraw", data={"reason": "x"}),
    Row("api:platform-role-list", "GET", STAFF),
    Row("api:platform-role-list", "POST", KEEPERS, ok=201, seen=COLLEAGUE, unseen=400, data=_role),
    view("api:platform-role-detail"),
    edit("api:platform-role-extend", data={"until": None}),
    edit("api:platform-role-end", data={"reason": "x"}),
    Row("api:handover-list", "GET", STAFF),
    view("api:handover-detail"),
    edit("api:handover-assign", data=_promise),
    edit("api:handover-take"),
    edit("api:handover-notes", ok=201, data={"text": "x"}),
    # promises are open; nobody but the receiver confirms
    Row("api:handover-confirm", "POST", OWNER, ok=409, seen=KEEPERS | COLLEAGUE),
    Row("api:handover-confirm-complete", "POST", STAFF),
]
CONDUCT_API = [
    *GRANTED_API,
    *COMMUNITY_API,
    Row("api:rule-list", "GET", STAFF),
    Row("api:rule-list", "POST", ADMIN, ok=201, seen=STAFF, data=RULE),
    Row("api:rule-detail", "GET", STAFF),
    Row("api:rule-detail", "PATCH", ADMIN, seen=STAFF, data={"severity": 3}, headers=INSISTS),
    Row("api:rule-versions", "GET", STAFF),
    view("api:kol-rules-known"),
    edit("api:kol-rules-tell", ok=409, data={"channel": "phone"}),  # all is told and acknowledged
    edit("api:kol-rules-acknowledge", ok=409, data={"channel": "phone"}),
    edit("api:kol-rules-link", ok=409),
    edit("api:kol-rules-link", method="DELETE", ok=409),
    edit("api:rule-fact-take-back", ok=204),
    Row("api:exclusivity-list", "GET", STAFF),
    Row("api:exclusivity-list", "POST", KEEPERS, ok=201, seen=COLLEAGUE, unseen=400, data=_exclusivity),
    view("api:exclusivity-detail"),
    insist("api:exclusivity-detail", "PATCH", data={"scope": "Other"}),
    insist("api:exclusivity-detail", "DELETE", ok=409),  # a breach of it was seen
    edit("api:exclusivity-renew", ok=201, data={"ends_on": "2028-01-01", "evidence": "x"}),
    edit("api:exclusivity-end", data={"why": "x"}),
    edit("api:exclusivity-seen", ok=409),  # no reminder stands
    Row("api:sighting-list", "GET", STAFF),
    Row("api:sighting-list", "POST", KEEPERS, ok=201, seen=COLLEAGUE, unseen=400, data=_sighting),
    view("api:sighting-detail"),
    insist("api:sighting-detail", "PATCH", data={"what": "Other"}),
    insist("api:sighting-detail", "DELETE", ok=204),
    edit("api:sighting-confirm", data={"why": "x"}),
    edit("api:sighting-dismiss", data={"why": "x"}),
    Row("api:stop-list", "GET", STAFF),
    view("api:stop-detail"),
    view("api:stop-exposure"),
    # only managers decide; this one has ended
    Row("api:stop-reinstate", "POST", KEEPERS - OWNER, ok=409, seen=OWNER | COLLEAGUE, data={"why": "x"}),
    Row("api:stop-terminate", "POST", KEEPERS - OWNER, ok=409, seen=OWNER | COLLEAGUE, data={"why": "x"}),
    Row("api:violation-list", "GET", STAFF),
    Row("api:violation-list", "POST", KEEPERS, ok=201, seen=COLLEAGUE, unseen=400, data=_violation),
    view("api:violation-detail"),
    view("api:violation-proposal"),
    insist("api:violation-detail", "PATCH", data={"what": "Other"}),
    insist("api:violation-detail", "DELETE", ok=204),
    edit("api:violation-penalise", data={"severity": 2, "why": "x"}),
    edit("api:violation-dismiss", data={"why": "x"}),
    edit("api:violation-appeal", ok=409, data={"grounds": "x"}),  # nothing is decided
    edit("api:violation-uphold", ok=409, data={"answer": "x"}),
    edit("api:violation-overturn", ok=409, data={"answer": "x"}),
    Row("api:no-privilege-list", "GET", STAFF),
    Row("api:task-list", "GET", STAFF),
    Row("api:task-list", "POST", FILES, ok=201, seen=FINANCE, data={"what": "x", "due_on": "2026-11-24"}),
    view("api:task-detail"),
    insist("api:task-detail", "PATCH", data={"what": "Other"}),
    edit("api:task-done"),
    edit("api:task-reopen", ok=409),  # it is open
    Row("api:today-list", "GET", FILES, seen=FINANCE),
    Row("api:today-done", "GET", FILES, seen=FINANCE),
    *(
        Row(f"api:today-{act}", "POST", FILES, ok=404, seen=FINANCE, data=body)
        for act, body in (
            ("snooze", {"key": "x", "until": "1"}),
            ("wake", {"key": "x"}),
            ("take-back", {"key": "x"}),
        )
    ),
    Row("api:today-hand-over", "POST", FILES, ok=400, seen=FINANCE),
    Row("api:conflict-list", "GET", STAFF),
    Row("api:conflict-list", "POST", KEEPERS, ok=201, seen=COLLEAGUE, unseen=400, data=_conflict),
    view("api:conflict-detail"),
    insist("api:conflict-detail", "PATCH", data={"what": "Other"}),
    edit("api:conflict-follow", data={"text": "x"}),
    edit("api:conflict-close", data={"outcome": "x"}),
    edit("api:conflict-reopen", ok=409),
]
