"""PDF without what it tells of those who made it: author, program, times, private notes of programs.

Written anew from what the document reaches, so that earlier versions inside it are gone as well. A signed one
stays as it is: its signature covers every byte, and is worth more than what it tells.
"""

from io import BytesIO
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from pypdf import PdfReader, PdfWriter
from pypdf.errors import PyPdfError
from pypdf.generic import ArrayObject, DictionaryObject, NullObject

TELLING = ("/Metadata", "/PieceInfo", "/LastModified")
OF_COMMENTS = ("/T", "/M", "/CreationDate")  # who commented, and when; of a form field /T is its name
UNREADABLE = (
    PyPdfError,
    ValueError,
    KeyError,
    TypeError,
    AttributeError,
    IndexError,
    RecursionError,
    OSError,
)


def without_properties(content: bytes) -> bytes:
    """The same pages; of one that is signed the very same bytes.

    Raises ``ValidationError`` keyed ``file`` for one that asks for a password or cannot be read.
    """
    try:
        reader = PdfReader(BytesIO(content))
        if reader.is_encrypted and not reader.decrypt(""):
            words = _("This PDF asks for a password: save it without one, then add it.")
            raise ValidationError({"file": words}, code="password")
        if is_signed(reader):
            return content
        writer = PdfWriter(clone_from=reader)
        _strip(writer)
        sink = BytesIO()
        writer.write(sink)
    except UNREADABLE as error:
        raise ValidationError({"file": _("This PDF cannot be read.")}) from error
    return sink.getvalue()


def is_signed(reader: PdfReader) -> bool:
    """A field of the form holds a signature (its value; an empty field only asks for one)."""
    return any(
        field.get("/FT") == "/Sig" and field.get("/V") is not None
        for field in (reader.get_fields() or {}).values()
    )


def _strip(writer: PdfWriter) -> None:
    writer.metadata = None
    for one in _dictionaries(writer):
        for name in TELLING:
            one.pop(name, None)
        if _is_comment(one):
            for name in OF_COMMENTS:
                one.pop(name, None)
    writer.compress_identical_objects(remove_duplicates=False, remove_unreferenced=True)


def _is_comment(one: DictionaryObject) -> bool:
    return "/Rect" in one and "/Subtype" in one and one.get("/Subtype") != "/Widget"


def _dictionaries(writer: PdfWriter) -> list[DictionaryObject]:
    """Every dictionary of the document, also those that stand inside another."""
    found: list[DictionaryObject] = []
    open_ones: list[Any] = [one for one in writer._objects if not isinstance(one, NullObject | None)]
    while open_ones:
        one = open_ones.pop()
        if isinstance(one, DictionaryObject):
            found.append(one)
            open_ones += [dict.__getitem__(one, name) for name in one]
        elif isinstance(one, ArrayObject):
            open_ones += list.__iter__(one)
    return found
