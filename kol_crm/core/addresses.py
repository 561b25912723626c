"""Addresses of rows, of which a page has fifty: worked out once a process instead of once a row."""

from functools import cache
from typing import Any

from django.urls import reverse

_NO_ID = "00000000-0000-0000-0000-000000000000"


def address_of(name: str, row_id: Any, /, *, argument: str = "pk", **others: str) -> str:
    """What ``reverse`` says; ``argument`` is what the address calls the id."""
    before, after = _around(name, argument, tuple(others.items()))
    return f"{before}{row_id}{after}"


@cache
def address(name: str) -> str:
    """What ``reverse`` says of a page that is the same for everybody."""
    return reverse(name)


@cache
def _around(name: str, argument: str, others: tuple[tuple[str, str], ...]) -> tuple[str, str]:
    before, _id, after = reverse(name, kwargs={argument: _NO_ID, **dict(others)}).partition(_NO_ID)
    return before, after
