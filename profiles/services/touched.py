"""A touch and what came up in it, in one step: a promise, a need or a request (DOMAIN 3.9, 3.10)."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kol_crm.core.actor import Actor
from profiles.models import Kol, Need, Promise, Touch
from profiles.models.querysets import EDIT
from profiles.services import access, need, promise, touch
from profiles.services import request as requests

REQUEST = "request"
CHOICES = (
    ("", gettext_lazy("Nothing")),
    *((f"promise-{by}", label) for by, label in Promise.By.choices),
    (REQUEST, gettext_lazy("Request")),
    *((f"need-{kind}", label) for kind, label in Need.Kind.choices),
)
LONGEST = 300


def log(actor: Actor, kol: Kol, said: Mapping[str, Any], noted: Mapping[str, Any] | None = None) -> Touch:
    """Log a touch, and with ``noted`` (``kind``, ``what``, ``due_on``) what it brought, both or neither.

    ``what`` left empty is the touch's own words. Noting asks for the right to edit the file. Raises
    ``ValidationError`` keyed by field, those of the note as ``also``, ``also_what``, ``also_due``.
    """
    with transaction.atomic():
        row = touch.log(actor, kol, **said)
        if noted:
            _note(actor, kol, noted, said.get("text", ""))
    return row


def _note(actor: Actor, kol: Kol, noted: Mapping[str, Any], text: str) -> None:
    access.demand(actor.user, kol, EDIT, _("You may log touches on this file, but not note on it."))
    kind, _dash, which = noted["kind"].partition("-")
    what = (noted.get("what") or text).strip()
    if not what:
        raise ValidationError({"also_what": _("Say what.")})
    if kind == "promise" and not noted.get("due_on"):
        raise ValidationError({"also_due": _("Say until when.")})
    values = {"what": what[:LONGEST]} | ({"due_on": noted["due_on"]} if noted.get("due_on") else {})
    if kind == "promise":
        promise.add(actor, kol, {**values, "by": which})
    elif kind == REQUEST:
        requests.add(actor, kol, values)
    else:
        need.add(actor, kol, {**values, "kind": which})
