"""Handing out stored files: never as a page of ours (RELIABILITY, "Files")."""

from django.http import HttpResponse, StreamingHttpResponse
from django.utils.http import content_disposition_header

from kol_crm.core import stored
from kol_crm.core.models import StoredFile

SANDBOX = "default-src 'none'; sandbox"


def download(row: StoredFile) -> StreamingHttpResponse:
    """The file to save: no browser shows or runs it here, whatever is in it."""
    answer = StreamingHttpResponse(stored.stream(row), content_type=row.content_type)
    answer["Content-Length"] = str(row.size)
    answer["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=row.name)
    return _closed(answer)


def thumbnail(row: StoredFile) -> HttpResponse:
    """A small picture that we have written ourselves, to be shown in a page of ours."""
    answer = HttpResponse(stored.read(row), content_type=row.content_type)
    answer["Content-Disposition"] = "inline"
    return _closed(answer)


def _closed(answer):
    answer["Content-Security-Policy"] = SANDBOX
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cross-Origin-Resource-Policy"] = "same-origin"
    return answer
