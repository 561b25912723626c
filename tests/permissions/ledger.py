"""The ledger: entries, payouts, batches, rates, as pages and by API."""

from tests.permissions.rows import (
    ADMIN,
    COLLEAGUE,
    FINANCE,
    KEEPERS,
    STAFF,
    TEAM,
    Row,
)

READERS = TEAM | FINANCE
PAYERS = ADMIN | FINANCE
ABOVE = ADMIN | {"manager"}
REVERSERS = PAYERS | {"manager"}
RATERS = STAFF - {"owner", "colleague", "other"}
RATE = {"currency": "USD", "day": "2026-11-02", "rate": "7.1", "note": "PBOC"}
BODY = {"kind": "material", "form": "money", "what": "New", "amount": "5"}


def _no_batch(_world) -> dict:
    return {"number": 77}


def _no_file(_world) -> dict:
    return {"number": 77, "kind": "csv"}


def _kind(_world) -> dict:
    return {"kind": "csv"}


def _of_file(world) -> dict:
    return BODY | {"kol": str(world.file.kol.pk)}


def _of_item(world) -> dict:
    return {"item": str(world.file.introduced["item"].pk)}


def _pay(url: str, method: str = "POST", **more) -> Row:
    return Row(url, method, PAYERS, seen=READERS, **more)


LEDGER = [
    Row("incentives:entry-list", "GET", STAFF),
    Row("incentives:ledger-file", "GET", STAFF, ids=_kind),
    Row("incentives:entry-detail", "GET", READERS),
    Row("incentives:entry-reverse", "POST", READERS, ok=422),
    Row("incentives:entry-create", "GET", ABOVE, seen=TEAM),
    Row("incentives:entry-create", "POST", ABOVE, ok=422, seen=TEAM),
    Row("incentives:item-give", "GET", READERS),
    Row("incentives:item-give", "POST", KEEPERS, seen=READERS, ok=422),
    Row("incentives:payout-list", "GET", STAFF),
    Row("incentives:payout-hand-out", "POST", PAYERS, ok=302, seen=STAFF),
    Row("incentives:payout-confirm", "GET", PAYERS, seen=STAFF),
    Row("incentives:payout-confirm", "POST", PAYERS, ok=422, seen=STAFF),
    Row("incentives:batch-detail", "GET", PAYERS, ok=404, seen=STAFF, ids=_no_batch),
    Row("incentives:batch-file", "GET", PAYERS, ok=404, seen=STAFF, ids=_no_file),
    _pay("incentives:entry-pay", ok=422),
    _pay("incentives:entry-fail", ok=422),
    _pay("incentives:entry-retry", ok=409),
    Row("incentives:rate-list", "GET", RATERS, seen=STAFF),
    Row("incentives:rate-create", "GET", RATERS, seen=STAFF),
    Row("incentives:rate-create", "POST", RATERS, ok=422, seen=STAFF),
]
LEDGER_API = [
    Row("api:entry-list", "GET", STAFF),
    Row("api:entry-list", "POST", ABOVE, ok=201, seen=TEAM, unseen=400, data=_of_file),
    Row("api:entry-totals", "GET", STAFF),
    Row("api:entry-file", "GET", STAFF, ids=_kind),
    Row("api:entry-detail", "GET", READERS),
    Row("api:entry-give", "POST", KEEPERS, ok=409, seen=COLLEAGUE, unseen=400, data=_of_item),
    Row("api:entry-reverse", "POST", REVERSERS, ok=201, seen=READERS, data={"reason": "x"}),
    Row("api:payout-list", "GET", STAFF),
    Row("api:payout-totals", "GET", STAFF),
    _pay("api:payout-pay"),
    _pay("api:payout-fail", data={"reason": "x"}),
    _pay("api:payout-retry", ok=409),
    Row("api:payout-hand-out", "POST", PAYERS, ok=201, seen=STAFF),
    Row("api:payout-confirmations", "POST", PAYERS, seen=STAFF, data={"rows": []}),
    Row("api:payout-batch-detail", "GET", PAYERS, ok=404, seen=STAFF, ids=_no_batch),
    Row("api:payout-batch-file", "GET", PAYERS, ok=404, seen=STAFF, ids=_no_file),
    Row("api:rate-list", "GET", RATERS, seen=STAFF),
    Row("api:rate-list", "POST", RATERS, ok=201, seen=STAFF, data=RATE),
]
