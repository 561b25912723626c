"""Gifts: the list, ideas, one of them; as pages and by API."""

from tests.permissions.rows import COLLEAGUE, KEEPERS, STAFF, Row, both, edit, insist, view


def _of_file(world) -> dict:
    return {"kol": str(world.file.kol.pk), "item": "New"}


GIFTS = [
    Row("incentives:gift-list", "GET", STAFF),
    *both("incentives:gift-create", ok=422),
    view("incentives:gift-ideas", ok=302),  # without the script: the tab
    view("incentives:gift-detail"),
    *both("incentives:gift-edit", ok=422),
    edit("incentives:gift-choose", ok=422),
    edit("incentives:gift-send", ok=422),
    edit("incentives:gift-receive", ok=422),
    edit("incentives:gift-drop", ok=302),  # the undo of adding it
    edit("incentives:gift-take-back", ok=409),  # an idea has no step
]
GIFTS_API = [
    Row("api:gift-list", "GET", STAFF),
    Row("api:gift-list", "POST", KEEPERS, ok=201, seen=COLLEAGUE, unseen=400, data=_of_file),
    view("api:gift-detail"),
    insist("api:gift-detail", "PATCH", data={"item": "Other"}),
    edit("api:gift-choose"),
    edit("api:gift-send", ok=409),
    edit("api:gift-receive", ok=409),
    edit("api:gift-drop"),
    edit("api:gift-take-back", ok=409),
    view("api:kol-gift-ideas"),
]
