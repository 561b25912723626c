"""Value: return, mix, rhythm, cohorts, share or buyout, strategy; as pages and by API."""

from tests.permissions.rows import COLLEAGUE, FILES, FINANCE, KEEPERS, STAFF, Row, both, edit, insist, view

WORDS = {"what": "New", "why": "x", "expected": "y"}


def _of_file(world) -> dict:
    return WORDS | {"kol": str(world.file.kol.pk)}


VALUE = [
    view("incentives:value-file", ok=302),  # without the script: the tab
    view("incentives:value-figures"),
    view("incentives:value-equals", ok=302),
    view("incentives:share"),
    Row("incentives:value-cohorts", "GET", FILES, seen=FINANCE),
    Row("incentives:value-cohorts-card", "GET", FILES, seen=FINANCE),
    Row("incentives:value-cohorts-figures", "GET", FILES, seen=FINANCE),
    Row("incentives:value-mix", "GET", STAFF),
    view("incentives:keeping-file", ok=302),  # without the script: the tab
    view("incentives:keeping-dials", ok=302),
    Row("incentives:survivor-list", "GET", STAFF),
    Row("incentives:strategy-list", "GET", STAFF),
    Row("incentives:strategy-group", "GET", FILES, seen=FINANCE),
    Row("incentives:strategy-group", "POST", FILES, seen=FINANCE, ok=422),
    *both("incentives:strategy-create", ok=422),
    view("incentives:strategy-detail"),
    *both("incentives:strategy-edit", ok=422),
    edit("incentives:strategy-settle", ok=422),
    edit("incentives:strategy-reopen", ok=409),  # it runs
]


def _greeted(world) -> dict:
    return {"kol": str(world.file.kol.pk), "what": "Your book is out"}


VALUE_API = [
    view("api:kol-value-return"),
    view("api:kol-value-mix"),
    view("api:kol-value-equal-cases"),
    view("api:kol-value-rhythm"),
    view("api:kol-value-share", ok=400),  # nothing asked
    view("api:kol-keeping-bond"),
    view("api:kol-keeping-risk"),
    Row("api:survivor-list", "GET", STAFF),
    Row("api:keeping-list", "GET", FILES, seen=FINANCE),
    Row("api:mix-list", "GET", STAFF),
    Row("api:cohort-list", "GET", FILES, seen=FINANCE),
    Row("api:greeting-list", "GET", STAFF),
    Row("api:greeting-list", "POST", KEEPERS, ok=201, seen=COLLEAGUE, unseen=400, data=_greeted),
    view("api:greeting-detail"),
    insist("api:greeting-detail", "PATCH", data={"body": "Other"}),
    edit("api:greeting-send"),
    edit("api:greeting-call-back", ok=409),  # it is not on its way
    edit("api:greeting-by-hand", data={"channel": "phone"}),
    edit("api:greeting-arrived", ok=409),  # nothing is uncertain
    edit("api:greeting-skip", data={"reason": "x"}),
    Row("api:strategy-list", "GET", STAFF),
    Row("api:strategy-list", "POST", KEEPERS, ok=201, seen=COLLEAGUE, unseen=400, data=_of_file),
    view("api:strategy-detail"),
    insist("api:strategy-detail", "PATCH", data={"what": "Other"}),
    edit("api:strategy-settle", data={"happened": "x"}),
    edit("api:strategy-reopen", ok=409),
]
