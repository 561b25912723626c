"""What a planner looks at again at the next tick: marked by the verb, in the transaction of the change."""

from collections.abc import Iterable
from uuid import UUID

from kol_crm.core import copying
from kol_crm.core.making import make
from kol_crm.core.models import Dirty


def mark(planner: str, subjects: Iterable[UUID]) -> None:
    """One mark each, however often it is marked; one statement for a few, as a file has."""
    marks = [make(Dirty, planner=planner, subject=pk) for pk in dict.fromkeys(subjects)]
    copying.insert(marks, ignore_conflicts=True)
