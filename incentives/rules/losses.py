"""Losses to be expected in the next quarter, by bands of risk (DOMAIN 7.7)."""

from collections.abc import Mapping
from decimal import Decimal
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _

from kol_crm.core.score import Part, Score
from profiles.models import Band

LEAST_DEPARTURES = 20
DAYS = 90
UNKNOWN = "unknown"
NAMES = tuple(Band.values)


class Rate(NamedTuple):
    """Of so many KOLs seen in the last year so many departed within 90 days."""

    kols: int
    departed: int

    @property
    def share(self) -> Decimal | None:
        return Decimal(self.departed) / self.kols if self.kols else None


class Record(NamedTuple):
    """What the last year shows, per band and of all; ``departures`` of KOLs whose band was on record."""

    bands: Mapping[str, Rate]
    overall: Rate
    departures: int


def is_by_band(record: Record, least: int = LEAST_DEPARTURES) -> bool:
    """Whether there are departures enough on record to tell the bands apart."""
    return record.departures >= least


def expected(kols: Mapping[str, int], record: Record, least: int = LEAST_DEPARTURES) -> Score:
    """Σ over bands of KOLs × that band's share; under 20 departures on record KOLs × the overall rate.

    ``kols`` counts those in initial–late by band, ``UNKNOWN`` those without a risk: they, and a band in which
    nobody was seen yet, take the overall rate. Unknown where the overall rate is.
    """
    by_band = is_by_band(record, least)
    parts, missing, total = [], [], Decimal(0)
    for band in (*NAMES, UNKNOWN):
        count = kols.get(band, 0)
        if band == UNKNOWN and not count:
            continue
        own = record.bands.get(band) if by_band else None
        share = own.share if own is not None and own.share is not None else record.overall.share
        lost = None if share is None else count * share
        if lost is None and count:
            missing.append(band)
        total += lost or 0
        label = _("Risk unknown") if band == UNKNOWN else Band(band).label
        parts.append(Part(band, label, count, points=lost, weight=share))
    return Score(None if missing else total, tuple(parts), tuple(missing))
