"""Pages and API of persona, adjustments, coaching, access, data sheets."""

from tests.permissions.grown import DAY, FOLLOWERS
from tests.permissions.rows import COLLEAGUE, KEEPERS, STAFF, Row, both, edit, insist, view


def _step(verb: str):
    return lambda world: {"pk": world.file.introduced["persona"].pk, "verb": verb}


def _decide(world) -> dict:
    return {"pk": world.file.introduced["adjustment"].pk, "verb": "revert"}


def _of_file(world) -> dict:
    return {"kol": str(world.file.kol.pk)}


def _figure(world) -> dict:
    return {"account": str(world.file.account.pk), "measure": FOLLOWERS}


def _coaching(world) -> dict:
    return _of_file(world) | {"title": "x", "figures": [_figure(world)]}


def _adjustment(world) -> dict:
    return {"hypothesis": "x", "change": "y", "figure": _figure(world), "persona": {"tone": "z"}}


def _access(world) -> dict:
    return _of_file(world) | {"kind": "data", "what": "x"}


GROWING = [
    Row("lifecycle:persona-list", "GET", STAFF),
    view("lifecycle:persona"),
    *both("lifecycle:persona-create", ok=409),  # the next version is on trial
    view("lifecycle:persona-compare"),
    *both("lifecycle:persona-edit", ok=422),
    edit("lifecycle:persona-step", ok=422, ids=_step("submit")),
    *both("lifecycle:adjustment-create", ok=422),
    edit("lifecycle:adjustment-decide", ok=422, ids=_decide),
    Row("lifecycle:coaching-list", "GET", STAFF),
    *both("lifecycle:coaching-create", ok=422),
    view("lifecycle:coaching-detail"),
    *both("lifecycle:coaching-edit", ok=422),
    edit("lifecycle:coaching-close", ok=422),
    *both("lifecycle:coaching-add", ok=422),
    *both("lifecycle:coaching-session-edit", ok=422),
    edit("lifecycle:coaching-session-drop", ok=422),
    edit("lifecycle:coaching-session-hold", ok=422),
    edit("lifecycle:coaching-session-homework", ok=422),
    edit("lifecycle:coaching-session-take-back", ok=422),
    Row("lifecycle:access-list", "GET", STAFF),
    *both("lifecycle:access-create", ok=422),
    view("lifecycle:access-detail"),
    *both("lifecycle:access-edit", ok=422),
    edit("lifecycle:access-withdraw", ok=422),
    edit("lifecycle:access-give-back", ok=409),  # it stands
    view("lifecycle:data-sheets"),
    edit("lifecycle:data-sheets", ok=422),
    view("lifecycle:data-sheet-pdf"),
]
GROWING_API = [
    Row("api:persona-list", "GET", STAFF),
    # the next version is on trial
    Row("api:persona-list", "POST", KEEPERS, ok=409, seen=COLLEAGUE, unseen=400, data=_of_file),
    view("api:persona-detail"),
    insist("api:persona-detail", "PATCH", ok=409, data={"tone": "x"}),  # in force
    insist("api:persona-detail", "DELETE", ok=409),
    edit("api:persona-submit", ok=409),
    edit("api:persona-approve", ok=409),
    edit("api:persona-send-back", ok=409, data={"why": "x"}),
    view("api:kol-persona-adjustments"),
    edit("api:kol-persona-adjustments", ok=409, data=_adjustment),
    view("api:adjustment-detail"),
    insist("api:adjustment-detail", "PATCH", data={"change": "Other"}),
    edit("api:adjustment-keep", data={"reaction_after": "x"}),
    edit("api:adjustment-revert", data={"reaction_after": "x"}),
    Row("api:coaching-list", "GET", STAFF),
    Row("api:coaching-list", "POST", KEEPERS, ok=201, seen=COLLEAGUE, unseen=400, data=_coaching),
    view("api:coaching-detail"),
    insist("api:coaching-detail", "PATCH", data={"title": "Other"}),
    edit("api:coaching-close", ok=409, data={"result": "x"}),  # no figure after
    edit("api:coaching-add", ok=201, data={"on": DAY.isoformat(), "topic": "x"}),
    view("api:coaching-session-detail"),
    insist("api:coaching-session-detail", "PATCH", data={"topic": "Other"}),
    insist("api:coaching-session-detail", "DELETE", ok=204),
    edit("api:coaching-session-hold"),
    edit("api:coaching-session-homework"),
    edit("api:coaching-session-take-back", ok=409, data={"what": "held"}),
    Row("api:access-list", "GET", STAFF),
    Row("api:access-list", "POST", KEEPERS, ok=201, seen=COLLEAGUE, unseen=400, data=_access),
    view("api:access-detail"),
    insist("api:access-detail", "PATCH", data={"note": "Other"}),
    edit("api:access-withdraw", data={"why": "x"}),
    edit("api:access-give-back", ok=409),
    view("api:kol-handed-data-sheets"),
    edit("api:kol-handed-data-sheets", ok=201),
    view("api:data-sheet-pdf"),
]
