"""The notes of a file by API."""

from tests.permissions.rows import (
    COLLEAGUE,
    KEEPERS,
    MANAGERS,
    STAFF,
    Row,
    edit,
    insist,
    office_ids,
    view,
)


def _noted(url: str, data: dict, steps: dict[str, tuple[int, dict]]) -> list[Row]:
    """A kind of note: read by the team, written by who may edit the file. ``steps``: answer and body."""

    def on_file(world) -> dict:
        return {"kol": str(world.file.kol.pk), **data}

    return [
        Row(f"api:{url}-list", "GET", STAFF),
        Row(f"api:{url}-list", "POST", KEEPERS, ok=201, seen=COLLEAGUE, unseen=400, data=on_file),
        view(f"api:{url}-detail"),
        insist(f"api:{url}-detail", "PATCH", data={"what": "Changed"} if "what" in data else {"note": "x"}),
        insist(f"api:{url}-detail", "DELETE", ok=204),
        *(edit(f"api:{url}-{step}", ok=ok, data=body) for step, (ok, body) in steps.items()),
    ]


STILL_OPEN = (409, {})
NOTES = [
    *_noted(
        "need",
        {"kind": "data", "what": "x"},
        {"meet": (200, {}), "decline": (200, {"outcome": "x"}), "reopen": STILL_OPEN},
    ),
    *_noted(
        "promise",
        {"what": "x", "due_on": "2026-12-01"},
        {"keep": (200, {}), "break": (200, {"make_good": "x"}), "reopen": STILL_OPEN},
    ),
    *_noted(
        "request",
        {"what": "x"},
        {"answer": (200, {"answer": "x"}), "judge": (409, {"satisfied": True}), "reopen": STILL_OPEN},
    ),
    *_noted("date", {"what": "x"}, {"attend": (200, {}), "reopen": STILL_OPEN}),
    *_noted("life-event", {"what": "x"}, {"attend": (200, {}), "reopen": STILL_OPEN}),
    *_noted("tie", {"kind": "rival", "name": "x"}, {}),
    Row("api:agency-list", "GET", STAFF),
    Row(
        "api:agency-list",
        "POST",
        MANAGERS,
        seen=STAFF,
        ok=201,
        data={"name": "New"},
    ),
    view("api:agency-detail"),
    insist("api:agency-detail", "PATCH", data={"city": "Patched"}),
    insist("api:agency-contacts", "POST", ok=201, data={"channel": "phone", "value": "13511112222"}),
    insist("api:agency-contact", "PATCH", ids=office_ids, data={"label": "Other"}),
    insist("api:agency-contact", "DELETE", ok=204, ids=office_ids),
]
