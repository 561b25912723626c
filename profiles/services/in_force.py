"""What holds for every file and seldom changes: the policy, the medians, the attributes that are asked for.

A page needs all three. One statement says whether any of them changed since this process read them; only
then are they read again.
"""

from dataclasses import dataclass

from django.db.models import CharField, Count, Max, Sum, Value
from django.db.models.functions import Cast, Concat

from kol_crm.core import policy
from kol_crm.core.kept import KeptRows
from kol_crm.core.memory import once
from kol_crm.core.models import PolicyVersion
from profiles.models import Attribute, Median
from profiles.rules.verdict import MedianOf
from profiles.services import attribute, standing


@dataclass(frozen=True)
class InForce:
    """``bars``: per side the medians of ``standing.medians``; ``attributes`` in their order."""

    rules: policy.Policy
    bars: dict[str, dict[str, MedianOf]]
    attributes: list[Attribute]


def _text(expression) -> Cast:
    return Cast(expression, CharField())


def _marks():
    """Of each a text that changes with it: ids are never used again, and an edit raises a version."""
    newest = Max(_text("pk"))
    versions = Concat(_text(Count("pk")), Value(" "), _text(Sum("version")), output_field=CharField())
    last = Median.objects.filter(on__in=Median.objects.order_by("-on").values("on")[:1])
    rows = [
        found.order_by().annotate(what=Value(name)).values("what").annotate(mark=mark)
        for name, found, mark in (
            ("policy", PolicyVersion.objects.all(), newest),
            ("medians", last, newest),
            ("attributes", Attribute.objects.all(), newest),
            ("versions", Attribute.objects.all(), versions),
        )
    ]
    return rows[0].values_list("what", "mark").union(*(one.values_list("what", "mark") for one in rows[1:]))


_MARKS = KeptRows(_marks)
_read: dict[frozenset[tuple[str, str]], InForce] = {}


def now() -> InForce:
    """One statement, and three more in a process that has not read them yet."""
    return once(_read, frozenset(_MARKS.of()), _all_read, most=1)


def _all_read() -> InForce:
    return InForce(policy.current(), standing.medians(), attribute.standing())
