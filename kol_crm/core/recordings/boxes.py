"""M4A: boxes in boxes. What tells something becomes free space of the same size, so that nothing moves: the
tables of the sound hold offsets from the beginning of the file.
"""

from collections.abc import Iterator

from kol_crm.core.recordings.broken import Broken

TELLING = (b"udta", b"meta", b"uuid", b"free", b"skip")
HOLDING = (b"moov", b"trak", b"mdia", b"moof", b"traf")
DATED = (b"mvhd", b"tkhd", b"mdhd")  # when it was made and changed, of 4 bytes each or (version 1) of 8


def without_properties(content: bytes) -> bytes:
    whole = bytearray(content)
    _walk(whole, 0, len(whole))
    return bytes(whole)


def _walk(whole: bytearray, start: int, end: int) -> None:
    for kind, box, body, after in _boxes(whole, start, end):
        if kind in TELLING:
            whole[box + 4 : box + 8] = b"free"
            whole[body:after] = bytes(after - body)
        elif kind in DATED:
            dates = 16 if whole[body] == 1 else 8
            whole[body + 4 : body + 4 + dates] = bytes(dates)
        elif kind in HOLDING:
            _walk(whole, body, after)


def _boxes(whole: bytearray, start: int, end: int) -> Iterator[tuple[bytes, int, int, int]]:
    """Kind of each box, where it starts, where its content starts and ends. Raises ``Broken``."""
    while start < end:
        size, body = int.from_bytes(whole[start : start + 4], "big"), start + 8
        if size == 1:
            size, body = int.from_bytes(whole[start + 8 : start + 16], "big"), start + 16
        elif size == 0:
            size = end - start
        if start + size > end or start + size < body:
            raise Broken
        yield bytes(whole[start + 4 : start + 8]), start, body, start + size
        start += size
