"""Places where an app above joins in without the one below knowing it (HOUSE, crossing floors)."""

from collections.abc import Iterator
from typing import Generic, TypeVar

T = TypeVar("T")


class ExtensionPoint(Generic[T]):
    """A named list that apps fill in ``AppConfig.ready()``; each provider once, by order of floors."""

    def __init__(self, name: str):
        self.name = name
        self._providers: dict[str, T] = {}

    def register(self, key: str, provider: T) -> None:
        if key in self._providers:
            raise ValueError(f"{self.name}: {key} is registered twice")
        self._providers[key] = provider

    def items(self) -> Iterator[tuple[str, T]]:
        yield from self._providers.items()

    def get(self, key: str) -> T | None:
        return self._providers.get(key)

    def __iter__(self) -> Iterator[T]:
        yield from self._providers.values()


class Replaceable(Generic[T]):
    """A figure that an app below needs and one above knows better: the default until that app registers."""

    def __init__(self, name: str, default: T):
        self.name = name
        self._default = default
        self._provider: T | None = None

    def register(self, provider: T) -> None:
        if self._provider is not None:
            raise ValueError(f"{self.name} is registered twice")
        self._provider = provider

    @property
    def provider(self) -> T:
        return self._default if self._provider is None else self._provider
