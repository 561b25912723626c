"""FLAC and WAV: a list of blocks, of which only those that the sound needs are copied."""

from kol_crm.core.recordings.broken import Broken

STREAM_INFO, SEEK_TABLE = 0, 3
LAST = 0x80
SOUND = (b"fmt ", b"fact", b"data")


def flac(content: bytes) -> bytes:
    kept: list[tuple[int, bytes]] = []
    place, is_last = 4, False
    while not is_last:
        head = content[place : place + 4]
        if len(head) < 4:
            raise Broken
        is_last, kind, size = bool(head[0] & LAST), head[0] & ~LAST, int.from_bytes(head[1:], "big")
        if kind in (STREAM_INFO, SEEK_TABLE):
            kept.append((kind, head[1:] + content[place + 4 : place + 4 + size]))
        place += 4 + size
    if not kept or place > len(content):
        raise Broken
    blocks = [bytes([kind]) + body for kind, body in kept[:-1]]
    last, body = kept[-1]
    return b"".join((content[:4], *blocks, bytes([last | LAST]), body, content[place:]))


def wav(content: bytes) -> bytes:
    """A recorder that was cut off left the size of its sound at 0 or at the most: it goes to the end."""
    kept: list[bytes] = []
    place = 12
    while place + 8 <= len(content):
        name = content[place : place + 4]
        size = int.from_bytes(content[place + 4 : place + 8], "little")
        body = content[place + 8 : place + 8 + size]
        if name == b"data" and (size == 0 or len(body) < size):
            body = content[place + 8 :]
        if name in SOUND:
            kept += [name, len(body).to_bytes(4, "little"), body, b"\0" * (len(body) % 2)]
        place += 8 + len(body) + len(body) % 2
    if b"data" not in kept:
        raise Broken
    whole = b"WAVE" + b"".join(kept)
    return b"RIFF" + len(whole).to_bytes(4, "little") + whole
