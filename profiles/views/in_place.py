"""What an edit in place answers beside the part: that it was saved, and what others changed meanwhile."""

import json

from django.http import HttpResponse

from kol_crm.core.merging import Saved
from profiles.changes import told


def told_beside(answer: HttpResponse, saved: Saved, user) -> HttpResponse:
    """The other parts of the page follow (``kol-changed``); a toast says what was merged."""
    events: dict = {"kol-changed": True} if saved.written or saved.others else {}
    if words := told(saved.others, user):
        events["toast"] = {"text": words, "kind": "ok"}
    if events:
        answer["HX-Trigger"] = json.dumps(events)
    return answer
