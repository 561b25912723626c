"""PDF are kept without what they tell of who made them (RELIABILITY, "Files")."""

from io import BytesIO

import pytest
from django.core.exceptions import ValidationError
from pypdf import PdfReader, PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, NumberObject, TextStringObject

from kol_crm.core import pdf
from tests import samples


def written(writer: PdfWriter) -> bytes:
    sink = BytesIO()
    writer.write(sink)
    return sink.getvalue()


def locked(password: str) -> bytes:
    writer = PdfWriter(clone_from=BytesIO(samples.contract()))
    writer.encrypt(password, owner_password="of the owner", algorithm="AES-256")
    return written(writer)


def signed(value: bool) -> bytes:
    """With a field for a signature, signed or not."""
    writer = PdfWriter(clone_from=BytesIO(samples.contract()))
    field = DictionaryObject(
        {
            NameObject("/FT"): NameObject("/Sig"),
            NameObject("/T"): TextStringObject("seal"),
            NameObject("/Subtype"): NameObject("/Widget"),
        }
    )
    if value:
        field[NameObject("/V")] = DictionaryObject({NameObject("/Name"): TextStringObject(samples.SECRET)})
    fields = ArrayObject([writer._add_object(field)])
    form = DictionaryObject({NameObject("/SigFlags"): NumberObject(3), NameObject("/Fields"): fields})
    writer._root_object[NameObject("/AcroForm")] = writer._add_object(form)
    return written(writer)


def said(content: bytes) -> str:
    """All that stands in it, unpacked."""
    reader = PdfReader(BytesIO(content))
    return str([reader.get_object(n + 1) for n in range(len(reader.xref.get(0, {})))]) + str(content)


def test_nothing_is_left_of_who_made_it_with_what_and_when():
    made, bare = samples.contract(), pdf.without_properties(samples.contract())
    assert samples.SECRET in said(made)
    assert samples.SECRET not in said(bare)
    assert PdfReader(BytesIO(bare)).metadata in (None, {})


def test_pages_and_comments_are_the_same():
    (page,) = PdfReader(BytesIO(pdf.without_properties(samples.contract()))).pages
    assert "What we agreed" in page.extract_text()
    assert page["/Annots"][0]["/Contents"] == "Please mend"


def test_one_that_only_forbids_something_is_kept_without():
    bare = pdf.without_properties(locked(""))
    assert not PdfReader(BytesIO(bare)).is_encrypted
    assert samples.SECRET not in said(bare)


def test_one_that_asks_for_a_password_is_refused_with_words_that_say_so():
    with pytest.raises(ValidationError) as refused:
        pdf.without_properties(locked("secret"))
    assert refused.value.message_dict == {
        "file": ["This PDF asks for a password: save it without one, then add it."]
    }


@pytest.mark.parametrize("content", [b"%PDF-1.7\n", samples.contract()[:400], b"%PDF-1.4 and nothing else"])
def test_one_that_cannot_be_read_is_refused(content):
    with pytest.raises(ValidationError) as refused:
        pdf.without_properties(content)
    assert refused.value.message_dict == {"file": ["This PDF cannot be read."]}


def test_a_signed_one_stays_as_it_is_byte_for_byte():
    made = signed(value=True)
    assert pdf.without_properties(made) is made


def test_a_field_that_nobody_has_signed_yet_is_no_signature():
    assert samples.SECRET not in said(pdf.without_properties(signed(value=False)))
