"""Ids as they are written by people and clients."""

from uuid import UUID


def uuid_of(text: str) -> UUID | None:
    """None where it is no UUID."""
    try:
        return UUID(text)
    except ValueError:
        return None
