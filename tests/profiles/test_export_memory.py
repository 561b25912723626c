"""``GET kols/export/`` streams in flat memory (issue 8): ten times the files take no more of it."""

import gc
import tracemalloc

import pytest

from kol_crm.core.actor import Actor
from profiles.api import streaming
from profiles.services import many
from tests.factories import NOW

pytestmark = pytest.mark.django_db
EXPORT = "/api/v1/kols/export/"
PIECE, FEW, MORE = 20, 40, 400


def born(operator, names: range) -> None:
    many.create(Actor(operator, "import", NOW), [many.NewFile({"name": f"File {n}"}) for n in names])


def streamed(client) -> tuple[int, int, int]:
    """Lines, bytes, and the most memory at once while it was read piece by piece.

    The suite collects garbage seldom (tests/quick.py), so that what is only waiting for that would count.
    """
    answer = client.get(EXPORT)
    lines = size = 0
    gc.freeze()  # so that to collect costs nothing
    tracemalloc.start()
    for piece in answer.streaming_content:
        lines, size = lines + piece.count(b"\n"), size + len(piece)
        gc.collect()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    gc.unfreeze()
    return lines, size, peak


def test_ten_times_the_files_are_streamed_in_the_same_memory(api, operator, monkeypatch):
    monkeypatch.setattr(streaming, "AT_ONCE", PIECE)
    client = api(operator)
    born(operator, range(FEW))
    streamed(client)  # what a process keeps from its first answer on
    few, size_of_few, peak_of_few = streamed(client)
    born(operator, range(FEW, MORE))
    more, size_of_more, peak_of_more = streamed(client)
    assert (few, more) == (FEW, MORE)
    assert peak_of_more - peak_of_few < (size_of_more - size_of_few) / 4
