"""Slots, budgets and bookings by API."""

from tests.permissions.rows import (
    COLLEAGUE,
    FILES,
    FINANCE,
    KEEPERS,
    MANAGERS,
    PROGRAMME_KEEPERS,
    PROGRAMME_TEAM,
    STAFF,
    Row,
    edit,
    view,
)

INSISTS = (("If-Match", "*"),)
SLOT = {"kind": "topic", "name": "New", "starts_on": "2026-11-23", "value": "5.00"}
SERIES = SLOT | {"every": 7, "until": "2026-12-23"}
SLOT_KEEPERS = PROGRAMME_KEEPERS - {"owner"}


def _of_file(world) -> dict:
    """Over the warning: the file stands in initial, so there is none."""
    return {"slot": str(world.file.introduced["slot"].pk), "kol": str(world.file.kol.pk)}


def _month(_world) -> dict:
    return {"pk": "2026-11"}


def _kept(url: str, method: str = "POST", **more) -> Row:
    return Row(url, method, SLOT_KEEPERS, seen=PROGRAMME_TEAM, **more)


RESOURCE_API = [
    Row("api:slot-list", "GET", STAFF),
    Row("api:slot-list", "POST", MANAGERS, ok=201, seen=STAFF, data=SLOT),
    Row("api:slot-series", "POST", MANAGERS, ok=201, seen=STAFF, data=SERIES),
    Row("api:slot-many", "POST", MANAGERS, ok=201, seen=STAFF, data={"rows": [SLOT]}),
    Row("api:slot-detail", "GET", PROGRAMME_TEAM),
    _kept("api:slot-detail", "PATCH", data={"name": "Other"}, headers=INSISTS),
    _kept("api:slot-withdraw"),
    _kept("api:slot-restore", ok=409),
    Row("api:booking-list", "GET", STAFF),
    Row("api:booking-list", "POST", KEEPERS, ok=201, seen=COLLEAGUE, unseen=400, data=_of_file),
    view("api:booking-detail"),
    edit("api:booking-use"),
    edit("api:booking-unuse", ok=409),  # it is booked
    edit("api:booking-cancel", data={"why": "x"}),
    Row("api:resource-budget-list", "GET", FILES, seen=FINANCE),
    Row("api:resource-budget-detail", "GET", FILES, seen=FINANCE, ids=_month),
    Row(
        "api:resource-budget-detail",
        "PUT",
        MANAGERS,
        seen=STAFF,
        ids=_month,
        data={"amount": "9000"},
        headers=INSISTS,
    ),
]
