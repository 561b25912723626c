"""What a page asks of the database: how many statements, how long they take, asked in this very process."""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from django.db import connection
from django.test import Client


@dataclass
class Told:
    """The statements of one answer, with the milliseconds of each, and its bytes."""

    statements: list[tuple[str, float]] = field(default_factory=list)
    size: int = 0

    @property
    def count(self) -> int:
        return len(self.statements)

    @property
    def milliseconds(self) -> float:
        return sum(took for _statement, took in self.statements)


def of(client: Client, url: str, form: Mapping[str, str] | None = None, **headers: str) -> Told:
    """What asking for ``url`` (posting ``form`` there) tells. Raises ``SystemExit`` unless it is answered."""
    with heard() as told:
        answer = client.post(url, form, **headers) if form else client.get(url, **headers)
    if answer.status_code != 200:
        raise SystemExit(f"{url}: {answer.status_code}")
    told.size = len(answer.content)
    return told


@contextmanager
def heard() -> Iterator[Told]:
    """Those asked within."""
    told = Told()

    def hear(execute, sql, params, many, context):
        started = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            told.statements.append((str(sql), (time.perf_counter() - started) * 1000))

    with connection.execute_wrapper(hear):
        yield told
