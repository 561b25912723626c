"""What an answer to htmx carries beside its part."""

import json

from django.http import HttpResponse


def toast(answer: HttpResponse, text: str, *, kind: str = "ok", undo_url: str = "") -> HttpResponse:
    """Say what happened; with ``undo_url`` the toast offers to undo it."""
    answer["HX-Trigger"] = json.dumps({"toast": {"text": str(text), "kind": kind, "undo_url": undo_url}})
    return answer
