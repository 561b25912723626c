"""What an uploaded file is, told by its content: neither its name nor what the sender says of it counts."""

import zipfile
from enum import StrEnum
from io import BytesIO
from typing import NamedTuple

import filetype

HEAD = 8192
MARKUP = ("<!doctype", "<html", "<svg", "<script", "<iframe", "<?xml", "<?php")
LOOKED_THROUGH = 64 * 1024  # characters of a text that are searched for markup
MOST_ENTRIES, MOST_UNPACKED = 2000, 300 * 1024 * 1024
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


class Kind(StrEnum):
    PICTURE = "picture"
    PDF = "pdf"
    DOCUMENT = "document"
    TEXT = "text"
    AUDIO = "audio"


class Sniffed(NamedTuple):
    """``endings``: those that a name of such a file may have; the first is added to one that has another."""

    kind: Kind
    media_type: str
    endings: tuple[str, ...]

    def fitting(self, name: str) -> str:
        """The name with an ending that says what the file is, so that nobody starts a picture."""
        ending = name.rpartition(".")[2].lower()
        return name if "." in name and ending in self.endings else f"{name}.{self.endings[0]}"


PLAIN = Sniffed(Kind.TEXT, "text/plain", ("txt", "csv", "tsv", "md", "json", "log", "srt", "vcf", "ics"))
BY_TYPE = {
    found.media_type: found
    for found in (
        Sniffed(Kind.PICTURE, "image/jpeg", ("jpg", "jpeg")),
        Sniffed(Kind.PICTURE, "image/png", ("png",)),
        Sniffed(Kind.PICTURE, "image/webp", ("webp",)),
        Sniffed(Kind.PDF, "application/pdf", ("pdf",)),
        Sniffed(Kind.AUDIO, "audio/mpeg", ("mp3",)),
        Sniffed(Kind.AUDIO, "audio/mp4", ("m4a",)),
        Sniffed(Kind.AUDIO, "audio/ogg", ("ogg", "oga", "opus")),
        Sniffed(Kind.AUDIO, "audio/x-flac", ("flac",)),
        Sniffed(Kind.AUDIO, "audio/x-wav", ("wav",)),
        Sniffed(Kind.AUDIO, "audio/amr", ("amr",)),
        Sniffed(Kind.AUDIO, "audio/aac", ("aac",)),
    )
}
OOXML = "application/vnd.openxmlformats-officedocument"
# By the folder that the format keeps its content in.
OFFICE = {
    "word/": Sniffed(Kind.DOCUMENT, f"{OOXML}.wordprocessingml.document", ("docx",)),
    "xl/": Sniffed(Kind.DOCUMENT, f"{OOXML}.spreadsheetml.sheet", ("xlsx",)),
    "ppt/": Sniffed(Kind.DOCUMENT, f"{OOXML}.presentationml.presentation", ("pptx",)),
}
OPEN_DOCUMENT = {
    f"application/vnd.oasis.opendocument.{name}": ending
    for name, ending in (("text", "odt"), ("spreadsheet", "ods"), ("presentation", "odp"))
}
OLD_OFFICE = {
    "application/msword": "doc",
    "application/vnd.ms-excel": "xls",
    "application/vnd.ms-powerpoint": "ppt",
}


def sniff(content: bytes) -> Sniffed | None:
    """What the content is, if it is of a kind that is taken: no programs, macros, archives, markup."""
    if content.startswith(OLE):
        guessed = filetype.guess_mime(content[:HEAD])
        ending = OLD_OFFICE.get(guessed)
        return Sniffed(Kind.DOCUMENT, guessed, (ending,)) if ending else None
    if content.startswith(b"PK\x03\x04"):
        return _packed(content)
    found = BY_TYPE.get(filetype.guess_mime(content[:HEAD]) or "")
    if found or filetype.guess_mime(content[:HEAD]):
        return found
    return PLAIN if _is_plain(content) else None


def _packed(content: bytes) -> Sniffed | None:
    """Office documents are archives; one that would explode or that holds macros is none of ours."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            entries = archive.infolist()
            names = [entry.filename for entry in entries]
            if len(entries) > MOST_ENTRIES or sum(entry.file_size for entry in entries) > MOST_UNPACKED:
                return None
            if any(name.lower().endswith("vbaproject.bin") for name in names):
                return None
            if "[Content_Types].xml" in names:
                return next((found for folder, found in OFFICE.items() if _has(names, folder)), None)
            if names and names[0] == "mimetype" and entries[0].file_size < 100:
                said = archive.read("mimetype").decode("ascii", "replace")
                ending = OPEN_DOCUMENT.get(said)
                return Sniffed(Kind.DOCUMENT, said, (ending,)) if ending else None
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, ValueError):
        pass
    return None


def _has(names: list[str], folder: str) -> bool:
    return any(name.startswith(folder) for name in names)


def _is_plain(content: bytes) -> bool:
    """Text in a known encoding, without control characters and without markup that a browser would run."""
    text = _decoded(content)
    if text is None or any(character < " " and character not in "\t\n\r\f" for character in text):
        return False
    beginning = text[:LOOKED_THROUGH].lower()
    return not any(sign in beginning for sign in MARKUP)


def _decoded(content: bytes) -> str | None:
    encodings = ("utf-16",) if content[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None
