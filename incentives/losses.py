"""Losses to be expected in the next quarter, by what the nights counted (DOMAIN 4.1, 7.7)."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Count
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from incentives import keeping_policy
from incentives.models import BandRate
from incentives.rules import losses as rules
from incentives.rules.losses import Rate, Record
from incentives.services.keeping_record import BAND, RATES
from kol_crm.core import installation_memo, policy
from kol_crm.core.score import Score, Text
from lifecycle.losses import ACTIVE, Losses, by_departures
from profiles.models import Kol


@dataclass(frozen=True)
class Known:
    """What the last night counted; ``reaches``: the first day of which the risk of everybody is on record."""

    record: Record
    reaches: date | None
    least: int

    @property
    def is_by_band(self) -> bool:
        return rules.is_by_band(self.record, self.least)

    def expected(self, kols: Mapping[str, int]) -> Score:
        return rules.expected(kols, self.record, self.least)

    @property
    def note(self) -> Text:
        """What the figure rests on, and how far back the record of risk reaches."""
        if self.is_by_band:
            words = _("by risk band: share departed within 90 days in the last year; recorded since {day}")
            return format_lazy(words, day=f"{self.reaches:%Y-%m-%d}")
        words = _(
            "KOLs × overall rate: {departures} departures with a risk on record, {least} are needed{since}"
        )
        since = (
            format_lazy(_("; recorded since {day}"), day=f"{self.reaches:%Y-%m-%d}") if self.reaches else ""
        )
        return format_lazy(words, departures=self.record.departures, least=self.least, since=since)


def known(rules_in_force: policy.Policy) -> Known | None:
    """None where nobody stood in initial–late 90 days ago, of whom something could be told."""
    rows = _rates()
    overall = next((row for row in rows if row.band == BandRate.ALL), None)
    if overall is None or not overall.kols:
        return None
    bands = {row.band: Rate(row.kols, row.departed) for row in rows if row.band != BandRate.ALL}
    record = Record(bands, Rate(overall.kols, overall.departed), overall.departures)
    return Known(record, overall.reaches, keeping_policy.number(rules_in_force, "departures"))


def _rates() -> list[BandRate]:
    """What a night counts once and every dashboard asks for: remembered for a minute."""
    rows = installation_memo.recall(RATES)
    if rows is None:
        rows = list(BandRate.objects.all())
        installation_memo.keep(rows, name=RATES)
    return rows


def by_bands(rows: Iterable[tuple[UUID, str, int]]) -> dict[UUID, dict[str, int]]:
    """(field, band, KOLs) as a table of each field."""
    found: dict[UUID, dict[str, int]] = {}
    for key, band, count in rows:
        found.setdefault(key, {})[band] = count
    return found


def by_risk(fields: Collection[UUID], day: date) -> Mapping[UUID, Losses]:
    """For ``lifecycle.losses.expected``, per main field; by departures alone while no rate is known."""
    found = known(policy.current())
    if found is None:
        return by_departures(fields, day)
    files = Kol.objects.filter(archived_at=None, stage__in=ACTIVE, main_field__in=fields).order_by()
    rows = files.annotate(band=BAND).values_list("main_field", "band").annotate(Count("pk"))
    kols = by_bands(rows)
    return {
        field: Losses(value, found.note)
        for field in fields
        if (value := found.expected(kols.get(field, {})).value) is not None
    }
