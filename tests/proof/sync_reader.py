"""A client of the API over HTTP that keeps copies, whatever becomes of the server; without Django."""

import json
import time
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException, HTTPResponse
from threading import Event
from urllib.parse import urlencode

KOLS = "/api/v1/kols/"
CHANGES = f"{KOLS}changes/"
PAGE = 7
PATIENCE = 180.0
RUNNING = "idempotency_key_running"


@dataclass
class Line:
    """Calls under one token, asked again until there is an answer of the software."""

    port: int
    token: str
    retries: int = 0

    def ask(self, method: str, path: str, body: str = "", **headers: str) -> tuple[HTTPResponse, dict]:
        """The first answer below 500 that does not say "still running". Raises ``SystemExit`` after long."""
        sent = {"Authorization": f"Token {self.token}", "Content-Type": "application/json", **headers}
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            line = HTTPConnection("127.0.0.1", self.port, timeout=30)
            try:
                line.request(method, path, body.encode() or None, sent)
                answer = line.getresponse()
                said = json.loads(answer.read() or b"{}")
                if answer.status < 500 and said.get("code") != RUNNING:
                    return answer, said
            except (OSError, HTTPException, ValueError):
                pass
            finally:
                line.close()
            self.retries += 1
            time.sleep(0.1)
        raise SystemExit(f"{path}: no answer for {PATIENCE:.0f} s")

    def get(self, path: str, **params: str) -> dict:
        """Raises ``SystemExit`` for any other answer than 200."""
        answer, said = self.ask("GET", f"{path}?{urlencode(params)}")
        if answer.status != 200:
            raise SystemExit(f"{path}: {answer.status} {said}")
        return said

    def everything(self) -> dict[str, dict]:
        """What the list shows."""
        found: dict[str, dict] = {}
        params = {"limit": "500", "sort": "created"}
        while True:
            page = self.get(KOLS, **params)
            found |= {row["id"]: row for row in page["results"]}
            if not page["next"]:
                return found
            params["cursor"] = page["next"].partition("cursor=")[2].partition("&")[0]


def taken_over(copies: dict[str, dict], page: dict) -> None:
    """As docs/sync.md says: what is live is stored, what is anything else is deleted."""
    for entry in page["results"]:
        if entry["kind"] == "live":
            copies[entry["id"]] = entry["kol"]
        else:
            copies.pop(entry["id"], None)


def compared(copies: dict[str, dict], truth: dict[str, dict]) -> tuple[int, int, int]:
    """How many are missing, too many, out of date."""
    both = copies.keys() & truth.keys()
    old = sum(copies[key] != truth[key] for key in both)
    return len(truth.keys() - copies.keys()), len(copies.keys() - truth.keys()), old


@dataclass
class Reader:
    """Pages the feed by seven."""

    name: str
    line: Line
    copies: dict[str, dict] = field(default_factory=dict)
    cursor: str = ""
    pages: int = 0
    entries: int = 0

    def begin(self) -> None:
        self.cursor = self.line.get(CHANGES, start="true")["next_cursor"]
        self.copies = self.line.everything()

    def pull(self) -> bool:
        """One page; whether there was anything."""
        page = self.line.get(CHANGES, cursor=self.cursor, limit=str(PAGE))
        taken_over(self.copies, page)
        self.cursor = page["next_cursor"]
        self.pages, self.entries = self.pages + 1, self.entries + len(page["results"])
        return bool(page["results"]) or page["has_more"]

    def pull_on(self, stop: Event) -> None:
        while not stop.is_set():
            if not self.pull():
                time.sleep(0.05)
