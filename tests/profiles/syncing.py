"""A REST client that keeps copies of files, for tests."""

import pytest
from django.db import connection

URL = "/api/v1/kols/"
CHANGES = f"{URL}changes/"
# On PostgreSQL a page ends below the oldest running transaction, which is the test's own, were there one.
ON_POSTGRES = connection.vendor == "postgresql"
in_real_transactions = [
    pytest.mark.django_db(transaction=ON_POSTGRES),
    *([pytest.mark.usefixtures("_top_team")] if ON_POSTGRES else []),
]


class Replica:
    """``copies`` by id: what ``GET kols/<id>/`` says of each file."""

    def __init__(self, client, **params):
        self.client, self.params = client, params
        self.copies: dict[str, dict] = {}
        self.told: list[dict] = []
        self.cursor = ""
        self.begin()

    def begin(self) -> None:
        """A full sync: the cursor first, then everything."""
        self.cursor = self.ask(start="true")["next_cursor"]
        self.copies = {}
        url = URL
        while url:
            page = self.client.get(url).json()
            self.copies |= {row["id"]: row for row in page["results"]}
            url = page["next"]

    def ask(self, **params) -> dict:
        answer = self.client.get(CHANGES, {**self.params, **params})
        assert answer.status_code == 200, answer.content
        return answer.json()

    def pull(self, limit: int = 100) -> list[dict]:
        """All that there is; what was told, in order."""
        self.told = []
        while True:
            page = self.ask(cursor=self.cursor, limit=limit)
            assert len(page["results"]) <= limit
            for entry in page["results"]:
                self.told.append(entry)
                if entry["kind"] == "live":
                    self.copies[entry["id"]] = entry["kol"]
                else:
                    self.copies.pop(entry["id"], None)
            self.cursor = page["next_cursor"]
            if not page["has_more"]:
                return self.told

    def kinds(self) -> list[tuple[str, str]]:
        return [(entry["id"], entry["kind"]) for entry in self.pull()]
