"""What platforms are called: the own one by its name in Settings, once it has one (DOMAIN 1.2)."""

from kol_crm.core import installation
from profiles.models.words import Platform


def label(platform: str) -> str:
    """As a reader knows it."""
    return (platform == Platform.OWN and installation.name()) or str(Platform(platform).label)


def choices() -> list[tuple[str, str]]:
    """For menus, in the order of the domain."""
    return [(value, label(value)) for value in Platform.values]
