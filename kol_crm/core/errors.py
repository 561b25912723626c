"""Refusals that every door translates. One at a field is Django's ``ValidationError`` keyed by the field."""

from uuid import UUID

from django.http import Http404


class Conflict(Exception):
    """Someone saved first: nothing was written. ``current`` is the row now, ``changed`` its fields since."""

    def __init__(self, current, changed: frozenset[str] = frozenset()):
        super().__init__(f"version {current.version}")
        self.current = current
        self.changed = changed


class Refused(Exception):
    """The state of things forbids it (409): a stable ``code``, words for people, ``details`` for clients."""

    def __init__(self, code: str, message, **details):
        super().__init__(code)
        self.code = code
        self.message = message
        self.details = details


class Moved(Http404):
    """The row became a part of another, which its reader may see: its address leads there."""

    def __init__(self, row: UUID, to: UUID):
        super().__init__(str(row))
        self.row, self.to = row, to
