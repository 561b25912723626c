"""The order in which the platform's own users are suggested (DOMAIN 4.6).

Activity can be raised, quality hardly: the band of quality decides, activity only between equals.
"""

from collections.abc import Mapping
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

EXCELLENT, GOOD, FAIR, ORDINARY = "excellent", "good", "fair", "ordinary"
BANDS = (ORDINARY, FAIR, GOOD, EXCELLENT)
FROM = {FAIR: 40, GOOD: 60, EXCELLENT: 80}
LABELS = {EXCELLENT: _("Excellent"), GOOD: _("Good"), FAIR: _("Fair"), ORDINARY: _("Ordinary")}


def band(quality: Decimal | None, thresholds: Mapping[str, int] = FROM) -> str:
    """The highest band whose threshold the quality per item (0–100) reaches; "" where it is unknown."""
    if quality is None:
        return ""
    return next(name for name in reversed(BANDS) if quality >= thresholds.get(name, 0))


def order(quality: Decimal | None, activity: int, thresholds: Mapping[str, int] = FROM) -> tuple[int, int]:
    """What to sort by, smallest first; output and influence are no part of it."""
    name = band(quality, thresholds)
    return (-BANDS.index(name) if name else 1, -activity)
