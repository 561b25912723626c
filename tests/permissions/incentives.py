"""Pages of plans and greetings."""

from incentives.services import opt_out
from tests.permissions.gifts import GIFTS
from tests.permissions.ledger import LEDGER
from tests.permissions.rows import (
    COLLEAGUE,
    FINANCE,
    KEEPERS,
    MANAGERS,
    STAFF,
    TEAM,
    Row,
    both,
    edit,
    view,
)
from tests.permissions.value import VALUE


def _token(world) -> dict:
    return {"token": opt_out.link(world.file.kol.pk).rstrip("/").rsplit("/", 1)[1]}


TOP = frozenset({"admin"})  # nobody of the world manages the top team


def template_ids(world) -> dict:
    return {"pk": world.template.pk}


def _words(_world) -> dict:
    return {"kind": "birthday", "language": "en"}


INCENTIVES = [
    Row("incentives:plan-list", "GET", STAFF),
    Row("incentives:plan-detail", "GET", TEAM | FINANCE),
    Row("incentives:plan-edit", "GET", KEEPERS, seen=COLLEAGUE | FINANCE),
    Row("incentives:plan-edit", "POST", KEEPERS, seen=COLLEAGUE | FINANCE, ok=422),
    Row("incentives:plan-step", "POST", KEEPERS, seen=COLLEAGUE | FINANCE, ok=302, data={"version": 1}),
    *LEDGER,
    *VALUE,
    *GIFTS,
    *both("incentives:plan-create", ok=422),
    edit("incentives:plan-verdict"),
    Row("incentives:approval-list", "GET", STAFF),
    Row("incentives:policy", "GET", STAFF),
    Row("incentives:policy-file", "GET", STAFF, ids=lambda _world: {"number": 1}),
    Row("incentives:policy-draw", "POST", TOP, seen=STAFF - TOP),
    Row("incentives:policy-save", "POST", TOP, seen=STAFF - TOP, ok=422),
    Row("incentives:plan-template-list", "GET", STAFF),
    Row("incentives:plan-template-create", "GET", MANAGERS, seen=STAFF - MANAGERS),
    Row("incentives:plan-template-create", "POST", MANAGERS, seen=STAFF - MANAGERS, ok=422),
    *(
        Row("incentives:plan-template-edit", method, MANAGERS, seen=STAFF - MANAGERS, ok=ok, ids=template_ids)
        for method, ok in (("GET", 200), ("POST", 422))
    ),
    Row(
        "incentives:plan-template-remove",
        "POST",
        MANAGERS,
        seen=STAFF - MANAGERS,
        ok=302,
        ids=template_ids,
        data={"version": 1},
    ),
    Row("incentives:greeting-list", "GET", STAFF),
    *both("incentives:greeting-create", ok=422),
    Row("incentives:greeting-words-first", "GET", TOP, seen=STAFF - TOP, ok=302),
    *(
        Row("incentives:greeting-words", method, TOP, seen=STAFF - TOP, ok=ok, ids=_words)
        for method, ok in (("GET", 200), ("POST", 422))
    ),
    Row("incentives:greeting-words-preview", "POST", TOP, seen=STAFF - TOP, ids=_words),
    view("incentives:greeting-detail"),
    edit("incentives:greeting-save", ok=422),
    edit("incentives:greeting-send", ok=422),
    edit("incentives:greeting-call-back", ok=409),  # it is not on its way
    edit("incentives:greeting-by-hand", ok=422),
    edit("incentives:greeting-arrived", ok=422),
    edit("incentives:greeting-skip", ok=422),
    # the signed address is the right
    Row("incentives:opt-out", "GET", STAFF, open=True, ids=_token),
    Row("incentives:opt-out", "POST", STAFF, open=True, ids=_token),
]
