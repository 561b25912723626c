"""Pages of plans and greetings."""

from incentives.services import opt_out
from tests.permissions.ledger import LEDGER
from tests.permissions.rows import (
    COLLEAGUE,
    FINANCE,
    KEEPERS,
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


INCENTIVES = [
    Row("incentives:plan-list", "GET", STAFF),
    Row("incentives:plan-detail", "GET", TEAM | FINANCE),
    Row("incentives:plan-edit", "GET", KEEPERS, seen=COLLEAGUE | FINANCE),
    Row("incentives:plan-edit", "POST", KEEPERS, seen=COLLEAGUE | FINANCE, ok=422),
    Row("incentives:plan-step", "POST", KEEPERS, seen=COLLEAGUE | FINANCE, ok=302, data={"version": 1}),
    *LEDGER,
    *VALUE,
    *both("incentives:plan-create", ok=422),
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
