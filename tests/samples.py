"""Small files of each kind for tests, made here: no binaries in the repository."""

import struct
import zipfile
import zlib
from io import BytesIO

from PIL import Image
from pypdf import PdfWriter
from pypdf.generic import DictionaryObject, NameObject, StreamObject, TextStringObject
from reportlab.pdfgen.canvas import Canvas

SECRET = "taken at 31.2304 N 121.4737 E by Camera-4711"


def picture(kind: str = "JPEG", size: tuple[int, int] = (64, 48), colour="#c04020", **options) -> bytes:
    sink = BytesIO()
    Image.new("RGB", size, colour).save(sink, kind, **options)
    return sink.getvalue()


def photo(orientation: int = 6) -> bytes:
    """A JPEG that lies on its side and tells where and with what it was taken, in EXIF, comment and tail."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = SECRET
    exif.get_ifd(0x8825)[1] = "N"
    image = Image.new("RGB", (60, 40), "#2060c0")
    image.paste("#ffffff", (0, 0, 10, 10))
    sink = BytesIO()
    image.save(sink, "JPEG", exif=exif, comment=SECRET.encode())
    return sink.getvalue() + SECRET.encode()


def exploding_picture(width: int = 60_000, height: int = 60_000) -> bytes:
    """A PNG of some hundred bytes whose header promises more pixels than any memory holds."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = zlib.compress(b"\0" * 10_000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def archive(entries: dict[str, str]) -> bytes:
    sink = BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in entries.items():
            packed.writestr(name, content)
    return sink.getvalue()


def document(folder: str = "word", **more: str) -> bytes:
    """An Office document that names its author in its properties."""
    return archive(
        {
            "[Content_Types].xml": "<Types/>",
            f"{folder}/document.xml": "<w:document>What we agreed</w:document>",
            "docProps/core.xml": f"<cp:coreProperties><dc:creator>{SECRET}</dc:creator></cp:coreProperties>",
            "docProps/app.xml": f"<Properties><Company>{SECRET}</Company></Properties>",
            **more,
        }
    )


def contract() -> bytes:
    """A PDF of a page with a comment, which tells who made it in all places that its format has."""
    drawn = BytesIO()
    paper = Canvas(drawn, invariant=1)
    paper.setAuthor(SECRET)
    paper.drawString(100, 700, "What we agreed")
    paper.textAnnotation("Please mend", (10, 10, 50, 50))
    paper.save()
    writer = PdfWriter(clone_from=BytesIO(drawn.getvalue()))
    told = TextStringObject(SECRET)
    (page,) = writer.pages
    page["/Annots"][0].get_object()[NameObject("/T")] = told
    page[NameObject("/PieceInfo")] = DictionaryObject({NameObject("/Program"): told})
    described = StreamObject()
    described.set_data(f"<x:xmpmeta>{SECRET}</x:xmpmeta>".encode())
    for place in (writer._root_object, page):
        place[NameObject("/Metadata")] = writer._add_object(described)
    sink = BytesIO()
    writer.write(sink)
    return sink.getvalue()


PDF = contract()
MP3 = b"ID3\x03\x00\x00\x00\x00\x00\x0a" + b"\0" * 64
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
