"""What a process keeps because it costs more to make than to hold."""

from collections.abc import Callable, Hashable
from contextlib import suppress
from typing import TypeVar

Key = TypeVar("Key", bound=Hashable)
Made = TypeVar("Made")


def once(kept: dict[Key, Made], key: Key, make: Callable[[], Made], most: int) -> Made:
    """What is kept under the key, made where it is not; ``most`` of them, then all are forgotten.

    Another thread may forget them at any moment.
    """
    with suppress(KeyError):
        return kept[key]
    made = make()
    if len(kept) >= most:
        kept.clear()
    kept[key] = made
    return made
