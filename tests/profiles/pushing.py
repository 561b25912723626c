"""What the tests of pushes share."""

from itertools import count
from typing import Any

from profiles.models import Source

BULK = "/api/v1/kols/bulk/"
_keys = count()


def source_of(user, slug="mailer", **values) -> Source:
    return Source.objects.create(slug=slug, name=slug.title(), owner=user, **values)


def push(client, *items, key: str = "", source="mailer", **more) -> Any:
    """The answer to these items."""
    headers = {"Idempotency-Key": key or f"key-{next(_keys)}"}
    return client.post(BULK, {"source": source, "items": list(items), **more}, headers=headers)


def results(answer) -> list[dict]:
    assert answer.status_code == 200, answer.content
    return answer.json()["results"]


def statuses(answer) -> list[str]:
    return [one["status"] for one in results(answer)]
