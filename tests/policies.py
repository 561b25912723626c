"""Policies as tests want them."""

from datetime import date

from incentives.models import IncentivePolicy, Kind
from profiles.models import Level, Stage
from tests.factories import NOW


def allow_everything() -> IncentivePolicy:
    """Every kind at every stage, up to ten million."""
    cell = {"kinds": list(Kind.values), "usual": None, "ceiling": "10000000"}
    cells = {f"{stage}.{level}": cell for stage in Stage.values for level in Level.values}
    return _next(cells)


def allow(**cells: tuple[list[str], int]) -> IncentivePolicy:
    """Kinds and ceiling per cell: ``initial__nano=(["material"], 100)``; nothing elsewhere."""
    kept = {
        key.replace("__", "."): {"kinds": kinds, "usual": None, "ceiling": str(ceiling)}
        for key, (kinds, ceiling) in cells.items()
    }
    return _next(kept)


def _next(cells) -> IncentivePolicy:
    number = IncentivePolicy.objects.count() + 1
    return IncentivePolicy.objects.create(number=number, from_day=date(2000, 1, 1), cells=cells, at=NOW)
