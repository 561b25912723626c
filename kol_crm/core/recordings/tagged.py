"""Tags in front of and behind the frames: ID3 in all versions, APE, Lyrics3."""

ID3_HEADER = 10
ID3V1, ID3V1_MORE = 128, 227
APE_FOOTER = 32
APE_HAS_HEADER = 1 << 31
LYRICS_END, LYRICS_SIZE = b"LYRICS200", 6


def without_head(content: bytes) -> bytes:
    while content.startswith(b"ID3") and len(content) >= ID3_HEADER:
        has_footer = content[5] & 0x10
        content = content[ID3_HEADER + _id3_size(content[6:10]) + (ID3_HEADER if has_footer else 0) :]
    return content


def without_tail(content: bytes) -> bytes:
    """One tag after the other, in whatever order they stand."""
    while size := _tail(content):
        content = content[: max(0, len(content) - size)]
    return content


def _tail(content: bytes) -> int:
    """Bytes of the tag that ends here, 0 where none does."""
    if content[-ID3V1:].startswith(b"TAG"):
        return ID3V1
    if content[-ID3V1_MORE:].startswith(b"TAG+"):
        return ID3V1_MORE
    if content[-APE_FOOTER:].startswith(b"APETAGEX"):
        size, flags = (int.from_bytes(content[-start : -start + 4], "little") for start in (20, 12))
        return size + (APE_FOOTER if flags & APE_HAS_HEADER else 0)
    if content.endswith(LYRICS_END):
        end = len(content) - len(LYRICS_END)
        digits = content[end - LYRICS_SIZE : end]
        return int(digits) + LYRICS_SIZE + len(LYRICS_END) if digits.isdigit() else 0
    if content[-ID3_HEADER:].startswith(b"3DI"):
        return 2 * ID3_HEADER + _id3_size(content[-4:])
    return 0


def _id3_size(four: bytes) -> int:
    """Seven bits of each byte count."""
    size = 0
    for byte in four:
        size = size << 7 | byte & 0x7F
    return size
