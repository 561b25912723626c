"""Refusals that every door translates. A refusal at a field is Django's ``ValidationError`` keyed by the field."""


class Conflict(Exception):
    """Someone saved first: nothing was written. ``current`` is the row as it stands, ``changed`` its fields since."""

    def __init__(self, current, changed: frozenset[str] = frozenset()):
        super().__init__(f"version {current.version}")
        self.current = current
        self.changed = changed


class Refused(Exception):
    """The state of things does not allow it (a 409): ``code`` is stable, ``message`` for people, ``details`` for clients."""

    def __init__(self, code: str, message, **details):
        super().__init__(code)
        self.code = code
        self.message = message
        self.details = details
