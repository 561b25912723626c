"""Introduction by API: programmes, candidates, outreach, cooperation."""

from tests.permissions.rows import (
    ADMIN,
    COLLEAGUE,
    FILES,
    FINANCE,
    KEEPERS,
    MANAGERS,
    PROGRAMME_KEEPERS,
    PROGRAMME_TEAM,
    REASON,
    STAFF,
    TEAM,
    Row,
    edit,
    insist,
    of_keepers,
    view,
    with_finance,
)

INSISTS = (("If-Match", "*"),)
RATINGS = {"ratings": [{"criterion": "tone", "value": 3, "evidence": "x"}]}
FEED_ROW = {"external_id": "u78", "field": "tea", "output": 3}
DEMAND_ROW = {"field": "tea", "month": "2026-11-01", "users": 5}


def _new_candidate(world) -> dict:
    asked = {"programme": str(world.file.programme.pk), "kol": str(world.unowned.pk)}
    return {**asked, "source": "internal"}


def _take_on(world) -> dict:
    return {"programme": str(world.file.programme.pk), "highlight": "x"}


def _of_platform(world) -> dict:
    return {"pk": world.platform_user.pk}


def _field_slug(_world) -> dict:
    return {"pk": "tea"}


INTRODUCTION_API = [
    Row("api:programme-list", "GET", STAFF),
    # an admin stands in no team: the programme needs another owner
    Row("api:programme-list", "POST", FILES - ADMIN, ok=201, seen=FINANCE, unseen=400, data={"name": "New"}),
    Row("api:programme-detail", "GET", PROGRAMME_TEAM),
    Row(
        "api:programme-detail",
        "PATCH",
        PROGRAMME_KEEPERS,
        seen=COLLEAGUE,
        data={"name": "x"},
        headers=INSISTS,
    ),
    Row("api:programme-start", "POST", PROGRAMME_KEEPERS, seen=COLLEAGUE),
    Row("api:programme-close", "POST", PROGRAMME_KEEPERS, seen=COLLEAGUE, ok=400),  # an outcome is missing
    Row("api:programme-ranking", "GET", PROGRAMME_TEAM),
    Row("api:candidate-list", "GET", STAFF),
    Row("api:candidate-list", "POST", PROGRAMME_TEAM, ok=201, unseen=400, data=_new_candidate),
    view("api:candidate-detail"),
    Row("api:candidate-detail", "PATCH", TEAM, data={"introducer": "x"}, headers=INSISTS),
    Row("api:candidate-rate", "POST", TEAM, data=RATINGS),
    Row("api:candidate-begin-outreach", "POST", TEAM, ok=409),  # the programme is a draft
    Row("api:candidate-end-outreach", "POST", TEAM),
    Row("api:candidate-set-back", "POST", TEAM, ok=409, data={"step": "identified", "why": "x"}),
    Row("api:candidate-outcome", "POST", TEAM, data={"outcome": "later"}),
    Row("api:platform-user-list", "GET", FILES, seen=FINANCE, data={"field": "tea"}),
    Row("api:platform-user-feed", "POST", MANAGERS, seen=STAFF, data={"rows": [FEED_ROW]}),
    Row(
        "api:platform-user-take-on",
        "POST",
        PROGRAMME_TEAM,
        ok=201,
        seen=FINANCE,
        unseen=400,
        ids=_of_platform,
        data=_take_on,
    ),
    Row("api:platform-user-reject", "POST", FILES, ok=204, seen=FINANCE, ids=_of_platform, data={"why": "x"}),
    Row("api:platform-user-suggest-again", "POST", FILES, ok=204, seen=FINANCE, ids=_of_platform),
    Row("api:pace-list", "GET", FILES, seen=FINANCE),
    Row("api:pace-detail", "GET", FILES, seen=FINANCE, ids=_field_slug),
    Row("api:pace-demands", "POST", MANAGERS, seen=STAFF, data={"rows": [DEMAND_ROW]}),
    Row(
        "api:pace-band",
        "POST",
        ADMIN,
        seen=STAFF,
        ids=_field_slug,
        data={"since": "2026-11-01", "low": 2, "high": 3},
    ),
    Row("api:pace-cap", "POST", ADMIN, seen=STAFF, ids=_field_slug, data={"since": "2026-11-01", "kols": 3}),
]
NO = {"kind": "rejected", "cause": "x", "evidence": "y", "look_again_on": "2027-01-01"}


def _no_of_file(world) -> dict:
    return {"kol": str(world.file.kol.pk), **NO}


def _outreach_of_file(world) -> dict:
    return {"candidate": str(world.file.candidate.pk), **REASON}


def _cooperation_of_file(world) -> dict:
    return {"kol": str(world.file.kol.pk), "title": "A plan"}


OUTREACH_API = [
    Row("api:no-go-list", "GET", STAFF),
    Row("api:no-go-list", "POST", KEEPERS, ok=201, seen=COLLEAGUE, unseen=400, data=_no_of_file),
    Row("api:no-go-check", "POST", FILES, seen=FINANCE),
    view("api:no-go-detail"),
    insist("api:no-go-detail", "PATCH", data={"cause": "Other"}),
    edit("api:no-go-lift", data={"lifted_why": "x"}),
    Row("api:outreach-list", "GET", STAFF),
    Row("api:outreach-list", "POST", TEAM, ok=409, unseen=400, data=_outreach_of_file),
    view("api:outreach-detail"),
    Row("api:outreach-attempt", "POST", TEAM, ok=201, data={"channel": "mail", "result": "read", **REASON}),
    Row("api:outreach-heard", "POST", TEAM, data={"result": "read"}),
    edit("api:outreach-mail", ok=202, data={"subject": "x", "body": "y", **REASON}),
    Row("api:outreach-unreachable", "POST", TEAM, ok=409),
    Row("api:outreach-stop", "POST", TEAM, data={"why": "x"}),
    Row("api:cooperation-list", "GET", STAFF),
    Row(
        "api:cooperation-list",
        "POST",
        KEEPERS,
        ok=201,
        seen=COLLEAGUE,
        unseen=400,
        data=_cooperation_of_file,
    ),
    with_finance("api:cooperation-detail"),
    with_finance("api:cooperation-versions"),
    of_keepers("api:cooperation-detail", "PATCH", data={"title": "Other"}, headers=(("If-Match", "*"),)),
    of_keepers("api:cooperation-send", data={"channel": "mail", **REASON}),
    of_keepers("api:cooperation-negotiate", ok=409),  # a draft
    of_keepers("api:cooperation-agree", ok=409),
    of_keepers("api:cooperation-refuse", ok=409, data={"cause": "x"}),
    Row("api:yield-list", "GET", STAFF),
    Row("api:stay-list", "GET", STAFF),
    Row("api:dashboard-list", "GET", FILES, seen=FINANCE),
]
