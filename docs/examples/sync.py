"""Keeps a copy of every KOL file that a token sees, and sends what another system changed (docs/sync.md).

    KOL_CRM=https://crm.example TOKEN=… SOURCE=warehouse python sync.py

``outgoing.json`` in this folder: a list of items for ``kols/bulk/``. ``copy.json``: the copy, its cursor, and
under ``refused`` what a person has to decide. Killed and run again, it ends where it would have ended.
"""

import json
import os
import time
import uuid
from pathlib import Path

import httpx

COPY, OUTGOING, KOLS, AT_ONCE = Path("copy.json"), Path("outgoing.json"), "/api/v1/kols/", 1000


class BeginAnew(Exception):
    """410: the cursor is worth nothing any more."""


def load(path, default):
    return json.loads(path.read_text()) if path.exists() else default


def save(path, value):
    path.with_suffix(".new").write_text(json.dumps(value, ensure_ascii=False))
    path.with_suffix(".new").replace(path)  # all of it or nothing


def ask(crm, method, url, **sent):
    """The answer. Waits where it is told to; sends again where nobody knows whether it arrived."""
    for attempt in range(8):
        try:
            answer = crm.request(method, url, **sent)
        except httpx.TransportError:
            answer = httpx.Response(503)
        if answer.status_code == 410:
            raise BeginAnew
        if answer.status_code < 500 and "Retry-After" not in answer.headers:  # 429; 409 while the first runs
            return answer.raise_for_status().json()
        time.sleep(int(answer.headers.get("Retry-After", 2**attempt)))
    raise SystemExit(f"{method} {url} got no answer; run me again later.")


def begin(crm, copy):
    """The cursor first, then everything: what changes meanwhile is told afterwards."""
    copy["cursor"] = ask(crm, "GET", f"{KOLS}changes/", params={"start": "true"})["next_cursor"]
    copy["files"], url = {}, f"{KOLS}?limit={AT_ONCE}"
    while url:
        page = ask(crm, "GET", url)
        copy["files"].update((file["id"], file) for file in page["results"])
        url = page["next"]
    save(COPY, copy)  # what the list did not have is gone


def pull(crm, copy):
    """What changed since the cursor, which is saved together with what it brought."""
    more = True
    while more:
        page = ask(crm, "GET", f"{KOLS}changes/", params={"cursor": copy["cursor"], "limit": AT_ONCE})
        for entry in page["results"]:
            copy["files"].pop(entry["id"], None)
            if entry["kind"] == "live":
                copy["files"][entry["id"]] = entry["kol"]
        copy["cursor"], more = page["next_cursor"], page["has_more"]
        save(COPY, copy)


def push(crm, copy, source):
    """One call; its key is saved before it goes, so that it goes once. False when nothing is left."""
    waiting = load(OUTGOING, [])
    if not (copy["sending"] or waiting):
        return False
    copy["sending"] = copy["sending"] or {"key": str(uuid.uuid4()), "items": waiting[:AT_ONCE]}
    save(COPY, copy)
    items, headers = copy["sending"]["items"], {"Idempotency-Key": copy["sending"]["key"]}
    if waiting[: len(items)] == items:  # not taken off yet, or killed before that
        save(OUTGOING, waiting[len(items) :])
    answer = ask(crm, "POST", f"{KOLS}bulk/", headers=headers, json={"source": source, "items": items})
    for item, result in zip(items, answer["results"], strict=True):
        if result["status"] in ("conflict", "rejected"):
            copy["refused"].append({"item": item, "code": result["code"], "errors": result["errors"]})
    copy["sending"] = None
    save(COPY, copy)
    return True


if __name__ == "__main__":
    copy = load(COPY, {"cursor": "", "files": {}, "sending": None, "refused": []})
    headers = {"Authorization": f"Token {os.environ['TOKEN']}"}
    with httpx.Client(base_url=os.environ["KOL_CRM"], headers=headers, timeout=60) as crm:
        while push(crm, copy, os.environ["SOURCE"]):
            pass
        try:
            pull(crm, copy) if copy["cursor"] else begin(crm, copy)
        except BeginAnew:
            begin(crm, copy)
