"""Small recordings of each format for tests, made here: silence, and what it tells of its maker."""

import struct

from kol_crm.core.recordings import ogg
from tests.samples import SECRET

TOLD = SECRET.encode()
SOUND = b"\xff\xfb\x90\x64" + bytes(range(100)) * 4
ID3 = b"ID3\x03\x00\x00" + bytes([0, 0, 0, len(TOLD)]) + TOLD
ID3V1 = b"TAG" + TOLD.ljust(125)[:125]
APE = TOLD + b"APETAGEX" + struct.pack("<IIII8x", 2000, len(TOLD) + 32, 1, 0)
LYRICS = b"LYRICSBEGIN" + TOLD
LYRICS += b"%06d" % len(LYRICS) + b"LYRICS200"


def mp3() -> bytes:
    return ID3 + SOUND + APE + LYRICS + ID3V1


def flac() -> bytes:
    def block(kind: int, body: bytes) -> bytes:
        return bytes([kind]) + len(body).to_bytes(3, "big") + body

    return (
        b"fLaC"
        + block(0, b"\x10" * 34)
        + block(4, TOLD)
        + block(3, b"\1" * 18)
        + block(0x80 | 6, TOLD)
        + SOUND
    )


def wav() -> bytes:
    def chunk(name: bytes, body: bytes) -> bytes:
        return name + struct.pack("<I", len(body)) + body + b"\0" * (len(body) % 2)

    whole = b"WAVE" + chunk(b"bext", TOLD) + chunk(b"fmt ", b"\1" * 16)
    whole += chunk(b"data", SOUND) + chunk(b"LIST", b"INFOIART" + TOLD)
    return b"RIFF" + struct.pack("<I", len(whole)) + whole


def box(kind: bytes, *parts: bytes) -> bytes:
    body = b"".join(parts)
    return struct.pack(">I", len(body) + 8) + kind + body


def m4a(made: int = 3_800_000_000) -> bytes:
    dated = box(b"mvhd", bytes(4), struct.pack(">II", made, made), b"\1" * 88)
    track = box(b"trak", box(b"udta", TOLD), box(b"mdia", box(b"minf", b"offsets")))
    place = box(b"udta", box(b"\xa9xyz", TOLD))
    return box(b"ftyp", b"M4A \0\0\0\0") + box(b"moov", dated, track, place) + box(b"mdat", SOUND)


def comments(before: bytes, behind: bytes = b"") -> bytes:
    maker, line = b"recorder", b"LOCATION=" + TOLD
    packed = struct.pack("<I", len(maker)) + maker + struct.pack("<II", 1, len(line)) + line
    return before + packed + behind


def page(number: int, parts: bytes, sizes: bytes, flags: int = 0) -> bytes:
    head = b"OggS\0" + bytes([flags]) + bytes(8) + b"one!" + struct.pack("<II", number, 0)
    whole = bytearray(head + bytes([len(sizes)]) + sizes + parts)
    ogg._sign(whole, slice(0, len(whole)))
    return bytes(whole)


def in_pages(first: bytes, told: bytes, sound: bytes = SOUND[:200]) -> bytes:
    """The comments begin on one page and end, long as they are, on the next, before the sound."""
    told = told[:-1] + b"." * 300 + told[-1:] if told.endswith(b"\1") else told + b"." * 300
    rest = told[255:]
    sizes = bytes([255] * (len(rest) // 255) + [len(rest) % 255, len(sound)])
    return (
        page(0, first, bytes([len(first)]), ogg.FIRST)
        + page(1, told[:255], bytes([255]))
        + page(2, rest + sound, sizes)
    )


def vorbis() -> bytes:
    return in_pages(b"\x01vorbis" + bytes(23), comments(b"\x03vorbis", b"\1"))


def opus() -> bytes:
    return in_pages(b"OpusHead" + bytes(11), comments(b"OpusTags"))
