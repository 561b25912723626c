"""What a process remembers of the installation between two looks at the database."""

import time
from typing import Any

SECONDS = 60.0
_kept: dict[str, tuple[float, Any]] = {}


def keep(value: Any, seconds: float = SECONDS, *, name: str = "installation") -> None:
    _kept[name] = (time.monotonic() + seconds, value)


def recall(name: str = "installation") -> Any:
    """What was kept, unless it was too long ago."""
    until, value = _kept.get(name, (0.0, None))
    return value if time.monotonic() < until else None


def drop(name: str) -> None:
    """It changed in this very process; others look again once their time is over."""
    _kept.pop(name, None)


def forget() -> None:
    _kept.clear()
