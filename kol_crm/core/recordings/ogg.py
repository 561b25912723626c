"""Ogg with Vorbis, Opus, Speex or FLAC: the comments become blanks of the same length, so that no page moves;
the pages on which they stand are signed anew.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from kol_crm.core.recordings.broken import Broken

HEADER = 27
FIRST = 0x02  # flag of the first page of a stream
PADDING, LAST = 1, 0x80  # of FLAC's blocks
Slices = list[slice]


class Codec(NamedTuple):
    """``before``, ``behind``: bytes of the packet of comments around vendor and list."""

    begins: bytes
    before: int
    behind: int


FLAC = Codec(b"\x7fFLAC", 4, 0)
CODECS = (Codec(b"\x01vorbis", 7, 1), Codec(b"OpusHead", 8, 0), Codec(b"Speex   ", 0, 0), FLAC)


@dataclass
class Stream:
    """How far a stream has been followed: its codec, the packet that has begun, and how many are done."""

    codec: Codec
    headers: int  # packets at its beginning that tell of it, the first one included
    done: int = 0
    begun: Slices = field(default_factory=list)


class Page(NamedTuple):
    whole: slice
    flags: int
    serial: bytes
    parts: list[tuple[slice, bool]]  # of packets, and whether the packet ends there


def without_comments(content: bytes) -> bytes:
    whole = bytearray(content)
    streams: dict[bytes, Stream] = {}
    changed: list[slice] = []
    for page in _pages(whole):
        if page.flags & FIRST:
            streams[page.serial] = _stream(whole[page.parts[0][0]] if page.parts else b"")
        stream = streams.get(page.serial)
        if stream is None:
            raise Broken
        if stream.done < stream.headers:
            changed.append(page.whole)
            _follow(whole, stream, page)
    for page_of_head in changed:  # once all is blanked: a packet may end on a later page
        _sign(whole, page_of_head)
    return bytes(whole)


def _follow(whole: bytearray, stream: Stream, page: Page) -> None:
    for part, ends in page.parts:
        stream.begun.append(part)
        if not ends:
            continue
        if 0 < stream.done < stream.headers:
            _blank(whole, stream)
        stream.done, stream.begun = stream.done + 1, []


def _pages(whole: bytearray) -> Iterator[Page]:
    place = 0
    while place < len(whole):
        count = whole[place + 26] if place + HEADER <= len(whole) else 0
        sizes = whole[place + HEADER : place + HEADER + count]
        end = place + HEADER + count + sum(sizes)
        if whole[place : place + 4] != b"OggS" or end > len(whole):
            raise Broken
        parts, start = [], place + HEADER + count
        at = start
        for number, size in enumerate(sizes, 1):
            at += size
            if size < 255 or number == count:
                parts.append((slice(start, at), size < 255))
                start = at
        yield Page(slice(place, end), whole[place + 5], bytes(whole[place + 14 : place + 18]), parts)
        place = end


def _stream(first: bytes | bytearray) -> Stream:
    for codec in CODECS:
        if first.startswith(codec.begins):
            more = int.from_bytes(first[7:9], "big") if codec is FLAC else 1
            return Stream(codec, 1 + max(1, more))
    raise Broken


def _blank(whole: bytearray, stream: Stream) -> None:
    packet = bytearray(b"".join(whole[part] for part in stream.begun))
    if stream.codec is FLAC and stream.done > 1:  # pictures, what programs note
        packet = bytearray([packet[0] & LAST | PADDING]) + packet[1:4] + bytes(len(packet) - 4)
    else:
        start, end = stream.codec.before, len(packet) - stream.codec.behind
        blanks = end - start - 8
        if blanks < 0:
            raise Broken
        packet[start:end] = blanks.to_bytes(4, "little") + b" " * blanks + bytes(4)
    place = 0
    for part in stream.begun:
        size = part.stop - part.start
        whole[part] = packet[place : place + size]
        place += size


def _sign(whole: bytearray, page: slice) -> None:
    whole[page.start + 22 : page.start + 26] = bytes(4)
    whole[page.start + 22 : page.start + 26] = _checksum(whole[page]).to_bytes(4, "little")


def _remainder(byte: int) -> int:
    value = byte << 24
    for _bit in range(8):
        value = value << 1 ^ (0x04C11DB7 if value & 0x80000000 else 0)
    return value & 0xFFFFFFFF


TABLE = [_remainder(byte) for byte in range(256)]


def _checksum(content: bytes | bytearray) -> int:
    """CRC-32 from the highest bit on, as Ogg has it and zlib has not."""
    value = 0
    for byte in content:
        value = value << 8 & 0xFFFFFFFF ^ TABLE[value >> 24 ^ byte]
    return value
