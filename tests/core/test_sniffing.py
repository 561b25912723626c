"""What a file is, is told by its content (RELIABILITY, "Files")."""

import pytest

from kol_crm.core import sniffing
from kol_crm.core.sniffing import MOST_ENTRIES, Kind, sniff
from tests import samples

TAKEN = {
    "a photo": (samples.picture(), Kind.PICTURE, "image/jpeg"),
    "a drawing": (samples.picture("PNG"), Kind.PICTURE, "image/png"),
    "a picture of the web": (samples.picture("WEBP"), Kind.PICTURE, "image/webp"),
    "a contract": (samples.PDF, Kind.PDF, "application/pdf"),
    "a letter": (
        samples.document("word"),
        Kind.DOCUMENT,
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ),
    "a table": (
        samples.document("xl"),
        Kind.DOCUMENT,
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ),
    "slides": (
        samples.document("ppt"),
        Kind.DOCUMENT,
        "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    ),
    "an open document": (
        samples.archive({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": "<x/>"}),
        Kind.DOCUMENT,
        "application/vnd.oasis.opendocument.text",
    ),
    "a voice": (samples.MP3, Kind.AUDIO, "audio/mpeg"),
    "a note": ("聊了二月的选题。\n".encode(), Kind.TEXT, "text/plain"),
    "a note of Windows": ("聊了二月的选题。\r\n".encode("gb18030"), Kind.TEXT, "text/plain"),
    "a note in UTF-16": ("two, three\n".encode("utf-16"), Kind.TEXT, "text/plain"),
    "a table of commas": (b"name,followers\nAva,1200\n", Kind.TEXT, "text/plain"),
}
REFUSED = {
    "a drawing that runs code": samples.SVG,
    "the same behind a declaration": b'\xef\xbb\xbf<?xml version="1.0"?>' + samples.SVG,
    "the same in UTF-16": samples.SVG.decode().encode("utf-16"),
    "a page": b"  <!DOCTYPE html><p>Hello",
    "a page that begins as text": b"Dear all,\n<script>alert(1)</script>",
    "a program": b"MZ\x90\x00" + b"\0" * 200,
    "an animation": b"GIF89a" + b"\0" * 20,
    "an archive": samples.archive({"a.txt": "x"}),
    "an archive with a document's name in it": samples.archive({"readme.docx": "x"}),
    "a document with macros": samples.document("word", **{"word/vbaProject.bin": "x"}),
    "an archive of too many": samples.document(
        "word", **{f"word/{n}.xml": "" for n in range(MOST_ENTRIES + 1)}
    ),
    "a broken archive": b"PK\x03\x04" + b"\0" * 100,
    "noise": bytes(range(256)),
    "an old format of nothing": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600,
}


@pytest.mark.parametrize("case", TAKEN)
def test_what_is_taken_is_known_by_its_content(case):
    content, kind, media_type = TAKEN[case]
    found = sniff(content)
    assert (found.kind, found.media_type) == (kind, media_type)


@pytest.mark.parametrize("case", REFUSED)
def test_what_could_run_or_explode_is_none_of_ours(case):
    assert sniff(REFUSED[case]) is None


def test_an_archive_that_would_explode_is_refused_by_what_it_declares(monkeypatch):
    bomb = samples.document("word", **{"word/more.xml": "0" * 1_000_000})
    assert len(bomb) < 3_000
    assert sniff(bomb) is not None
    monkeypatch.setattr(sniffing, "MOST_UNPACKED", 1_000_000)
    assert sniff(bomb) is None


@pytest.mark.parametrize(
    ("content", "name", "kept"),
    [
        (samples.picture(), "holiday.JPG", "holiday.JPG"),
        (samples.picture(), "holiday", "holiday.jpg"),
        (samples.picture("PNG"), "run.exe", "run.exe.png"),
        (samples.PDF, "contract.pdf", "contract.pdf"),
        (b"echo hello\n", "start.bat", "start.bat.txt"),
        (b"a,b\n", "rows.csv", "rows.csv"),
        (b"hello", "page.html", "page.html.txt"),
    ],
)
def test_a_name_says_what_the_file_is(content, name, kept):
    assert sniff(content).fitting(name) == kept
