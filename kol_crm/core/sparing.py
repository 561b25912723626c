"""Many things in chunks, of which a bad one stops no other (RELIABILITY 1).

A chunk is one transaction. Where it fails it is taken apart, so that what is bad is left out alone, counted
and named, and its neighbours are done all the same.
"""

import logging
from collections.abc import Callable, Iterable, Sequence
from itertools import islice
from typing import Any, TypeVar

from django.db import transaction

from kol_crm.core.outbox import DATABASE_AWAY, Tally

log = logging.getLogger(__name__)
T = TypeVar("T")


def in_chunks(
    tally: Tally, what: str, things: Iterable[T], size: int, work: Callable[[Sequence[T]], int]
) -> int:
    """``work(chunk)`` of all of them, so many at a time; the sum of what it answers.

    ``what``: how a thing that fails is named, before its key. A database that is away ends the run.
    """
    done, rest = 0, iter(things)
    while chunk := list(islice(rest, size)):
        done += one_chunk(tally, what, chunk, work)
    return done


def one_chunk(tally: Tally, what: str, chunk: Sequence[T], work: Callable[[Sequence[T]], int]) -> int:
    """As ``in_chunks``, of things that are a chunk already."""
    done = 0
    try:
        with transaction.atomic():
            return work(chunk)
    except DATABASE_AWAY:
        raise
    except Exception as error:
        if len(chunk) == 1:
            log.exception("%s %s failed", what, _key(chunk[0]))
            tally.failure(f"{what} {_key(chunk[0])}", error)
            return 0
        log.warning("%d of %s failed together: each by itself", len(chunk), what)
    for one in chunk:
        with tally.sparing(f"{what} {_key(one)}"), transaction.atomic():
            done += work([one])
    return done


def _key(thing: Any) -> Any:
    return getattr(thing, "pk", thing)
