"""Office documents without what they tell of their authors: who wrote them, where, with what, how long."""

import zipfile
from io import BytesIO

OOXML = "http://schemas.openxmlformats.org"
OPEN_DOCUMENT = "urn:oasis:names:tc:opendocument:xmlns:office:1.0"


def _empty(tag: str, namespace: str) -> str:
    prefix = f":{tag.partition(':')[0]}" if ":" in tag else ""
    return f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><{tag} xmlns{prefix}="{namespace}"/>'


# An empty part in the place of each, so that nothing that points at it breaks.
EMPTY = {
    "docProps/core.xml": _empty("cp:coreProperties", f"{OOXML}/package/2006/metadata/core-properties"),
    "docProps/app.xml": _empty("Properties", f"{OOXML}/officeDocument/2006/extended-properties"),
    "docProps/custom.xml": _empty("Properties", f"{OOXML}/officeDocument/2006/custom-properties"),
    "meta.xml": _empty("office:document-meta", OPEN_DOCUMENT),
}


def without_properties(content: bytes) -> bytes:
    """The same document with its properties emptied. The archive has been looked at by ``sniffing``."""
    sink = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as source, zipfile.ZipFile(sink, "w") as copy:
        for entry in source.infolist():
            if entry.is_dir():
                continue
            kept = zipfile.ZipInfo(entry.filename)
            kept.compress_type = zipfile.ZIP_STORED if entry.filename == "mimetype" else zipfile.ZIP_DEFLATED
            empty = EMPTY.get(entry.filename)
            copy.writestr(kept, source.read(entry) if empty is None else empty)
    return sink.getvalue()
