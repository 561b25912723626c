"""What is said of a cell that could not be taken as it stands."""

from dataclasses import dataclass


@dataclass(frozen=True)
class CellProblem:
    """A cell that says something which could not be read; `raw` as it stands in the file.

    Of contact data `raw` is only the mask. `index`: its column, where it can be mended there.
    """

    column: str
    raw: str
    why: str
    index: int | None = None
