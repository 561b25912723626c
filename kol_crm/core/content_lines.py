"""Lines of calendars and address books: how a text stands in one, how a long one is cut (RFC 5545, 6350)."""


def escaped(text: str) -> str:
    """A value as it stands in a line."""
    kept = text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return "\\n".join(kept.replace("\0", "").splitlines())


def folded(line: str) -> str:
    """No line is longer than 75 bytes; none is cut within a character."""
    folded, width = [], 0
    for character in line:
        size = len(character.encode("utf-8", "replace"))
        if width + size > 74:
            folded.append("\r\n ")
            width = 1
        folded.append(character)
        width += size
    return "".join(folded)
